"""nginx before Odoo's workers: with several of them the websocket has a port of its own.

It is the machine's, or Debian's package unpacked into the cache; root is not needed.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from . import debian, marks, paths, ports
from .locks import locked
from .progress import step

PACKAGES = ("nginx", "nginx-core")  # the program is in the one or the other, by release
INSTALLED = "/usr/sbin/nginx"
#: Where a request may wait for a worker, and a websocket for the next message, in seconds.
PATIENCE = 3600
CONFIG = """\
daemon off;
master_process off;
{user}
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    server_tokens off;
    client_max_body_size 128m;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_http_version 1.1;
    proxy_read_timeout {patience}s;
    upstream workers {{ server {host}:{workers}; keepalive 8; }}
    server {{
        listen {host}:{front};
        location = /websocket {{
            proxy_pass http://{host}:{gevent};
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
            proxy_set_header Host $http_host;
        }}
        location / {{
            proxy_pass http://workers;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
        }}
    }}
}}
"""


def ensure() -> Path | None:
    """The program, or None where it cannot be had: Odoo is then talked to without it."""
    found = shutil.which("nginx") or INSTALLED
    if _works(Path(found)):
        return Path(found)
    root = paths.cache() / "nginx"
    program = root / INSTALLED.lstrip("/")
    with locked(root.with_suffix(".lock"), "another download of nginx"):
        if not (root / "complete").is_file() and debian.Apt.is_available():
            with marks.marked_children(root, "set-up"):
                _download(root)
    return program if _works(program) else None


def _works(program: Path) -> bool:
    return program.is_file() and not subprocess.run([program, "-v"], capture_output=True).returncode


def _download(root: Path) -> None:
    building = root.with_name(root.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    shutil.rmtree(root, ignore_errors=True)
    apt = debian.Apt(building / "apt")
    with step("fetching nginx from Debian"):
        for name in PACKAGES:
            if apt.offers(name, debian.MACHINE):
                for package in apt.fetch([name], debian.MACHINE):
                    debian.unpack(package, building)
        shutil.rmtree(building / "apt")
    (building / "complete").touch()
    building.rename(root)


def write_config(folder: Path, chosen_ports: Mapping[str, int]) -> Path:
    """`folder`/front/nginx.conf, for these ports: ``odoo``, ``workers`` and ``gevent``."""
    own = paths.private_folder(folder / "front")
    config = own / "nginx.conf"
    paths.write_private(config, CONFIG.format(
        # as root it would otherwise hand over to a user who may not read the folder
        user="user root;\n" if os.geteuid() == 0 else "",
        folder=own, host=ports.LOOPBACK, front=chosen_ports["odoo"],
        workers=chosen_ports["workers"], gevent=chosen_ports["gevent"], patience=PATIENCE,
    ))
    return config


def command(program: Path, config: Path) -> list[str]:
    return [str(program), "-c", str(config), "-e", "stderr"]

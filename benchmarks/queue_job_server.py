"""An Odoo with queue_job, as its documentation sets it up: packages, database and processes."""

import configparser
import contextlib
import hashlib
import subprocess
import sys

import requests

from devtools import marks, odoo_process, odoo_tree, paths, ports, template
from devtools.locks import locked
from devtools.odoo_client import Staff
from devtools.progress import run_logged, step
from devtools.shop_client import wait_for
from devtools.sites import site

REQUIREMENTS = paths.REPOSITORY / "requirements" / "bench.lock"
ADDONS = paths.REPOSITORY / "benchmarks" / "peer_addons"
WORKERS = 4


@contextlib.contextmanager
def running(folder):
    """Run it while the context lasts.

    :return: its administrator, a :class:`devtools.odoo_client.Staff`
    """
    packages = _packages()
    tree = odoo_tree.ensure()
    place = site(folder)
    place.create(template.ensure("base", tree))
    with place.serving() as server:
        chosen = {"odoo": ports.any_free(), "gevent": ports.any_free()}
        config = odoo_process.write_config(folder, tree, server, place.database, chosen)
        _configure(config, packages)
        environ = odoo_process.environ(folder, tree)
        environ["PYTHONPATH"] += f":{packages}"
        with step("installing queue_job in a database of its own"):
            run_logged(
                [*odoo_process.server_command(config), *odoo_process.ONCE,
                 "-i", "queue_job,enord_queue_job_peer"],
                "installing queue_job", env=environ, cwd=folder,
            )
        process = subprocess.Popen(
            odoo_process.server_command(config), env=environ, cwd=folder,
            stdin=subprocess.DEVNULL,
        )
        try:
            yield _staff(f"http://{ports.LOOPBACK}:{chosen['odoo']}", place.database)
        finally:
            process.terminate()
            process.wait(30)
            marks.end(folder, "odoo")
    place.remove()


def _packages():
    """The folder that the pinned packages are in, beside Odoo's own environment."""
    key = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]
    folder = paths.cache() / "bench" / key
    with locked(folder.with_suffix(".lock"), "another installation of queue_job"):
        if not (folder / "complete").is_file():
            with step("fetching queue_job"):
                # the package asks for an `odoo` from the index; ours is another
                run_logged(
                    [sys.executable, "-m", "pip", "install", "--no-deps", "--upgrade",
                     "--target", folder, "-r", REQUIREMENTS], "fetching queue_job",
                )
            (folder / "complete").touch()
    return folder


def _configure(config, packages):
    parser = configparser.RawConfigParser()
    parser.read(config)
    options = parser["options"]
    options["addons_path"] += f",{packages / 'odoo' / 'addons'},{ADDONS}"
    options["server_wide_modules"] = "base,web,queue_job"
    options["workers"] = str(WORKERS)
    parser["queue_job"] = {"channels": f"root:{WORKERS}"}
    with config.open("w") as stream:
        parser.write(stream)


def _staff(url, database):
    if wait_for(lambda: answers(url), bool, 60, 0.2) is None:
        raise TimeoutError("the Odoo with queue_job does not answer")
    return Staff({
        "odoo_url": url, "database": database, "admin_login": "admin", "admin_password": "admin",
    })


def answers(url):
    try:
        return requests.get(f"{url}/web/health", timeout=5).ok
    except (requests.ConnectionError, requests.Timeout):
        return False

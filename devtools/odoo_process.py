"""Odoo's configuration file, and Odoo run once for a set-up step."""

import configparser
import io
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from . import database_server, marks, paths, ports, progress
from .odoo_tree import OdooTree

PROGRAM = Path(__file__).with_name("odoo_bin.py")
ONCE = ("--stop-after-init", "--no-http", "--workers=0", "--max-cron-threads=0")


def addons_path(tree: OdooTree, repository: Path) -> str:
    folders = list(tree.addons)
    if any((repository / addon / "__manifest__.py").is_file() for addon in paths.ADDONS):
        folders.append(repository)
    return ",".join(map(str, folders))


def write_config(
    folder: Path,
    tree: OdooTree,
    server: database_server.Server,
    database: str,
    chosen_ports: Mapping[str, int] | None = None,
    repository: Path = paths.REPOSITORY,
) -> Path:
    """`folder`/odoo.conf, as in production: several workers, cron workers, a log file.

    The add-ons come from `repository`.
    """
    chosen_ports = chosen_ports or {}
    options = {
        "addons_path": addons_path(tree, repository),
        "data_dir": folder / "odoo",
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "db_password": server.password or "False",
        "db_name": database,
        "dbfilter": f"^{database}$",
        "list_db": False,
        "http_interface": ports.LOOPBACK,
        "http_port": chosen_ports.get("workers", chosen_ports.get("odoo", 8069)),
        "gevent_port": chosen_ports.get("gevent", 8072),
        "workers": 5,
        "max_cron_threads": 2,
        "logfile": folder / "log" / "odoo.log",
    }
    # Odoo reads it with interpolation off, so a percent sign in a password is just that.
    parser = configparser.RawConfigParser()
    parser["options"] = {name: str(value) for name, value in options.items()}
    text = io.StringIO()
    parser.write(text)
    paths.private_folder(folder / "log")
    config = folder / "odoo.conf"
    paths.write_private(config, text.getvalue())
    return config


def environ(folder: Path, tree: OdooTree, service: str = "odoo") -> dict[str, str]:
    own = {"PYTHONPATH": str(tree.python_path)}
    return marks.environ(folder, service, database_server.clean_environ() | own)


def run_once(config: Path, tree: OdooTree, what: str, *arguments: str) -> None:
    """Install or update modules; raises Failure when Odoo does or when it logs an error."""
    log = f"--logfile={progress.SETUP_LOG}"
    options = (f"--config={config}", log, *ONCE, *arguments)
    begin = progress.SETUP_LOG.stat().st_size if progress.SETUP_LOG.is_file() else 0
    progress.run_logged(
        [sys.executable, PROGRAM, *options],
        what,
        env=environ(config.parent, tree),
        cwd=config.parent,
    )
    with progress.SETUP_LOG.open("rb") as stream:
        stream.seek(begin)
        output = stream.read().decode(errors="replace").splitlines()
    errors = [line for line in output if " ERROR " in line or " CRITICAL " in line]
    if errors:
        shown = "\n".join(f"    {line}" for line in errors[:5])
        raise progress.Failure(f"{what}: Odoo logged an error.\n{shown}\n{progress.SETUP_LOG}")


def run_script(config: Path, tree: OdooTree, script: Path, variables: Mapping[str, str]) -> str:
    """Run `script` in Odoo's shell (it finds `env`); returns what it printed."""
    log = f"--logfile={progress.SETUP_LOG}"
    with script.open() as source:
        done = subprocess.run(
            [sys.executable, PROGRAM, "shell", f"--config={config}", log, "--no-http"],
            stdin=source,
            env=environ(config.parent, tree) | dict(variables),
            cwd=config.parent,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        tail = done.stderr.strip()[-3000:] or f"exit status {done.returncode}"
        raise progress.Failure(f"{script.name} failed in Odoo's shell:\n{tail}")
    return done.stdout


def server_command(config: Path) -> list[str]:
    return [sys.executable, str(PROGRAM), f"--config={config}"]

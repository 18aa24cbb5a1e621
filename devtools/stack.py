"""The whole thing up and down: PostgreSQL, Odoo with the add-on, and the storefront.

`up(folder)` and `down(folder)` are all that tests and benchmarks need; each folder is a stack
of its own, with its own database, ports and processes.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from . import (
    database_server,
    environment,
    front,
    health,
    marks,
    odoo_process,
    odoo_tree,
    paths,
    ports,
    provision,
    recipes,
    services,
    supervisor,
    template,
)
from .locks import is_locked, locked
from .odoo_tree import OdooTree
from .progress import Failure, say, step
from .sites import AnySite, site
from .state import State

STOP_SECONDS = 40
SUPERVISOR_SECONDS = 5


class Beginning(NamedTuple):
    """What a stack that has no database yet begins with."""

    ensure: Callable[[OdooTree], AnySite]
    """The template of its database."""
    arrive: Callable[[AnySite, AnySite, State], None]
    """What is done once it has been copied: from which site, to which, and the stack's state."""


FRESH = Beginning(lambda tree: template.ensure("demo", tree), lambda source, place, state: None)
"""The demonstration's data, and nothing has happened yet."""


def up(var: Path = paths.VAR, beginning: Beginning = FRESH) -> dict[str, str]:
    """Bring the stack in `var` up, healing what a crash left; returns its connection."""
    var = paths.private_folder(var.absolute())
    with locked(var / "command.lock", "another command on this stack"):
        if _is_up(var):
            say("  already up")
            return connection(var)
        _end_all(var)
        try:
            return _start(var, beginning)
        except BaseException:
            # Also on Ctrl-C: half a stack is of no use and would be in the way.
            _end_all(var)
            raise


def down(var: Path = paths.VAR) -> bool:
    """End every process of the stack in `var`; returns whether there was any."""
    var = var.absolute()
    if not var.is_dir():
        return False
    with locked(var / "command.lock", "another command on this stack"):
        return _end_all(var)


def connection(var: Path = paths.VAR) -> dict[str, str]:
    """What is needed to use a stack; see the README for each entry."""
    return json.loads((var / "connection.json").read_text())


def direct(connection: dict[str, str], var: Path) -> dict[str, str]:
    """The same for whoever talks to Odoo's workers themselves, with nothing in front of them."""
    return connection | {"odoo_url": State.load(var).workers_url}


def _is_up(var: Path) -> bool:
    supervisor_lock = var / "supervisor.lock"
    if not is_locked(supervisor_lock) or not (var / "connection.json").is_file():
        return False
    state = State.load(var)
    if state.served_hash != _served_hash():
        say("  the sources have changed: starting again with the new ones")
        return False
    # Whatever is down now is being started again by the supervisor; what a killed process has left
    # would still answer, and then be gone.
    deadline = time.monotonic() + STOP_SECONDS
    while marks.orphans(var):
        if not is_locked(supervisor_lock) or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return not health.wait(_addresses(state), 45, lambda: " ".join(supervisor.dying(var)))


def _addresses(state: State) -> list[str]:
    """What has to answer. The websocket's server as well: until it listens, its port looks free."""
    return [
        f"{state.odoo_url}/web/health",
        f"{state.odoo_url}/api/health",
        f"{state.workers_url}/web/health",
        f"{state.websocket_url}/web/health",
        f"{state.storefront_url}/api/products",
    ]


def _served_hash() -> str:
    sources = template.sources_hash(*paths.ADDONS, "reference_storefront")
    return f"{sources} {environment.key()} {environment.key(environment.STOREFRONT)}"


def _end_all(var: Path) -> bool:
    supervisors = marks.find(var, "supervisor")
    for process in supervisors:
        marks.terminate(process)
    deadline = time.monotonic() + STOP_SECONDS
    while marks.find(var, "supervisor") and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(marks.end(var) or supervisors)


def _start(var: Path, beginning: Beginning) -> dict[str, str]:
    state = State.load(var)
    tree = odoo_tree.ensure()
    environment.ensure(environment.STOREFRONT)
    has_front = bool(front.ensure())
    place = _database(var, tree, state, beginning)
    # Until its servers listen, a port that was found free is free for another clone's stack too.
    with locked(paths.cache() / "ports.lock", "another stack that is starting"):
        state.ports = ports.choose(state.ports)
        if not has_front:
            say("  no nginx is to be had: Odoo's pages have no real-time connection")
            del state.ports["workers"]
        state.save()
        with place.serving(state.ports["postgres"], state.postgres_password) as server:
            config = odoo_process.write_config(var, tree, server, place.database, state.ports)
            _update(config, tree, state)
            provision.provision(config, tree, state)
        _serve(var, services.of(place, config, tree, state))
        found = _connection(state, server, place.database)
        with step("starting PostgreSQL, Odoo and the storefront"):
            started = time.monotonic()
            problem = health.wait(_addresses(state), 120, lambda: _hopeless(var, started))
            if problem:
                raise Failure(f"{problem}\n{_tails(var)}")
    state.served_hash = _served_hash()
    state.save()
    paths.write_private(var / "connection.json", json.dumps(found, indent=2) + "\n")
    return found


def _database(var: Path, tree: OdooTree, state: State, beginning: Beginning) -> AnySite:
    """The stack's own database: the one it has, or a copy of the template."""
    place = site(var)
    key = template.base_key(tree)
    if place.exists() and state.base_key == key:
        return place
    source = beginning.ensure(tree)
    if place.exists():
        say(f"  Odoo or the module list has changed: new database, old one in {var}/previous")
        place.set_aside()
    with step("copying the database"):
        place.create(source)
        (var / "storefront.sqlite").unlink(missing_ok=True)
    state.forget_database()
    beginning.arrive(source, place, state)
    state.base_key = key
    state.addon_hash = template.sources_hash(*paths.ADDONS)
    state.save()
    place.stamp.touch()
    return place


def _update(config: Path, tree: OdooTree, state: State) -> None:
    current = template.sources_hash(*paths.ADDONS)
    if state.addon_hash == current:
        return
    addons = ",".join(recipes.installable_addons())
    with step(f"updating {addons}: its sources have changed"):
        odoo_process.run_once(config, tree, f"updating {addons}", "-u", addons)
    state.addon_hash = current
    state.save()


def _serve(var: Path, wanted: list[supervisor.Service]) -> None:
    supervisor.write_services(var, wanted)
    inherited = marks.environ(var, "supervisor", os.environ | {"PYTHONPATH": str(paths.REPOSITORY)})
    with (var / "log" / "supervisor.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "devtools.supervisor", str(var)],
            cwd=var,
            env=inherited,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # It outlives this command, and Ctrl-C is not for it.
            start_new_session=True,
        )


def _hopeless(var: Path, started: float) -> str:
    """Why the stack in `var`, served since `started` (monotonic), will not come up, or ''."""
    if time.monotonic() > started + SUPERVISOR_SECONDS and not is_locked(var / "supervisor.lock"):
        return "The supervisor has ended."
    if dying := supervisor.dying(var):
        return f"{' and '.join(dying)} ended again and again right after the start."
    return ""


def _connection(state: State, server: database_server.Server, database: str) -> dict[str, str]:
    return {
        "odoo_url": state.odoo_url,
        "database": database,
        "admin_login": "admin",
        "admin_password": "admin",
        "api_key": state.api_key,
        "webhook_secret": state.webhook_secret,
        "storefront_url": state.storefront_url,
        "storefront_password": state.storefront_password,
        "postgres_dsn": server.dsn(database),
    }


def _tails(var: Path) -> str:
    shown = []
    dying = supervisor.dying(var)
    for name in ("postgres", "odoo", "odoo.console", "storefront", "front", "supervisor"):
        log = var / "log" / f"{name}.log"
        if log.is_file():
            tail = 25 if name.partition(".")[0] in dying else 8
            lines = log.read_text(errors="replace").splitlines()[-tail:]
            shown += [f"--- {log}", *lines]
    return "\n".join(shown)

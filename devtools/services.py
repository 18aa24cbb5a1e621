"""The processes a stack consists of, in the order in which they are started."""

from pathlib import Path

from . import database_server, environment, front, marks, odoo_process, paths, ports
from .odoo_tree import OdooTree
from .sites import AnySite, EmbeddedSite
from .state import State
from .supervisor import Service


def of(place: AnySite, config: Path, tree: OdooTree, state: State) -> list[Service]:
    after_database = [odoo(place, config, tree), storefront(place, state)]
    if "workers" in state.ports:
        after_database.append(_front(place, state))
    if isinstance(place, EmbeddedSite):
        return [_postgres(place, state.ports["postgres"]), *after_database]
    return after_database


def _postgres(place: EmbeddedSite, port: int) -> Service:
    return Service(
        name="postgres",
        command=place.cluster.command(port),
        environ=marks.environ(place.folder, "postgres", database_server.clean_environ()),
        directory=str(place.folder),
        log=str(place.folder / "log" / "postgres.log"),
        wait_for_port=port,
        # Its "fast" shutdown, which does not wait for clients to leave.
        stop_signal="SIGINT",
    )


def odoo(place: AnySite, config: Path, tree: OdooTree) -> Service:
    return Service(
        name="odoo",
        command=odoo_process.server_command(config),
        environ=odoo_process.environ(place.folder, tree),
        directory=str(place.folder),
        # What is said before the configured log file, log/odoo.log, is open.
        log=str(place.folder / "log" / "odoo.console.log"),
    )


def _front(place: AnySite, state: State) -> Service:
    return Service(
        name="front",
        command=front.command(front.ensure(), front.write_config(place.folder, state.ports)),
        environ=marks.environ(place.folder, "front", database_server.clean_environ()),
        directory=str(place.folder),
        log=str(place.folder / "log" / "front.log"),
    )


def storefront(place: AnySite, state: State) -> Service:
    own = {
        "PYTHONPATH": str(paths.REPOSITORY),
        "ERP_URL": state.workers_url,
        "ERP_DATABASE": place.database,
        "ERP_API_KEY": state.api_key,
        "WEBHOOK_SECRET": state.webhook_secret,
        "STOREFRONT_DB": str(place.folder / "storefront.sqlite"),
        "STOREFRONT_HOST": ports.LOOPBACK,
        "STOREFRONT_PORT": str(state.ports["storefront"]),
        "STOREFRONT_PASSWORD": state.storefront_password,
    }
    inherited = database_server.clean_environ()
    python = environment.python(environment.STOREFRONT)
    return Service(
        name="storefront",
        command=[str(python), "-m", "reference_storefront", "serve"],
        environ=marks.environ(place.folder, "storefront", inherited | own),
        directory=str(place.folder),
        log=str(place.folder / "log" / "storefront.log"),
    )

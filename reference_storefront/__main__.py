"""`python -m reference_storefront serve` and `python -m reference_storefront reconcile`."""

import argparse
import logging
import os
import signal
import sqlite3
import sys

from . import config as configuration
from . import drift_table
from .config import Config
from .erp import Erp, ErpUnreachable
from .reconcile import WEBHOOK_LIMIT_SECONDS, EmptySnapshot, reconcile, shown_stock
from .reconcile_catalogue import reconcile_catalogue
from .store import Store

# Most threads wait: for SQLite's disk or for the ERP. See sales.MOST_WAITING_REQUESTS.
THREADS = 32
LARGEST_HEADER = 32 * 1024


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the return value is the exit status (2: it could not be done)."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        config = configuration.from_environ(os.environ)
        return options.run(config, options)
    except configuration.ConfigError as error:
        return _fail(str(error))
    except (OSError, sqlite3.Error) as error:
        return _fail(f"{type(error).__name__}: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reference_storefront", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    serve = commands.add_parser("serve", help="run the shop")
    serve.set_defaults(run=_serve)
    check = commands.add_parser("reconcile", help="compare with the ERP, correct drift")
    check.add_argument("--dry-run", action="store_true", help="only report")
    check.add_argument(
        "--settle",
        type=float,
        default=WEBHOOK_LIMIT_SECONDS,
        metavar="SECONDS",
        help="how long a webhook may be on its way (default: %(default)s)",
    )
    check.set_defaults(run=_reconcile)
    return parser


def server_of(app, config: Config):
    """The HTTP server, which listens already. It keeps no body that the shop would refuse: what it
    reads before the shop is asked lies in memory or in a temporary file."""
    import waitress  # only this command needs it

    from .app import LARGEST_BODY

    proxy = {
        "trusted_proxy": config.proxy,
        "trusted_proxy_headers": {"x-forwarded-for"},
        "clear_untrusted_proxy_headers": True,
    } if config.proxy else {}
    return waitress.create_server(
        app,
        host=config.host,
        port=config.port,
        threads=THREADS,
        max_request_body_size=LARGEST_BODY,
        max_request_header_size=LARGEST_HEADER,
        **proxy,
    )


def _serve(config: Config, _options) -> int:
    from .app import create_app, shop_of

    app = create_app(config)
    server = server_of(app, config)
    shop_of(app).sales.start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"The shop is open at http://{config.host}:{config.port}/", flush=True)
    server.run()
    return 0


def _reconcile(config: Config, options) -> int:
    store, erp = Store(config.database), Erp(config)
    how = {"correct": not options.dry_run, "settle": options.settle}
    try:
        erp.tell_stock(shown_stock(store))  # as it is before anything is corrected
        # stock can be corrected only of what is in the catalogue
        products = reconcile_catalogue(store, erp, **how)
        report = reconcile(store, erp, **how)
    except ErpUnreachable as error:
        return _fail(f"no snapshot from {config.erp_url}: {error}")
    except EmptySnapshot:
        return _fail("the ERP's snapshot is empty while the shop has products: nothing changed")
    print(drift_table.render_catalogue(products, corrected=not options.dry_run))
    print(drift_table.render(report, corrected=not options.dry_run))
    return 1 if products.drifts or report.drifts else 0


def _fail(message: str) -> int:
    print(f"reference_storefront: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())

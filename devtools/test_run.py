"""Runs every kind of test, each in a pytest of its own, and sums them up in one line.

They are separate because pytest-odoo must not be loaded where Odoo is not, and because the
add-on's tests must not find add-ons as top-level packages.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

from . import (
    chromium,
    database_server,
    environment,
    former_version,
    marks,
    odoo_process,
    odoo_tree,
    paths,
    ports,
    postgres,
    recipes,
    stack,
    template,
)
from .locks import locked
from .progress import say
from .sites import site
from .test_counts import Counts, closing_line, problems

VAR = paths.VAR / "test"
E2E_VAR = paths.VAR / "e2e"
KIND_SECONDS = 1800
WITHOUT_ODOO = ("-p", "no:odoo")
#: They need l10n_in, and fail where it is missing.
INDIAN = (
    "enord_sales_sync/tests/customers/test_customer_tax_ids.py",
    "enord_sales_sync/tests/customers/test_existing_customers.py",
    "enord_sales_sync/tests/customers/test_indian_states.py",
    "enord_sales_sync/tests/customers/test_vies.py",
    "enord_sales_sync/tests/orders/test_indian_localisation.py",
    "enord_sales_sync/tests/orders/test_order_money.py",
    "enord_sales_sync/tests/orders/test_order_money_api.py",
    "enord_sales_sync/tests/orders/test_tax_table.py",
)
#: They need what else shops have installed.
BESIDE = ("enord_sales_sync/tests/checkout/test_hold_buys_nothing.py",)
#: The rooms where orders are, half of the add-on's tests.
SELLING = tuple(
    f"enord_sales_sync/tests/{room}" for room in ("checkout", "customers", "invoicing", "orders")
)
#: Inside Odoo, each with its database.
IN_ODOO = {
    "neighbours": "neighbours", "addon": "generic", "selling": "generic", "indian": "plain",
}
#: One of them keeps one processor busy, or waits.
SIDE_BY_SIDE = 2
#: Niceness of all but e2e, whose tests watch the clock: beside it they have what it leaves.
NICE = 10
PORT_VARIABLES = tuple(variable for variable, _ in ports.CHOICES.values())


def main(kinds: Sequence[str] = ()) -> int:
    """Run every kind of test, or those named."""
    paths.private_folder(VAR)
    with locked(VAR / "command.lock", "another test run in this clone"):
        counts = _run(kinds or list(KINDS))
    say("")
    for kind, count in counts.items():
        say(f"  {kind:12} {count.ran:4} ran in {count.seconds:.0f} s")
    found = problems(counts)
    for problem in found:
        say(f"  {problem}")
    say(closing_line(counts.values()))
    return 1 if found else 0


def _run(kinds: Sequence[str]) -> dict[str, Counts]:
    """Each prints what it has to say when it has ended."""
    for kind in kinds:
        if kind in IN_ODOO:
            chromium.ensure()
            template.ensure(IN_ODOO[kind], odoo_tree.ensure())
    say(f"\n== {', '.join(kinds)} tests, {SIDE_BY_SIDE} at a time")
    marks.end(VAR)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as lanes:
        try:
            return dict(zip(kinds, lanes.map(_run_one, kinds), strict=True))
        finally:
            # on Ctrl-C: what the lanes still wait for
            marks.end(VAR)


def _run_one(kind: str) -> Counts:
    if kind != "e2e":
        # of this thread and of what it starts
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(own, NICE))
    counts = KINDS[kind]()
    say(f"\n== {kind} tests\n{_printed(kind).read_text()}")
    return counts


def _printed(kind: str) -> Path:
    return VAR / f"{kind}.log"


def _contract() -> Counts:
    """The wire and the HTTP client that sends it: no Odoo, no database."""
    return _pytest("contract", ["contract_tests", "delivery_tests"], WITHOUT_ODOO, {})


def _storefront() -> Counts:
    """The reference shop, in its own environment, against a small stand-in for the ERP."""
    environ = {"PYTHONPATH": str(paths.REPOSITORY)}
    python = environment.ensure(environment.STOREFRONT)
    return _pytest("storefront", ["reference_storefront/tests"], (), environ, python)


def _devtools() -> Counts:
    environ = {"PYTHONPATH": str(paths.REPOSITORY)}
    return _pytest("devtools", ["devtools/tests"], WITHOUT_ODOO, environ)


def _addon() -> Counts:
    """The add-on inside Odoo, HTTP included, on a fresh database without demonstration data.

    The company is in no country and has Odoo's generic chart of accounts.
    """
    return _in_odoo("addon", _tests_with("generic"), without=(*SELLING, *INDIAN, *BESIDE))


def _selling() -> Counts:
    """The rest of them, in another database of that kind."""
    return _in_odoo("selling", SELLING, without=(*INDIAN, *BESIDE))


def _indian() -> Counts:
    """What the Indian localisation changes, for a company with its chart of accounts."""
    return _in_odoo("indian", INDIAN)


def _neighbours() -> Counts:
    """All of them, for that company, where all is installed that touches the same."""
    return _in_odoo("neighbours", _tests_with("neighbours"))


def _tests_with(database: str) -> list[str]:
    return [f"{addon}/tests" for addon in recipes.RECIPES[database].addons]


def _in_odoo(kind: str, tests: Sequence[str], without: Sequence[str] = ()) -> Counts:
    tree = odoo_tree.ensure()
    folder = VAR / kind
    place = site(folder)
    place.create(template.ensure(IN_ODOO[kind], tree))
    with place.serving() as server:
        chosen_ports = {name: ports.any_free() for name in ("odoo", "gevent")}
        config = odoo_process.write_config(folder, tree, server, place.database, chosen_ports)
        options = [
            f"--odoo-config={config}",
            f"--odoo-database={place.database}",
            # Without it pytest-odoo skips every HttpCase.
            "--odoo-http",
            "--odoo-extra=workers=0",
            "--odoo-extra=max-cron-threads=0",
            # Odoo's pinned dependencies are full of them.
            *("-W", "ignore::DeprecationWarning"),
            *(f"--ignore={paths.REPOSITORY / test}" for test in without),
        ]
        counts = _pytest(kind, tests, options, {"PYTHONPATH": str(tree.python_path)})
    place.remove()
    return counts


def _e2e() -> Counts:
    """Real processes, real HTTP, a real browser, on a stack of its own."""
    browser = chromium.ensure()
    with _fresh_stack_folder():
        environ = {"PYTHONPATH": str(paths.REPOSITORY), "CHROMIUM": browser}
        return _pytest("e2e", ["e2e"], WITHOUT_ODOO, environ)


def _migration() -> Counts:
    """A database that version 19.0.1.0.0 has filled, updated to this one."""
    former_version.ensure(odoo_tree.ensure())
    environ = {"PYTHONPATH": str(paths.REPOSITORY)}
    return _pytest("migration", ["migration_tests"], WITHOUT_ODOO, environ)


@contextlib.contextmanager
def _fresh_stack_folder() -> Iterator[None]:
    stack.down(E2E_VAR)
    if E2E_VAR.is_dir():
        site(E2E_VAR).remove()
        shutil.rmtree(E2E_VAR)
    try:
        yield
    finally:
        stack.down(E2E_VAR)


#: The longest first: the short ones fill what these leave.
KINDS = {
    "e2e": _e2e,
    "neighbours": _neighbours,
    "addon": _addon,
    "selling": _selling,
    "contract": _contract,
    "indian": _indian,
    "migration": _migration,
    "storefront": _storefront,
    "devtools": _devtools,
}


def _pytest(
    kind: str,
    tests: Sequence[str],
    options: Sequence[str],
    environ: dict[str, str],
    python: str | Path = sys.executable,
) -> Counts:
    found = [str(paths.REPOSITORY / test) for test in tests if (paths.REPOSITORY / test).exists()]
    if not found:
        return Counts()
    report = VAR / f"{kind}.xml"
    report.unlink(missing_ok=True)
    command = [
        *(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=3"),
        *(f"--rootdir={paths.REPOSITORY}", f"--junitxml={report}"),
        *options,
        *found,
    ]
    environ = environ | {
        "ENORD_SETUP_LOG": str(VAR / f"{kind}.setup.log"), postgres.FSYNC: "off",
    }
    inherited = database_server.clean_environ() if kind in IN_ODOO else dict(os.environ)
    # A running `make up` may have these; a second stack needs ports of its own.
    inherited = {name: value for name, value in inherited.items() if name not in PORT_VARIABLES}
    started = time.monotonic()
    with _printed(kind).open("w") as output:
        running = subprocess.Popen(
            command,
            # From a folder where no add-on can be imported as a top-level package.
            cwd=VAR,
            env=marks.environ(VAR, kind, _without_path(inherited) | environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    marks.as_nice(running.pid)
    try:
        status = running.wait(KIND_SECONDS)
    except subprocess.TimeoutExpired:
        say(f"  the {kind} tests did not end within {KIND_SECONDS} s")
        running.kill()
        status = running.wait()
    return _counts(report, status, time.monotonic() - started)


def _without_path(environ: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name != "PYTHONPATH"}


def _counts(report: Path, status: int, seconds: float) -> Counts:
    try:
        return Counts.read(ElementTree.parse(report).getroot(), status, seconds)
    except (OSError, ElementTree.ParseError):
        return Counts(status=status or 1, seconds=seconds)

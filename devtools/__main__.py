"""`python3 -m devtools COMMAND`; the Makefile's targets are these commands."""

import argparse
import os
import signal
import subprocess
import sys
import threading

from . import environment, lint, lock, paths, progress, stack, test_run, translations
from .progress import Failure, say


def up() -> int:
    """Start PostgreSQL, Odoo with the add-on, and the storefront."""
    from . import history  # needs packages that only the environment has

    _show(stack.up(beginning=history.A_DAY))
    return 0


def down() -> int:
    """Stop all of them."""
    say("  stopped" if stack.down() else "  nothing is up")
    return 0


def run() -> int:
    """Start everything, show what it does, and stay until Ctrl-C."""
    from . import history, scenario  # need packages that only the environment has

    try:
        connection = stack.up(beginning=history.A_DAY)
        failed = scenario.main(connection)
        if not failed:
            _show(connection)
        if not failed and os.environ.get("ENORD_RUN_ONCE") != "1":
            say("  Ctrl-C stops everything.")
            threading.Event().wait()
        return failed
    except KeyboardInterrupt:
        say("")
        return 0
    finally:
        stack.down()
        say("  stopped")


def bench(names: list[str], record: bool) -> int:
    """Measure the add-on beside its peers."""
    command = [sys.executable, "-m", "benchmarks", *names, *["--record"] * record]
    return subprocess.run(command, cwd=paths.REPOSITORY).returncode


def screenshots(names: list[str]) -> int:
    """Make a picture of each screen, for the documentation."""
    from . import screenshots  # needs packages that only the environment has

    return screenshots.main(names)


def _show(connection: dict[str, str]) -> None:
    login = f"{connection['admin_login']} / {connection['admin_password']}"
    say(f"  Odoo        {connection['odoo_url']}   (login {login})")
    say(f"  Storefront  {connection['storefront_url']}")
    say("  API key, webhook secret, the shop's password for /api/events and /api/orders, and the")
    say("  database's address: var/connection.json")


COMMANDS = {
    "run": run,
    "up": up,
    "down": down,
    "test": test_run.main,
    "bench": bench,
    "lint": lint.main,
    "i18n": translations.main,
    "lock": lock.main,
    "screenshots": screenshots,
}
# Nothing has to be installed to stop what runs, nor to look up what is to be installed.
WITHOUT_ENVIRONMENT = {"down", "lock"}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m devtools", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, function in COMMANDS.items():
        known = commands.add_parser(name, help=(function.__doc__ or "").splitlines()[0])
        if name == "test":
            known.add_argument("kinds", nargs="*", choices=[*test_run.KINDS, []])
        if name == "screenshots":
            known.add_argument("names", nargs="*", metavar="NAME", help="see devtools/screens.py")
        if name == "bench":
            known.add_argument("names", nargs="*", metavar="NAME", help="see benchmarks/")
            known.add_argument("--record", action="store_true", help="write the figures down")
    options = vars(parser.parse_args(arguments))
    command = options.pop("command")
    # A closed terminal or a plain `kill` stops things as orderly as Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        if command not in WITHOUT_ENVIRONMENT:
            environment.enter(arguments)
        return COMMANDS[command](**options)
    except Failure as error:
        return progress.fail(error)
    except KeyboardInterrupt:
        say("\n  interrupted")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

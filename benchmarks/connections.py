"""Connections to PostgreSQL that the dispatcher adds: the same server with the add-on and without.

``pg_stat_activity`` is looked at after the cron workers have visited each database.
"""

import configparser
import contextlib
import statistics
import subprocess
import time

from devtools import marks, odoo_process, odoo_tree, ports, template
from devtools.progress import say
from devtools.shop_client import wait_for
from devtools.sites import site

from .queue_job_server import answers

SECONDS = 40
CASES = (
    (1, "1 database, 5 + 2 workers", 2),
    (3, "3 databases", 4),
)


def run(bench):
    for databases, what, bar in CASES:
        without, ours = (
            _connections(bench.var / f"connections_{recipe}", recipe, databases)
            for recipe in ("base", "plain")
        )
        added = ours - without
        bench.figure(
            f"connections that the dispatcher adds: {what}",
            f"{ours:g}, without {without:g}: {added:g}", f"≤ {bar}", added <= bar,
        )


def _connections(folder, recipe, databases):
    """Of all processes of a server with so many copies of a recipe's database; the median."""
    place = site(folder)
    tree = odoo_tree.ensure()
    place.create(template.ensure(recipe, tree))
    names = [place.database, *(f"{place.database}_{number}" for number in range(2, databases + 1))]
    with place.serving() as server:
        for name in names[1:]:
            server.execute("postgres", f"CREATE DATABASE {name} TEMPLATE {place.database}")
        try:
            with _odoo(folder, tree, server, place, names), \
                    contextlib.closing(server.connect()) as connection:
                seen = _sample(connection.cursor(), names)
        finally:
            marks.end(folder, "odoo")
            for name in names[1:]:
                server.execute("postgres", f"DROP DATABASE {name} WITH (FORCE)")
    place.remove()
    say(f"  {databases} of {recipe}: {min(seen)} to {max(seen)}")
    return statistics.median(seen)


@contextlib.contextmanager
def _odoo(folder, tree, server, place, names):
    chosen = {"odoo": ports.any_free(), "gevent": ports.any_free()}
    config = odoo_process.write_config(folder, tree, server, place.database, chosen)
    parser = configparser.RawConfigParser()
    parser.read(config)
    parser["options"].update(db_name=",".join(names), dbfilter=f"^({'|'.join(names)})$")
    with config.open("w") as stream:
        parser.write(stream)
    process = subprocess.Popen(
        odoo_process.server_command(config), env=odoo_process.environ(folder, tree), cwd=folder,
        stdin=subprocess.DEVNULL,
    )
    try:
        url = f"http://{ports.LOOPBACK}:{chosen['odoo']}"
        if wait_for(lambda: answers(url), bool, 120, 0.2) is None:
            raise TimeoutError(f"Odoo does not answer; see {folder}/log/odoo.log")
        yield
    finally:
        process.terminate()
        process.wait(30)


def _sample(cursor, names):
    """How many there are, looked at twice a second, after the cron workers have been everywhere."""
    time.sleep(5)
    for name in names:
        cursor.execute("SELECT pg_notify('cron_trigger', %s)", [name])
    time.sleep(20)
    seen = []
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        cursor.execute("""
            SELECT count(*) FROM pg_stat_activity
             WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
        """)
        seen.append(cursor.fetchone()[0])
        time.sleep(0.5)
    return seen

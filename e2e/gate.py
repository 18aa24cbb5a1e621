"""Stops somebody in the middle of a transaction, and finds the process that is stopped."""

import contextlib

import psutil

from devtools import marks, paths

VAR = paths.VAR / "e2e"
GATE = 0x6761_7465


@contextlib.contextmanager
def gate_at_commit(database, reference):
    """The COMMIT of an order of this reference waits for the advisory lock ``GATE``."""
    with _trigger(
        database, f"PERFORM pg_advisory_xact_lock({GATE})",
        "CREATE CONSTRAINT TRIGGER e2e_gate AFTER INSERT ON enord_api_transaction "
        "DEFERRABLE INITIALLY DEFERRED", f"NEW.reference = '{reference}'",
    ):
        yield


@contextlib.contextmanager
def gate_at_invoice(database, reference):
    """Whoever makes the invoice of the order of this reference waits for ``GATE``."""
    with _trigger(
        database, f"PERFORM pg_advisory_xact_lock({GATE})",
        "CREATE TRIGGER e2e_gate AFTER INSERT ON account_move", f"NEW.ref = '{reference}'",
    ):
        yield


@contextlib.contextmanager
def gate_at_reservation(database, picking):
    """Whoever reserves units for this transfer waits for ``GATE``, with what is locked till then.

    :param int picking: id of the ``stock.picking``
    """
    with _trigger(
        database, f"PERFORM pg_advisory_xact_lock({GATE})",
        "CREATE TRIGGER e2e_gate AFTER INSERT ON stock_move_line", f"NEW.picking_id = {picking}",
    ):
        yield


@contextlib.contextmanager
def closed(database):
    """The gate is closed inside."""
    database.execute("SELECT pg_advisory_lock(%s)", [GATE])
    try:
        yield
    finally:
        database.execute("SELECT pg_advisory_unlock(%s)", [GATE])


@contextlib.contextmanager
def _trigger(database, does, trigger, condition):
    database.execute(f"""
        CREATE FUNCTION e2e_gate() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {does};
            RETURN NULL;
        END $$;
        {trigger} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION e2e_gate()
    """)
    try:
        yield
    finally:
        database.execute("DROP FUNCTION e2e_gate CASCADE")


def who_waits_at_the_gate(database):
    """The process of Odoo that waits at the gate, or None."""
    return _process(database, f"""
        pid IN (SELECT pid FROM pg_locks
                 WHERE NOT granted AND locktype = 'advisory' AND objid = {GATE})
    """)


def _process(database, condition):
    database.execute(f"SELECT client_port FROM pg_stat_activity WHERE {condition}")
    ports = [port for (port,) in database.fetchall()]
    for process in marks.find(VAR, "odoo"):
        for end in psutil.Process(process).connections("tcp"):
            if end.laddr.port in ports and end.raddr:
                return process
    return None

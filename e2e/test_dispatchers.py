"""Many events, several processes, bad answers: order per key, and nothing lost or doubled."""

import os
import re
import signal
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psutil
import pytest

from devtools import marks
from devtools.shop_client import wait_for

from .outbox import VAR

IN_FLIGHT = 512
CRON_WORKERS = 2  # devtools.odoo_process
#: What Odoo adds to the niceness of its cron workers, and to that of no other process.
CRON_NICE = 10


@pytest.mark.parametrize(("changes", "leaders_to_kill"), [(20_000, 0), (8_000, 3)])
def test_order_per_key_and_nothing_lost_or_doubled(
    changes, leaders_to_kill, outbox, receiver, staff
):
    keys = outbox.keys(staff, 200)
    receiver.forget()
    _both_dispatchers()
    receiver.behave(fail=0.1, slow=0.02)
    together = 40
    leaders = {outbox.leader()}
    for batch in range(changes // together):
        outbox.change_some(keys, together)
        if leaders_to_kill and batch % 50 == 49 and len(leaders) <= leaders_to_kill:
            os.kill(outbox.leader(), signal.SIGKILL)
            assert wait_for(outbox.leader, bool, 5)
            leaders.add(outbox.leader())
    receiver.behave(fail=0.0, slow=0.0)
    outbox.settle()

    assert len(leaders) == leaders_to_kill + 1
    assert receiver.told() == outbox.truth(keys)  # and no sequence went back
    bodies, acknowledged = defaultdict(set), defaultdict(int)
    for event in receiver.stock():
        bodies[event["id"]].add((event["digest"], event["sequence"]))
        acknowledged[event["id"]] += event["status"] == 200
    assert all(len(same) == 1 for same in bodies.values())
    # one that failed was superseded where its key changed again
    assert set(acknowledged.values()) <= {0, 1} | ({2} if leaders_to_kill else set())
    delivered = {event_id for [event_id] in outbox.query("""
        SELECT uuid FROM enord_webhook_event
         WHERE storefront_id = %(storefront)s AND state = 'delivered'
    """)}
    arrived = {event_id for event_id, count in acknowledged.items() if count}
    assert delivered & acknowledged.keys() <= arrived
    # what a leader had sent and not yet written down when it died comes twice, or is superseded
    unwritten = arrived - delivered
    assert len(unwritten) <= leaders_to_kill * IN_FLIGHT
    doubled = sum(count == 2 for count in acknowledged.values())
    assert doubled <= leaders_to_kill * IN_FLIGHT


def test_those_that_wait_to_lead_do_not_hold_back_vacuum(outbox):
    """A statement that waits for a lock keeps its snapshot as long as it waits."""
    _both_dispatchers()
    assert wait_for(lambda: outbox.query("""
        SELECT application_name, query FROM pg_stat_activity
         WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()
           AND query_start < clock_timestamp() - interval '1 second'
    """), lambda holding: not holding, 5, pause=0.2)


def test_a_silent_storefront_does_not_hold_up_the_other(
    outbox, receiver, shop, warehouse, make_product
):
    receiver.behave(hold=True)
    sku = make_product(stock=1)
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 1)
    for stock in range(2, 12):
        warehouse.receive(sku, 1)
        took = wait_for(lambda: shop.stock(sku), lambda found, stock=stock: found == stock)
        assert took is not None


def test_a_receiver_of_one_secret_is_switched_in_the_middle_of_a_stream(
    outbox, receiver, staff
):
    """It is written to the specification: one HMAC, compared."""
    def secret():
        shown = staff.call("enord.credential", "reveal", outbox.storefront)
        [storefront] = staff.call(
            "enord.storefront", "read", [outbox.storefront], ["takes_secret"]
        )
        return shown["secret"], storefront["takes_secret"]

    keys = outbox.keys(staff, 200)
    receiver.forget()
    receiver.behave(secret=secret()[0])
    outbox.change(keys)  # some may not come up in the stream
    for batch in range(300):
        if batch == 100:
            wizard = staff.call(
                "enord.secret.wizard", "create", {"storefront_id": outbox.storefront}
            )
            staff.call("enord.secret.wizard", "action_rotate", [wizard])
        if batch == 200:
            assert secret()[1] == "former"
            receiver.behave(secret=secret()[0])
        outbox.change_some(keys, 5)
        time.sleep(0.02)
    outbox.settle()
    assert receiver.told() == outbox.truth(keys)
    assert secret()[1] == "current"
    accepted = [event for event in receiver.stock() if event["status"] == 200]
    assert max(event["lag_ms"] for event in accepted) < 5000
    assert any(event["status"] == 401 for event in receiver.stock())
    assert all(event["attempt"] == 1 for event in accepted)
    staff.call("enord.storefront", "action_end_overlap", [outbox.storefront])


def test_six_hours_down_and_then_the_present(outbox, receiver, staff):
    """10,000 changes of 500 keys while the receiver is down are 500 events when it is back."""
    keys = outbox.keys(staff, 500)
    receiver.forget()
    receiver.behave(status=503)
    for _hour in range(6):
        for _time in range(20):
            outbox.change_some(keys, 80)
        # the breaker opens; then an hour passes for all that the database remembers
        assert wait_for(lambda: len(receiver.stock()), lambda seen: seen, 10)
        outbox.query("""
            UPDATE enord_webhook_event SET recorded_at = recorded_at - interval '1 hour',
                   next_attempt_at = next_attempt_at - interval '1 hour',
                   lease_until = lease_until - interval '1 hour'
             WHERE storefront_id = %(storefront)s AND state IN ('pending', 'sending');
            UPDATE enord_storefront SET next_probe_at = next_probe_at - interval '1 hour'
             WHERE id = %(storefront)s
        """)
        receiver.forget()
    outbox.change(keys)
    receiver.behave(status=200)
    assert outbox.settle(60) < 60
    arrived = [event for event in receiver.stock() if event["status"] == 200]
    assert len(arrived) == len({event["key"] for event in arrived}) == 500
    assert receiver.told() == outbox.truth(keys)
    assert not outbox.query("""
        SELECT id FROM enord_webhook_event WHERE storefront_id = %(storefront)s AND state = 'dead'
    """)


@pytest.mark.parametrize("busy", [False, True])
def test_latency_counts_from_the_commit(busy, outbox, receiver, staff):
    """A transaction records what it changes at each of its savepoints, and may go on for long."""
    keys = outbox.keys(staff, 100)
    outbox.settle()
    receiver.forget()
    [product], [warehouse] = (
        staff.call(model, "search", domain, limit=1) for model, domain in (
            ("product.product", [("default_code", "=", keys[-1][2].split()[0])]),
            ("stock.warehouse", [("enord_location_code", "=", "WH-TECH-01")]),
        )
    )
    action = staff.call("ir.actions.server", "create", {
        "name": "Count, then take long",
        "model_id": staff.one("ir.model", [("model", "=", "stock.quant")])["id"],
        "state": "code",
        "code": f"""
place = env["stock.warehouse"].browse({warehouse}).lot_stock_id
env["stock.quant"]._update_available_quantity(
    env["product.product"].browse({product}), place, 7,
)
env.cr.flush()
env.cr.execute("SELECT pg_sleep(3)")
""",
    })
    with ThreadPoolExecutor() as beside:
        running = beside.submit(staff.call, "ir.actions.server", "run", [action])
        while busy and not running.done():
            outbox.change_some(keys[:-1], 5)
            time.sleep(0.02)
        running.result()
    outbox.settle()
    [(latency, recorded, created)] = outbox.query("""
        SELECT latency_ms, recorded_at, create_date FROM enord_webhook_event
         WHERE storefront_id = %(storefront)s AND product_id = %(product)s
           AND event_type = 'inventory.change' AND state = 'delivered'
      ORDER BY id DESC LIMIT 1
    """, {"product": product})
    assert recorded - created > timedelta(seconds=3)
    assert latency < 1500
    [event] = [event for event in receiver.stock() if event["key"] == keys[-1][2]]
    assert event["lag_ms"] < 1500


def test_dispatchers_run_in_the_cron_workers(outbox):
    cron_workers = {
        process for process in marks.find(VAR, "odoo")
        if psutil.Process(process).nice() == os.nice(0) + CRON_NICE
    }
    assert _both_dispatchers() == cron_workers
    assert outbox.leader() in cron_workers


def test_another_cron_worker_leads_when_the_leader_is_killed(outbox, receiver, staff):
    keys = outbox.keys(staff, 1)
    for _time in range(3):
        _both_dispatchers()
        killed = outbox.leader()
        receiver.forget()
        os.kill(killed, signal.SIGKILL)
        outbox.change(keys)
        assert wait_for(receiver.stock, bool, 5)
        assert outbox.leader() in _both_dispatchers() - {killed}


def _dispatchers():
    """The processes of the stack in which a dispatcher's thread runs.

    By the stacks of all threads that each of Odoo's processes writes down on SIGQUIT. Some end of
    it: Odoo's writing fails on a thread that is just between two lines.
    """
    log = VAR / "log" / "odoo.log"
    begin = log.stat().st_size
    processes = marks.find(VAR, "odoo")
    for process in processes:
        os.kill(process, signal.SIGQUIT)

    def dumped():
        with log.open(errors="replace") as stream:
            stream.seek(begin)
            parts = re.split(r"^\S+ \S+ (\d+) [A-Z]+ ", stream.read(), flags=re.MULTILINE)
        return {
            int(process): text for process, text in zip(parts[1::2], parts[2::2], strict=True)
            if "# Thread: " in text
        }

    def all_of_them(found):
        return found.keys() >= set(processes) & set(marks.find(VAR, "odoo"))

    assert wait_for(dumped, all_of_them, 10) is not None
    return {process for process, text in dumped().items() if "enord.dispatcher." in text}


def _both_dispatchers():
    until = time.monotonic() + 30
    while len(found := _dispatchers()) != CRON_WORKERS:
        assert time.monotonic() < until, found
    return found

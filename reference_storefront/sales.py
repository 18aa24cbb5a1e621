"""Bring an order to the ERP: post the same bytes until there is an answer that settles it.

A timeout says nothing about whether the order exists. Posting the same transaction id with the
same content again is always safe: the ERP makes the order if it has none, and otherwise answers
200 with `Idempotency-Replayed: true`.
"""

import json
import logging
import random
import sqlite3
import threading
import time

from . import cart, holds, orders
from .erp import Answer, Erp, ErpUnreachable
from .store import Store

logger = logging.getLogger(__name__)

BACKOFF_SECONDS = (1, 2, 5, 10, 30, 60)
LONGEST_RETRY_AFTER = 300

# Answers that a repeat of the same bytes cannot change. Everything else is tried again: 5xx and
# 429 pass, 404 is an ERP being deployed, and 401 an expired key that somebody will replace.
REFUSALS = {400, 409, 413, 415, 422}

# Requests may wait for the ERP themselves, but never all of the server's threads: while the ERP
# hangs, webhooks and pages must still be served. Further orders go to the worker.
MOST_WAITING_REQUESTS = 24
WORKERS = 4


def state_after(answer: Answer) -> str:
    """The order's state that follows from an answer; `pending` means: post it again."""
    content = answer.content if isinstance(answer.content, dict) else {}
    # A 200 that is not the contract's (a login page, a proxy's greeting) accepts nothing.
    if answer.status in (200, 201) and content.get("order"):
        return "confirmed"
    if answer.status in REFUSALS:
        codes = {e.get("code") for e in content.get("errors") or [] if isinstance(e, dict)}
        codes.add(content.get("code"))
        if answer.status == 409 and "out_of_stock" in codes:
            return "out_of_stock"
        return "rejected"
    return "pending"


def notices_of(answer: Answer) -> list[dict]:
    """What the ERP adapted to accept the order."""
    return answer.content.get("notices") or []


def wait_before(attempt: int, retry_after: float | None) -> float:
    """Seconds until the next attempt; spread, so that many orders do not return as one wave."""
    if retry_after is not None:
        return min(retry_after, LONGEST_RETRY_AFTER) + random.uniform(0, 1)
    return BACKOFF_SECONDS[min(attempt, len(BACKOFF_SECONDS)) - 1] * random.uniform(0.8, 1.2)


class Sales:
    """Posts orders: at once while the customer waits, and from worker threads later."""

    def __init__(self, store: Store, erp: Erp):
        self.store = store
        self.erp = erp
        self._waiting = threading.BoundedSemaphore(MOST_WAITING_REQUESTS)
        self._wake = threading.Event()
        self._stopped = threading.Event()

    def settle_now(self, transaction_id: str) -> None:
        """First attempt, in the customer's own request if there is room for it."""
        if not self._waiting.acquire(blocking=False):
            self._retry_in(transaction_id, 0)
            return
        try:
            self.post(transaction_id)
        finally:
            self._waiting.release()

    def post(self, transaction_id: str) -> Answer | None:
        """Post the order's own bytes once and record what came of it.

        :return: the ERP's answer; None when there was none.
        """
        body = orders.body_of(self.store, transaction_id)
        try:
            answer = self.erp.post_order(body)
        except ErpUnreachable as error:
            self._record_no_answer(transaction_id, str(error))
            return None
        self._record(transaction_id, answer)
        return answer

    def _record(self, transaction_id: str, answer: Answer) -> None:
        state = state_after(answer)
        if state == "pending":
            self._record_no_answer(
                transaction_id, f"the ERP answered {answer.status}", answer.retry_after
            )
            return
        with self.store.transaction() as db:
            # Only a pending order can be settled: two answers to two attempts settle it once.
            settled = db.execute(
                "UPDATE sale SET state = ?, erp_status = ?, replayed = ?, answer = ?,"
                " attempts = attempts + 1, last_error = NULL"
                " WHERE transaction_id = ? AND state = 'pending' RETURNING cart_id, body",
                (
                    state,
                    answer.status,
                    answer.replayed,
                    json.dumps(answer.content, ensure_ascii=False),
                    transaction_id,
                ),
            ).fetchone()
            if settled and settled["cart_id"] and state != "confirmed":
                # Nothing was bought: the customer finds the cart as it was.
                order = json.loads(settled["body"])
                cart.put_back(db, settled["cart_id"], order["line_items"])
                if "reservation_id" in order:
                    holds.put_back(
                        db, settled["cart_id"], order["reservation_id"], order["line_items"]
                    )
        logger.info("order %s: %s (ERP %s)", transaction_id, state, answer.status)
        for notice in notices_of(answer) if state == "confirmed" else ():
            # The order stands; a person of the shop may want to ask the customer.
            logger.warning("order %s: %s: %s", transaction_id, notice["pointer"], notice["detail"])

    def _record_no_answer(self, transaction_id: str, why: str, retry_after=None) -> None:
        with self.store.transaction() as db:
            row = db.execute(
                "UPDATE sale SET attempts = attempts + 1, last_error = ?"
                " WHERE transaction_id = ? AND state = 'pending' RETURNING attempts",
                (why, transaction_id),
            ).fetchone()
        if row:
            wait = wait_before(row["attempts"], retry_after)
            logger.warning("order %s: %s; again in %.1f s", transaction_id, why, wait)
            self._retry_in(transaction_id, wait)

    def _retry_in(self, transaction_id: str, seconds: float) -> None:
        with self.store.transaction() as db:
            db.execute(
                "UPDATE sale SET next_attempt_at = ? WHERE transaction_id = ?",
                (time.time() + seconds, transaction_id),
            )
        self._wake.set()

    # The worker

    def start(self) -> None:
        """Start the workers. What a crash left pending is due at once: nobody else posts it."""
        with self.store.transaction() as db:
            db.execute("UPDATE sale SET next_attempt_at = 0 WHERE state = 'pending'")
        for number in range(WORKERS):
            threading.Thread(target=self._work, name=f"orders-{number}", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self._wake.set()

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                transaction_id = self._claim_due()
                if transaction_id:
                    self.post(transaction_id)
                    continue
            except Exception:  # a worker that dies would leave orders pending for ever
                logger.exception("order worker")
            self._wake.wait(timeout=0.5)
            self._wake.clear()

    def _claim_due(self) -> str | None:
        """Take the order that has been due longest, so that no other worker takes it too."""
        now = time.time()
        due = "SELECT transaction_id FROM sale WHERE state = 'pending' AND next_attempt_at <= ?"
        if not self.store.row(due + " LIMIT 1", now):  # no write lock just to find nothing
            return None
        try:
            with self.store.transaction() as db:
                row = db.execute(
                    "UPDATE sale SET next_attempt_at = ? WHERE transaction_id ="
                    f" ({due} ORDER BY next_attempt_at LIMIT 1) RETURNING transaction_id",
                    (now + orders.LEASE_SECONDS, now),
                ).fetchone()
        except sqlite3.OperationalError:  # somebody writes for long: next time
            return None
        return row["transaction_id"] if row else None

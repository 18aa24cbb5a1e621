from contextlib import closing

from odoo import api
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged

from ...contract.problem import Problem
from ...models.api import locked_transaction
from ...models.api.locked_transaction import MANY_LOCK, PRODUCT_LOCK, in_locked_transaction

PRODUCTS = [(PRODUCT_LOCK, -number) for number in range(1, 4)]


@tagged("post_install", "-at_install")
class TestLockedTransaction(TransactionCase):
    """Locks of the whole server are a scarce thing."""

    def setUp(self):
        super().setUp()
        self.patch(locked_transaction, "MANY", 2)
        self.patch(locked_transaction, "MANY_AT_ONCE", 1)
        # sessions of their own, whose transactions may end; nothing is written there
        database = db_connect(self.env.cr.dbname)
        self.cr, self.other = (
            self.enterContext(closing(database.cursor())) for _session in range(2)
        )
        self.session = api.Environment(self.cr, self.env.uid, {})

    def spaces(self):
        """How many locks of which name spaces the session holds."""
        self.cr.execute("""
            SELECT classid::int, count(*)::int FROM pg_locks
             WHERE locktype = 'advisory' AND objsubid = 2 AND pid = pg_backend_pid()
          GROUP BY classid
        """)
        return dict(self.cr.fetchall())

    def test_who_wants_many_locks_has_a_turn_first(self):
        for count, turn in ((3, {MANY_LOCK: 1}), (2, {})):
            self.assertEqual(
                in_locked_transaction(self.session, PRODUCTS[:count], self.spaces),
                {**turn, PRODUCT_LOCK: count},
            )
            self.assertFalse(self.spaces())

    def test_while_others_have_their_turn_few_locks_are_to_be_had_and_many_are_not(self):
        self.patch(locked_transaction, "DEADLINE_SECONDS", 0.2)
        self.other.execute("SELECT pg_advisory_xact_lock(%s, 0)", [MANY_LOCK])
        in_locked_transaction(self.session, PRODUCTS[:2], self.spaces)
        with self.assertRaises(Problem) as caught:
            in_locked_transaction(self.session, PRODUCTS, self.spaces)
        self.assertEqual((caught.exception.status, caught.exception.code), (503, "busy"))
        self.assertFalse(self.spaces())

import contextlib
from unittest.mock import MagicMock, patch

import psycopg2
from odoo import sql_db
from odoo.tests import TransactionCase, tagged

from ...delivery import dispatcher, leadership


class Stop(BaseException):
    """Ends the thread's loop."""


@tagged("post_install", "-at_install")
class TestDispatcherFailures(TransactionCase):
    """What the dispatcher does when PostgreSQL, a step, or a record of Odoo's fails."""

    def pauses(self, *steps):
        """Seconds that a dispatcher waits, for what becomes of its steps; each lead is granted."""
        pauses = []
        results = iter([*steps, Stop()])

        def step():
            result = next(results)
            if isinstance(result, BaseException):
                raise result
            return True

        @contextlib.contextmanager
        def leads(_dbname):
            yield MagicMock()

        thread = dispatcher.DispatcherThread("some_db", MagicMock())
        with patch.object(dispatcher, "leadership", leads), \
                patch.object(dispatcher, "Drain") as drain, \
                patch.object(dispatcher.time, "sleep", pauses.append):
            drain.return_value.__enter__.return_value.step = step
            with self.assertRaises(Stop):
                thread.run()
        return pauses

    def test_what_fails_again_and_again_waits_longer_and_is_told_once(self):
        with self.assertLogs(dispatcher.__name__, "ERROR") as logs:
            pauses = self.pauses(*[ValueError("no such job")] * 9)
        self.assertEqual(pauses, [0.1, 0.5, 2.0, 10.0, 30.0, 60.0, 60.0, 60.0, 60.0])
        self.assertEqual([bool(record.exc_info) for record in logs.records],
                         [True] + [False] * 8)

    def test_a_step_that_succeeds_ends_the_waiting_and_a_lead_alone_does_not(self):
        error = ValueError("broken")
        with self.assertLogs(dispatcher.__name__, "ERROR"):
            self.assertEqual(self.pauses(error, error, "a step", error), [0.1, 0.5, 0.1])

    def test_a_lost_connection_is_tried_again_soon_and_told_once(self):
        lost = psycopg2.OperationalError("Verbindung verloren")
        closed = psycopg2.InterfaceError("connection already closed")
        with patch.object(dispatcher, "_logger") as logger:
            pauses = self.pauses(lost, closed, *[lost] * 3)
        self.assertEqual(pauses, [0.1, 0.3, 1.0, 1.0, 1.0])
        told = [call.args[0] for call in logger.info.call_args_list]
        self.assertEqual(sum("lost PostgreSQL" in text for text in told), 1)
        logger.error.assert_not_called()

    def test_errors_are_told_apart_by_their_code(self):
        for statement, lost in [
            ("SELECT 1 / 0", False),
            ("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)", False),
            ("SELECT pg_terminate_backend(pg_backend_pid())", True),
        ]:
            with contextlib.closing(psycopg2.connect(self.dsn())) as connection, \
                    self.assertRaises(psycopg2.Error) as caught:
                connection.cursor().execute(statement)
            self.assertEqual(leadership.is_lost(caught.exception), lost, statement)
        with self.assertRaises(psycopg2.OperationalError) as caught:
            psycopg2.connect(self.dsn(database="enord_no_such_database"))
        self.assertTrue(leadership.is_lost(caught.exception))

    def dsn(self, **other):
        _db, params = leadership.connection_info_for(self.env.cr.dbname)
        return psycopg2.extensions.make_dsn(**{
            {"database": "dbname"}.get(name, name): value
            for name, value in {**params, **other}.items()
        })

    def test_who_leads_is_seen_and_a_database_that_is_gone_too(self):
        dbname = self.env.cr.dbname
        asked = [dbname, "enord_no_such_database"]
        self.assertEqual(leadership.who_is_led(asked), {dbname: False})
        with leadership.leadership(dbname) as leader, leadership.leadership(dbname) as other:
            self.assertTrue(leader)
            self.assertIsNone(other)
            self.assertEqual(leadership.who_is_led(asked), {dbname: True})
        with self.assertRaises(leadership.DatabaseGone):
            leadership.Candidates().wait_until_free("enord_no_such_database")

    def test_a_dispatcher_of_a_database_that_is_gone_ends(self):
        thread = dispatcher.DispatcherThread("enord_no_such_database", leadership.Candidates())
        thread.start()
        thread.join(10)
        self.assertFalse(thread.is_alive())

    def test_a_candidate_asks_elsewhere_where_the_maintenance_database_is_not_to_be_had(self):
        """It may be forbidden, and a cron worker closes connections that a candidate is using."""
        dbname = self.env.cr.dbname
        asked = []
        self.patch(leadership, "_maintenance_from", 0.0)

        def connect(name):
            asked.append(name)
            database = sql_db.db_connect(name)
            if name == leadership.MAINTENANCE:
                cursor = database.cursor()
                cursor._cnx.close()
                database = MagicMock()
                database.cursor.return_value = cursor
            return database

        with patch.object(leadership, "db_connect", connect):
            for _time in range(2):
                self.assertEqual(leadership.who_is_led([dbname]), {dbname: False})
        self.assertEqual(asked, [leadership.MAINTENANCE, dbname, dbname], "once is enough")

    def test_a_leader_works_on_its_own_connection_which_nobody_else_closes(self):
        dbname = self.env.cr.dbname
        with leadership.leadership(dbname) as connection:
            backend = connection.info.backend_pid
            for _step in range(2):
                with leadership.transaction(connection, dbname) as cr:
                    cr.execute("SELECT pg_backend_pid()")
                    self.assertEqual(cr.fetchone(), (backend,))
                    cr.execute("SHOW transaction_isolation")
                    self.assertEqual(cr.fetchone(), ("repeatable read",))
            self.assertNotIn(connection, sql_db._Pool._connections)
            self.assertTrue(leadership.who_is_led([dbname])[dbname], "the lock is still held")

import logging

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

LATELY = SQL("clock_timestamp() AT TIME ZONE 'UTC' - interval '1 minute'")


class EnordWebhookEvent(models.Model):
    """The dispatcher, which waits for what falls due, also wakes jobs on time.

    A cron trigger for a moment to come is looked at once a minute.
    """

    _inherit = "enord.webhook.event"

    @api.model
    def _timed_jobs(self):
        """Jobs that are to run at a moment; extended by the room whose job it is.

        What has been due for longer is left to the job's own interval, or a job that fails would
        be woken without a pause: the queries look no further back than :data:`LATELY`.

        :return: ``{xml id of the ir.cron: query for the moment (naive UTC) at which it has
            something to do next, or NULL}``
        :rtype: dict[str, odoo.tools.SQL]
        """
        return {}

    @api.model
    def _wake_timed_jobs(self):
        """Trigger what is due.

        :return: seconds until the next one is, or None
        """
        moments = []
        for name, query in self._timed_jobs().items():
            cron = self.env.ref(name, raise_if_not_found=False)
            # whoever deleted or replaced it did so to it alone
            if cron and cron._name == "ir.cron":
                moments.append(SQL("SELECT %s AS cron_id, (%s) AS moment", cron.id, query))
        if not moments:
            return None
        rows = self.env.execute_query(SQL(
            """
            SELECT job.cron_id,
                   EXTRACT(EPOCH FROM job.moment - clock_timestamp() AT TIME ZONE 'UTC'),
                   EXISTS (SELECT FROM ir_cron_trigger
                            WHERE cron_id = job.cron_id
                              AND call_at <= clock_timestamp() AT TIME ZONE 'UTC')
              FROM (%s) AS job WHERE job.moment IS NOT NULL
            """, SQL(" UNION ALL ").join(moments),
        ))
        for cron_id, seconds, is_triggered in rows:
            if seconds <= 0 and not is_triggered:
                self._wake(self.env["ir.cron"].browse(cron_id))
        return min((float(seconds) for _job, seconds, _known in rows if seconds > 0), default=None)

    def _wake(self, cron):
        try:
            with self.env.cr.savepoint():
                cron._trigger()
        except Exception as error:  # whatever is wrong with a job stops no delivery
            _logger.debug("The job %s cannot be woken: %s", cron.id, error)

import logging
import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONCURRENCY_ERRORS
from odoo.tools import SQL

from ..outbox.event_body import as_it_is_told
from ..outbox.listening import LISTENING

_logger = logging.getLogger(__name__)

#: Products that are compared in one transaction.
BATCH = 200
#: What was missed while the job did not run is made up for at this many times the usual pace.
HASTE = 2


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    comparison_minutes = fields.Integer(
        "Compare All Within (minutes)", default=60, required=True,
        help="Every product and its stock are compared with what the storefront was told last, "
             "one after the other and at an even pace, and what differs is told. All are compared "
             "once in this time. 0: never.",
    )

    _comparison_minutes_positive = models.Constraint(
        "CHECK (comparison_minutes >= 0)", "Compare all within: expected 0 or more minutes.",
    )


class EnordComparison(models.Model):
    """How far a storefront's products are compared with what it was told.

    Not everything that a body is built from tells of its changes; what nothing told is found here.
    A round goes over what the storefront sells or knows, in the order of the products' ids.
    """

    _name = "enord.comparison"
    _description = "Comparison with What a Storefront Was Told"
    _rec_name = "storefront_id"
    _log_access = False

    storefront_id = fields.Many2one(
        "enord.storefront", required=True, readonly=True, ondelete="cascade",
    )
    started_at = fields.Datetime(readonly=True)
    size = fields.Integer(readonly=True, help="How many products there were when it began.")
    done = fields.Integer(readonly=True)
    position = fields.Integer(readonly=True, help="The last product that was compared.")
    is_finished = fields.Boolean(readonly=True, default=True)

    _storefront_uniq = models.UniqueIndex("(storefront_id)")

    @api.model
    def _cron_compare(self):
        """Compare the products whose turn it is, of each storefront that answers."""
        storefronts = self.env["enord.storefront"].search([
            *LISTENING, ("delivery_state", "=", "running"), ("comparison_minutes", ">", 0),
        ])
        for storefront in storefronts:
            try:
                if not self._of(storefront)._compare_due():
                    return
            except CONCURRENCY_ERRORS:
                raise
            except Exception:  # one that cannot be compared holds up no other
                self.env.cr.rollback()
                _logger.exception("Products of storefront %s are not compared", storefront.id)

    def _compare_due(self):
        """
        :return: whether the job has time for more
        """
        left = self._due(fields.Datetime.now())
        while left > 0:
            compared = self._compare_next(min(left, BATCH))
            left -= compared or left
            if not self.env["ir.cron"]._commit_progress(compared):
                return False
        return True

    @api.model
    def _of(self, storefront):
        known = self.search([("storefront_id", "=", storefront.id)])
        return known or self.create({"storefront_id": storefront.id})

    def _due(self, now):
        """How many products it is time to compare; begins a round where it is time for one."""
        period = timedelta(minutes=self.storefront_id.comparison_minutes)
        # the job runs once a minute, and the last of a round is to be in time
        passed = now + timedelta(minutes=1) - (self.started_at or now)
        # the clock may have been put back since
        is_ahead = passed < timedelta(minutes=1)
        if self.is_finished or is_ahead:
            if self.started_at and passed <= period and not is_ahead:
                return 0
            self._begin(now)
            passed = timedelta(minutes=1)
        pace = math.ceil(self.size / self.storefront_id.comparison_minutes) * HASTE
        if passed >= period:  # and what has come since it began
            return max(pace, 1)
        return min(pace, math.ceil(self.size * (passed / period)) - self.done)

    def _begin(self, now):
        storefront = as_it_is_told(self.storefront_id)
        catalogue = storefront.env["enord.catalog.update"]
        catalogue._queue_withdrawals(catalogue._known_though_deleted(storefront))
        [(size,)] = self.env.execute_query(SQL(
            "SELECT count(*) FROM (%s) AS product", self._products_sql(storefront, 0),
        ))
        self.write({
            "started_at": now, "size": size, "done": 0, "position": 0, "is_finished": False,
        })

    def _compare_next(self, count):
        """Compare some products, and queue what differs behind all that is live.

        :return: how many; 0 at the end of a round
        """
        storefront = as_it_is_told(self.storefront_id)
        rows = self.env.execute_query(self._products_sql(storefront, self.position, count))
        templates = storefront.env["product.template"].browse(id_ for (id_,) in rows)
        try:
            with self.env.cr.savepoint():
                self._compare(storefront, templates)
        except CONCURRENCY_ERRORS:
            raise
        except Exception:
            # whoever builds the event alone says what is wrong with which product
            _logger.info("Products that cannot be compared are told", exc_info=True)
            storefront.env["enord.catalog.update"]._queue_of(storefront, templates.ids)
        self.write({
            "done": self.done + len(templates),
            "position": templates[-1:].id or self.position,
            "is_finished": len(templates) < count,
        })
        return len(templates)

    def _compare(self, storefront, templates):
        env = storefront.env
        batch = env["enord.catalog.update"]._batch(storefront, templates)
        env["enord.catalog.update"]._queue_differing(storefront, templates, batch)
        variants = env["product.product"].union(*batch.variants.values())
        env["enord.inventory.change"]._queue_untold(
            storefront, set(variants.mapped("enord_sku")), priority=1,
        )

    def _products_sql(self, storefront, after, count=None):
        """Ids of what a storefront sells, or knows, after one product's."""
        Product = storefront.env["product.product"]
        published = Product._search(Product._enord_published_domain(storefront))
        limit = SQL("LIMIT %s", count) if count else SQL()
        return SQL(
            """
            (SELECT DISTINCT product_tmpl_id FROM product_product
              WHERE product_tmpl_id > %(after)s AND id IN %(published)s
           ORDER BY product_tmpl_id %(limit)s)
             UNION
            (SELECT DISTINCT product_tmpl_id FROM enord_webhook_event
              WHERE product_tmpl_id > %(after)s AND storefront_id = %(storefront)s
                AND state = 'delivered'
           ORDER BY product_tmpl_id %(limit)s)
           ORDER BY product_tmpl_id %(limit)s
            """,
            after=after, published=published.subselect(), storefront=storefront.id, limit=limit,
        )

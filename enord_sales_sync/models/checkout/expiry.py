import logging

from odoo import api, models
from odoo.tools import SQL

from ...contract.problem import Problem
from ..api.locked_transaction import in_locked_transaction
from ..outbox.timed_jobs import LATELY

_logger = logging.getLogger(__name__)


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _enord_units_sql(self, product_ids):
        """What an expired reservation still has reserved counts as free: a hold ends on time even
        where nobody has released it."""
        reserved = self.env["enord.reservation"]._reserved_sql(
            SQL("reservation.expires_at <= now() AT TIME ZONE 'UTC' AND %s",
                self._enord_among(SQL("line.product_id"), product_ids)),
        )
        return super()._enord_units_sql(product_ids) + [SQL(
            "SELECT product_id, location_id, lot_id, units FROM (%s) AS expired", reserved,
        )]


class EnordReservation(models.Model):
    _inherit = "enord.reservation"

    @api.model
    def _reserved_sql(self, condition):
        """Query for rows of ``product_id, location_id, warehouse_id, lot_id, units`` that holds
        have reserved in Odoo, flushed; an expired one until somebody has released it."""
        self.flush_model(["ended", "expires_at"])
        self.env["stock.picking"].flush_model(["enord_reservation_id"])
        self.env["stock.move.line"].flush_model(
            ["picking_id", "product_id", "location_id", "lot_id", "quantity_product_uom", "state"]
        )
        return SQL(
            """
            SELECT line.product_id, line.location_id, location.warehouse_id, line.lot_id,
                   line.quantity_product_uom AS units
              FROM enord_reservation reservation
              JOIN stock_picking picking ON picking.enord_reservation_id = reservation.id
              JOIN stock_move_line line
                ON line.picking_id = picking.id AND line.state NOT IN ('done', 'cancel')
              JOIN stock_location location ON location.id = line.location_id
             WHERE reservation.ended IS NULL AND %s
            """, condition,
        )

    @api.model
    def _cron_release_expired(self):
        """Release in Odoo what has expired, and so tell the storefronts."""
        expired = self.search(
            [("ended", "=", False), ("expires_at", "<=", self._now())], order="expires_at, id",
        )
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(expired))
        for reservation in expired:
            try:
                reservation._release_if_expired()
            except Problem as problem:
                self.env.cr.rollback()
                _logger.info("Reservation %s is released later: %s", reservation.reference, problem)
            except Exception:
                # the others are released all the same, and this one is tried again
                self.env.cr.rollback()
                _logger.exception("Reservation %s could not be released", reservation.reference)
            if not Cron._commit_progress(1):
                break

    def _release_if_expired(self):
        def work():
            if not self.ended and self.state == "expired":
                self._end_alone("expired")

        in_locked_transaction(self.env, self._locks(), work)

    @api.model
    def _release_expired(self, storefront, products):
        """Give free in Odoo what expired reservations hold of these products, and keep everybody
        else from the stock of these products until the transaction ends."""
        products = products._enord_with_components(storefront.company_id)
        expired = self._expired_of(products, storefront.warehouse_ids)
        (products | expired.picking_ids.move_ids.product_id)._enord_lock_stock(storefront)
        if expired:
            expired._end("expired")

    def _expired_of(self, products, warehouses):
        """Reservations past their time that still have units of these products reserved."""
        self.flush_model(["ended", "expires_at"])
        rows = self.env.execute_query(SQL(
            """
            SELECT DISTINCT reservation.id
              FROM enord_reservation reservation
              JOIN stock_picking picking ON picking.enord_reservation_id = reservation.id
              JOIN stock_picking_type type ON type.id = picking.picking_type_id
              JOIN stock_move move ON move.picking_id = picking.id
             WHERE reservation.ended IS NULL
               AND reservation.expires_at <= now() AT TIME ZONE 'UTC'
               AND move.state <> 'cancel' AND move.product_id = ANY(%(products)s::int[])
               AND type.warehouse_id = ANY(%(warehouses)s::int[])
          ORDER BY reservation.id
            """,
            products=products.ids, warehouses=warehouses.ids,
        ))
        return self.browse(row_id for (row_id,) in rows)


class EnordWebhookEvent(models.Model):
    """The dispatcher, which waits for what falls due, also wakes the job that releases.

    A cron trigger for the moment of expiry is looked at once a minute; this is on time.
    """

    _inherit = "enord.webhook.event"

    @api.model
    def _timed_jobs(self):
        return super()._timed_jobs() | {
            "enord_sales_sync.cron_release_expired": SQL(
                "SELECT MIN(expires_at) FROM enord_reservation"
                " WHERE ended IS NULL AND expires_at > %s", LATELY,
            ),
        }

from odoo import api, models
from odoo.tools import SQL

from ..contract.events import CATALOG_UPDATE, INVENTORY_CHANGE
from ..delivery.dispatcher import CHANNEL

PENDING = "enord_sales_sync"


class EnordEventRecorder(models.AbstractModel):
    """Collects what a transaction changes and writes it to the outbox just before commit.

    The business transaction pays for one INSERT and one NOTIFY, however many records it touches.
    Rows are only ever inserted: two cashiers who sell the same SKU never wait for one another.
    """

    _name = "enord.event.recorder"
    _description = "Recorder of Storefront Events"

    @api.model
    def _stock_changed(self, changes):
        """Remember that quantities changed.

        Where no move tells the reason, it is the context's ``enord_change_reason``, or follows
        from the reservation.

        :param changes: iterable of ``(product_id, location_id, reserved_delta)``
        """
        collected = self._collected()["stock"]
        reason = self.env.context.get("enord_change_reason")
        for product_id, location_id, reserved_delta in changes:
            key = (product_id, location_id)
            delta, known_reason = collected.get(key, (0.0, None))
            collected[key] = (delta + reserved_delta, reason or known_reason)

    @api.model
    def _moves_done(self, move_ids):
        """Remember the moves that say why quantities changed."""
        self._collected()["moves"].update(move_ids)

    @api.model
    def _catalog_changed(self, template_ids):
        """Remember that products may look different to a storefront."""
        template_ids = set(template_ids)
        if template_ids:
            self._collected()["templates"].update(template_ids)

    def _collected(self):
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.data[PENDING] = {"stock": {}, "moves": set(), "templates": set()}
            precommit.add(self.sudo()._write_events)
        return precommit.data[PENDING]

    def _write_events(self):
        collected = self.env.cr.precommit.data.pop(PENDING, None)
        if not collected:
            return
        recorded = self._insert_inventory_changes(collected["stock"], collected["moves"])
        recorded += self._insert_catalog_updates(collected["templates"])
        if recorded:
            self.env.cr.execute(SQL("SELECT pg_notify(%s, '')", CHANNEL))

    def _insert_inventory_changes(self, stock, move_ids):
        if not stock:
            return 0
        reasons = self._reasons_of_moves(move_ids)
        rows = [
            SQL(
                "(%s, %s, %s)", product_id, location_id,
                reason or ("RESERVATION" if delta > 0 else "RELEASE"),
            )
            for (product_id, location_id), (delta, reason) in stock.items()
        ]
        by_move = [
            SQL("(%s, %s, %s)", product_id, warehouse_id, reason)
            for (product_id, warehouse_id), reason in reasons.items()
        ] or [SQL("(0, 0, '')")]
        # the locations of one warehouse collapse into one row; a move's reason beats the
        # reservation that changed along with it
        self.env.cr.execute(SQL(
            """
            INSERT INTO enord_webhook_event
                   (storefront_id, event_type, key, product_id, warehouse_id, change_reason,
                    priority, state, attempts, recorded_at, next_attempt_at, create_date,
                    create_uid)
            SELECT storefront.id, %(event_type)s,
                   'stock:' || changed.product_id || ':' || location.warehouse_id,
                   changed.product_id, location.warehouse_id,
                   COALESCE(MIN(moved.reason), MIN(changed.reason)),
                   0, 'pending', 0, moment.at, moment.at, moment.at, %(uid)s
              FROM (VALUES %(changed)s) AS changed (product_id, location_id, reason)
              JOIN stock_location location
                ON location.id = changed.location_id AND location.usage = 'internal'
              JOIN enord_storefront_warehouse_rel served
                ON served.warehouse_id = location.warehouse_id
              JOIN enord_storefront storefront
                ON storefront.id = served.storefront_id AND storefront.active
               AND storefront.webhook_url IS NOT NULL
              JOIN product_product product
                ON product.id = changed.product_id AND product.default_code IS NOT NULL
              JOIN product_template template
                ON template.id = product.product_tmpl_id
               AND template.sale_ok AND template.enord_published
         LEFT JOIN (VALUES %(moved)s) AS moved (product_id, warehouse_id, reason)
                ON moved.product_id = changed.product_id
               AND moved.warehouse_id = location.warehouse_id
        CROSS JOIN (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at) AS moment
          GROUP BY storefront.id, changed.product_id, location.warehouse_id, moment.at
            """,
            event_type=INVENTORY_CHANGE,
            changed=SQL(", ").join(rows),
            moved=SQL(", ").join(by_move),
            uid=self.env.uid,
        ))
        return self.env.cr.rowcount

    def _reasons_of_moves(self, move_ids):
        """``{(product_id, warehouse_id): reason}`` of the moves done in this transaction."""
        reasons = {}
        for move in self.env["stock.move"].browse(move_ids).exists():
            reason = move._enord_change_reason()
            for location in (move.location_id, move.location_dest_id):
                if location.usage == "internal" and location.warehouse_id:
                    reasons[move.product_id.id, location.warehouse_id.id] = reason
        return reasons

    def _insert_catalog_updates(self, template_ids):
        if not template_ids:
            return 0
        self.env.cr.execute(SQL(
            """
            INSERT INTO enord_webhook_event
                   (storefront_id, event_type, key, product_tmpl_id,
                    priority, state, attempts, recorded_at, next_attempt_at, create_date,
                    create_uid)
            SELECT storefront.id, %(event_type)s, 'catalog:' || template.id, template.id,
                   0, 'pending', 0, moment.at, moment.at, moment.at, %(uid)s
              FROM product_template template
              JOIN enord_storefront storefront
                ON storefront.active AND storefront.webhook_url IS NOT NULL
               AND (template.company_id IS NULL OR template.company_id = storefront.company_id)
        CROSS JOIN (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at) AS moment
             WHERE template.id IN %(templates)s
          ORDER BY template.id
            """,
            event_type=CATALOG_UPDATE,
            templates=tuple(template_ids),
            uid=self.env.uid,
        ))
        return self.env.cr.rowcount

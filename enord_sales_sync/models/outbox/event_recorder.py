from odoo import api, models
from odoo.tools import SQL

from ...contract.events import CATALOG_UPDATE, INVENTORY_CHANGE
from ...delivery.dispatcher import CHANNEL

PENDING = "enord_sales_sync"
#: A transaction that changes more products than this lets the changes of others go first.
BULK = 100


def _is_zero(units):
    # infinity less infinity is not a number, and not nothing
    return abs(units) < 5e-7


def _reason_of_quantities(on_hand, reserved):
    if not _is_zero(on_hand):
        return "ADJUSTMENT"
    return "RESERVATION" if reserved > 0 else "RELEASE"


class EnordEventRecorder(models.AbstractModel):
    """Collects what a transaction changes and writes it to the outbox just before commit.

    The business transaction pays for one INSERT and one NOTIFY, however many records it touches.
    Rows are only ever inserted: two cashiers who sell the same SKU never wait for one another.
    """

    _name = "enord.event.recorder"
    _description = "Recorder of Storefront Events"

    @api.model
    def _stock_changed(self, changes):
        """Remember that what can be sold of products may have changed.

        What comes to nothing in the end, such as units that move between two shelves of one
        warehouse, is not told. Where no move tells the reason, it is the context's
        ``enord_change_reason``, or follows from the quantities.

        :param changes: iterable of ``(product_id, warehouse_id, on_hand, reserved)``: by how many
            units they changed; ``math.inf`` where that is not known
        """
        collected = self._collected()["stock"]
        reason = self.env.context.get("enord_change_reason")
        for product_id, warehouse_id, on_hand, reserved in changes:
            if not (on_hand or reserved):
                continue
            key = (product_id, warehouse_id)
            before = collected.get(key, (0.0, 0.0, None))
            collected[key] = (before[0] + on_hand, before[1] + reserved, reason or before[2])

    @api.model
    def _moves_done(self, move_ids):
        """Remember the moves that say why quantities changed, the latest last."""
        self._collected()["moves"].update(dict.fromkeys(move_ids))

    @api.model
    def _catalog_changed(self, template_ids):
        """Remember that products may look different to a storefront."""
        template_ids = set(template_ids)
        if template_ids:
            self._collected()["templates"].update(template_ids)

    @api.model
    def _catalog_deleted(self, template_ids):
        """Remember products that are deleted, to be withdrawn."""
        self._collected()["deleted"].update(template_ids)

    @api.model
    def _cost_changed(self, template_ids):
        """Remember products whose cost changed, which shows where prices follow from it."""
        self._collected()["costs"].update(template_ids)

    def _collected(self):
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.data[PENDING] = {
                "stock": {}, "moves": {}, "templates": set(), "deleted": set(), "costs": set(),
            }
            precommit.add(self.sudo()._write_events)
        return precommit.data[PENDING]

    def _write_events(self):
        collected = self.env.cr.precommit.data.pop(PENDING, None)
        if not collected:
            return
        recorded = self._insert_inventory_changes(collected["stock"], collected["moves"])
        templates = collected["templates"]
        if collected["costs"] and self.env["enord.storefront"]._prices_follow_costs():
            templates |= collected["costs"]
        recorded += self._insert_catalog_updates(templates)
        recorded += self._insert_withdrawals(collected["deleted"])
        if recorded:
            self.env.cr.execute(SQL("SELECT pg_notify(%s, '')", CHANNEL))

    def _insert_inventory_changes(self, stock, move_ids):
        reasons = self._change_reasons(stock, move_ids)
        if not reasons:
            return 0
        self.env.cr.execute(SQL(
            """
            INSERT INTO enord_webhook_event
                   (storefront_id, event_type, key, product_id, warehouse_id, change_reason,
                    priority, state, attempts, recorded_at, next_attempt_at, create_date,
                    create_uid)
            SELECT storefront.id, %(event_type)s,
                   'stock:' || changed.product_id || ':' || changed.warehouse_id,
                   changed.product_id, changed.warehouse_id, changed.reason,
                   0, 'pending', 0, moment.at, moment.at, moment.at, %(uid)s
              FROM (VALUES %(changed)s) AS changed (product_id, warehouse_id, reason)
              JOIN enord_storefront_warehouse_rel served
                ON served.warehouse_id = changed.warehouse_id
              JOIN enord_storefront storefront
                ON storefront.id = served.storefront_id AND storefront.active
               AND storefront.webhook_url IS NOT NULL
              JOIN product_product product
                ON product.id = changed.product_id AND product.default_code IS NOT NULL
              JOIN product_template template
                ON template.id = product.product_tmpl_id
               AND template.sale_ok AND template.enord_published
        CROSS JOIN (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at) AS moment
            """,
            event_type=INVENTORY_CHANGE,
            changed=SQL(", ").join(
                SQL("(%s, %s, %s)", product_id, warehouse_id, reason)
                for (product_id, warehouse_id), reason in reasons.items()
            ),
            uid=self.env.uid,
        ))
        return self.env.cr.rowcount

    def _change_reasons(self, stock, move_ids):
        """What is to be told, and why. Override to tell of products that depend on others.

        :param dict stock: ``{(product_id, warehouse_id): (on_hand, reserved, context's reason)}``
        :param move_ids: the moves that were carried out
        :return: ``{(product_id, warehouse_id): reason}``
        """
        changed = {
            key: (on_hand, reserved, reason)
            for key, (on_hand, reserved, reason) in stock.items()
            if not (_is_zero(on_hand) and _is_zero(reserved))
        }
        if not changed:
            return {}
        by_move = self._reasons_of_moves(move_ids)
        return {
            # a move's reason beats the reservation that changed along with it
            key: by_move.get(key) or reason or _reason_of_quantities(on_hand, reserved)
            for key, (on_hand, reserved, reason) in changed.items()
        }

    def _reasons_of_moves(self, move_ids):
        """``{(product_id, warehouse_id): reason}`` of the moves done in this transaction."""
        reasons = {}
        for move in self.env["stock.move"].browse(move_ids).exists():
            if move.state == "cancel":
                continue
            # a line may go elsewhere than its move
            for source, destination in {
                (part.location_id, part.location_dest_id) for part in (move, *move.move_line_ids)
            }:
                left = source._enord_stock_warehouse()
                reached = destination._enord_stock_warehouse()
                # within a warehouse nothing was won or lost, so it says nothing about why
                if left != reached:
                    reason = move._enord_change_reason()
                    reasons.update(
                        ((move.product_id.id, warehouse.id), reason)
                        for warehouse in (left, reached) if warehouse
                    )
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
                   %(priority)s, 'pending', 0, moment.at, moment.at, moment.at, %(uid)s
              FROM product_template template
        CROSS JOIN (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at) AS moment
              JOIN enord_storefront storefront
                ON storefront.active AND storefront.webhook_url IS NOT NULL
               AND (template.company_id IS NULL OR template.company_id = storefront.company_id
                    -- a product that moved to another company is withdrawn
                    OR EXISTS (SELECT FROM enord_webhook_event known
                                WHERE known.storefront_id = storefront.id
                                  AND known.key = 'catalog:' || template.id
                                  AND known.state = 'delivered'))
             WHERE template.id IN %(templates)s
          ORDER BY template.id
            """,
            event_type=CATALOG_UPDATE,
            templates=tuple(template_ids),
            # a changed category or pricelist must not hold up the stock of other products
            priority=int(len(template_ids) > BULK),
            uid=self.env.uid,
        ))
        return self.env.cr.rowcount

    def _insert_withdrawals(self, template_ids):
        """The rows are gone when the bodies are built: what was told last says what to withdraw."""
        if not template_ids:
            return 0
        self.env.cr.execute(SQL(
            """
            INSERT INTO enord_webhook_event
                   (storefront_id, event_type, key, priority, state, attempts, recorded_at,
                    next_attempt_at, create_date, create_uid)
            SELECT storefront.id, %(event_type)s, 'catalog:' || deleted.id,
                   0, 'pending', 0, moment.at, moment.at, moment.at, %(uid)s
              FROM unnest(%(deleted)s) AS deleted (id)
        CROSS JOIN (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at) AS moment
              JOIN enord_storefront storefront
                ON storefront.active AND storefront.webhook_url IS NOT NULL
             WHERE NOT EXISTS (SELECT FROM product_template WHERE id = deleted.id)
            """,
            event_type=CATALOG_UPDATE, deleted=list(template_ids), uid=self.env.uid,
        ))
        return self.env.cr.rowcount

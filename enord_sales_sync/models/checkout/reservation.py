from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...contract import events
from .transfer import MAY_CHANGE_HOLDS


class EnordReservation(models.Model):
    """Units held for a customer who is checking out: real transfers that nobody carries out.

    A hold ends at ``expires_at``, whether or not anybody has released its units in Odoo by then:
    the sellable quantity does not count what an expired one still has reserved.
    """

    _name = "enord.reservation"
    _description = "Checkout Reservation"
    _order = "id desc"
    _rec_name = "reference"

    storefront_id = fields.Many2one(
        "enord.storefront", required=True, readonly=True, ondelete="restrict",
    )
    company_id = fields.Many2one(related="storefront_id.company_id")
    reference = fields.Char(
        "Reservation", required=True, readonly=True,
        help="The storefront's number of the reservation (reservation_id).",
    )
    content_hash = fields.Char(required=True, readonly=True)
    member_hashes = fields.Json(readonly=True)
    skus = fields.Json(
        readonly=True, help="The products held, by the SKU that they were asked for with.",
    )
    held_since = fields.Datetime(
        required=True, readonly=True, default=lambda self: self._now(),
        help="From when its longest time counts, however often it is changed.",
    )
    expires_at = fields.Datetime("Held Until", required=True, readonly=True)
    ended = fields.Selection(
        [("expired", "Expired"), ("released", "Released"), ("converted", "Converted")],
        readonly=True, help="Empty until the units were released in Odoo.",
    )
    ended_at = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("held", "Held"),
            ("expired", "Expired"),
            ("released", "Released"),
            ("converted", "Converted"),
        ],
        compute="_compute_state", search="_search_state",
        help="Converted: the customer has bought, and an order has the units now.",
    )
    sale_order_id = fields.Many2one(
        "sale.order", "Order", readonly=True, ondelete="set null", index="btree_not_null",
    )
    picking_ids = fields.One2many(
        "stock.picking", "enord_reservation_id", "Transfers", readonly=True,
    )
    content = fields.Char(
        "Units", compute="_compute_content", compute_sudo=True,
        help="What is or was held, and where.",
    )
    move_ids = fields.One2many(
        "stock.move", string="Moves", compute="_compute_move_ids",
    )

    _reference_uniq = models.Constraint(
        "unique (storefront_id, reference)",
        "This storefront has used the reservation's number before.",
    )
    _open_idx = models.Index("(expires_at) WHERE ended IS NULL")

    @api.depends("ended", "expires_at")
    def _compute_state(self):
        now = self._now()
        for reservation in self:
            reservation.state = reservation.ended or (
                "held" if reservation.expires_at and reservation.expires_at > now else "expired"
            )

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = self._now()
        domain = fields.Domain("ended", "in", [state for state in value if state != "held"])
        if "held" in value:
            domain |= fields.Domain("ended", "=", False) & fields.Domain("expires_at", ">", now)
        if "expired" in value:
            domain |= fields.Domain("ended", "=", False) & fields.Domain("expires_at", "<=", now)
        return domain

    @api.depends("picking_ids.move_ids")
    def _compute_content(self):
        for reservation in self:
            reservation.content = ", ".join(
                f"{item['quantity']} × {item['sku']} ({item['location_code']})" + (
                    self.env._(", lost: %s", item["lost"]) if "lost" in item else ""
                ) for item in reservation._items()
            )

    @api.depends("picking_ids.move_ids")
    def _compute_move_ids(self):
        for reservation in self:
            reservation.move_ids = reservation.picking_ids.move_ids

    @api.model
    def _now(self):
        """When the transaction began, by the database's clock: the moment that also decides what
        is sellable, so that nothing expires between a check and what follows from it."""
        [(now,)] = self.env.execute_query(SQL(
            "SELECT date_trunc('second', now() AT TIME ZONE 'UTC')"
        ))
        return now

    def action_release(self):
        """Staff let the units go; the storefront is told that they can be sold again."""
        if not self.env.su and not (
            self.env.user.has_group("enord_sales_sync.group_user")
            or self.env.user.has_group("stock.group_stock_user")
        ):
            raise AccessError(self.env._(
                "Only users of Online Sales and of Inventory release reservations."
            ))
        self.check_access("read")
        self.sudo().filtered(lambda reservation: not reservation.ended)._end("released")

    def _end(self, how, **values):
        """Give the units free in Odoo.

        The row is written first: of two who end or extend one reservation at a time the second
        starts again and sees what the first has made of it.

        :param str how: a value of ``ended``
        """
        now = self._now()
        for reservation in self:
            reservation.write({"ended": how, "ended_at": now, **values})
        self.flush_recordset()
        self.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        ).with_context(enord_ends_holds=MAY_CHANGE_HOLDS).action_cancel()

    def _held_goods(self):
        """``(product, warehouse, moves)`` of what this reservation was given."""
        goods = self.picking_ids.move_ids.sorted("id").grouped(
            lambda move: (move._enord_sold_product(), move.picking_id.picking_type_id.warehouse_id)
        )
        return [(product, warehouse, moves) for (product, warehouse), moves in goods.items()]

    def _held_units(self):
        """``{(product_id, warehouse_id): units}`` that were given to this reservation."""
        return {
            (product.id, warehouse.id): product._enord_units_in(moves, "product_uom_qty")
            for product, warehouse, moves in self._held_goods()
        }

    def _lost_units(self, product, warehouse, moves):
        """Units of the product that these moves ask for and have not reserved. What Odoo brings
        for each order is held without a reservation."""
        lost = product._enord_units_in(moves, "product_uom_qty") - product._enord_units_in(moves)
        is_short = product.uom_id.compare(lost, 0) > 0
        return lost if is_short and product._enord_taken_from(warehouse) else 0.0

    def _items(self):
        """What is held, or was to the end. What a count or a move in Odoo has taken of it is
        ``lost``."""
        skus = {product_id: sku for sku, product_id in (self.skus or {}).items()}
        items = []
        for product, warehouse, moves in self._held_goods():
            units = product._enord_units_in(moves, "product_uom_qty")
            lost = self._lost_units(product, warehouse, moves) if self.state == "held" else 0.0
            items.append({
                "sku": skus.get(product.id) or product.enord_sku,
                "quantity": events.quantity(units - lost),
                "location_code": warehouse.enord_location_code,
                **({"lost": events.quantity(lost)} if lost else {}),
            })
        return items

    def _as_answer(self):
        """A reservation as the API shows it. Override to add members."""
        self.ensure_one()
        return {
            "reservation_id": self.reference,
            "status": self.state,
            "expires_at": events.timestamp(self.expires_at),
            "items": self._items(),
            "transaction_id": self.sale_order_id.enord_transaction_reference or None,
        }

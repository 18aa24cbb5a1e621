import json
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL, float_compare

from ...contract.problem import FieldError, Problem
from ..api.locked_transaction import PRODUCT_LOCK, in_locked_transaction


class EnordStorefront(models.Model):
    """Units held during checkout: ``/api/inventory/reservations``."""

    _inherit = "enord.storefront"

    reservation_minutes = fields.Integer(
        "Hold for (minutes)", default=15, required=True,
        help="How long units are held for a customer who is checking out, where the storefront "
             "does not ask for another time.",
    )
    reservation_max_minutes = fields.Integer(
        "At Most (minutes)", default=60, required=True,
        help="No reservation lasts longer than this, however often it is extended.",
    )
    reservation_max_units = fields.Integer(
        "Units of a Product per Customer", default=100,
        help="A single reservation holds no more of one product, so that nobody buys the shop "
             "empty without paying. Orders are not limited. 0: no limit.",
    )
    reservation_total_units = fields.Integer(
        "Units Held at a Time", default=10000,
        help="All reservations of the storefront together hold no more units than this; further "
             "customers check out without a hold until some have ended. 0: no limit.",
    )

    _reservation_time = models.Constraint(
        "CHECK (reservation_minutes > 0 AND reservation_max_minutes >= reservation_minutes)",
        "The longest time of a reservation cannot be shorter than the usual one.",
    )

    def _reservation(self, reference):
        """The storefront's reservation of this number.

        :raise Problem: 404
        """
        found = self._find_reservation(reference)
        if not found:
            raise Problem(404, "not_found", f"There is no reservation {reference}.")
        return found

    def _find_reservation(self, reference):
        return self.env["enord.reservation"].search([
            ("storefront_id", "=", self.id), ("reference", "=", reference),
        ])

    def _accept_reservation(self, request, content_hash):
        """Hold units, all lines or none.

        :param request: :class:`~..contract.reservations.Reservation`
        :return: the response as JSON text, and whether it is the answer to an earlier request
        :raise Problem: 409 for missing stock, for too many units of one SKU and for a number with
            other content, 422 for an unknown SKU, 429 when too much is held already, 503 when it
            could not be done in time
        """
        self.ensure_one()
        known = self._replayed_reservation(request, content_hash)
        if known:
            return known.response, True
        products = self._products_by_sku(
            [(f"/items/{index}/sku", line.sku) for index, line in enumerate(request.items)]
        )
        self._check_reservation_size(request)

        def work():
            known = self._replayed_reservation(request, content_hash)
            if known:
                return known.response, True
            reservation = self._hold(request, products, content_hash)
            return reservation.response, False

        return in_locked_transaction(
            self.env, self._product_locks(self.env["product.product"].union(*products.values())), work,
            # who comes too late is told at once, and does not wait for those who are buying
            before_waiting=lambda: self._allocate(request.items, products, "/items"),
        )

    def _replayed_reservation(self, request, content_hash):
        known = self._find_reservation(request.reservation_id)
        if known and known.content_hash != content_hash:
            detail = (
                f"{request.reservation_id} was accepted before with other content. "
                "Nothing was written."
            )
            raise Problem(
                409, "conflict", detail, [FieldError("/reservation_id", "content_differs", detail)],
            )
        return known

    def _product_locks(self, products):
        """What whoever takes units of these products locks."""
        return [(PRODUCT_LOCK, product.id) for product in products]

    def _hold(self, request, products, content_hash):
        all_products = self.env["product.product"].union(*products.values())
        self._release_expired(all_products)
        self._check_units_held(request)
        lines = self._allocate(request.items, products, "/items")
        Reservation = self.env["enord.reservation"]
        seconds = request.expires_in_seconds or self.reservation_minutes * 60
        now = Reservation._now()
        reservation = Reservation.create({
            "storefront_id": self.id,
            "reference": request.reservation_id,
            "content_hash": content_hash,
            "expires_at": min(
                now + timedelta(seconds=seconds),
                now + timedelta(minutes=self.reservation_max_minutes),
            ),
        })
        units = {}
        for line, warehouse, quantity in lines:
            by_product = units.setdefault(warehouse, {})
            product = products[line.sku]
            by_product[product] = by_product.get(product, 0) + quantity
        for warehouse, by_product in units.items():
            self._hold_transfer(reservation, warehouse, by_product)
        reservation.response = json.dumps(reservation._as_answer(), ensure_ascii=False)
        return reservation

    def _hold_transfer(self, reservation, warehouse, units):
        """A transfer that the warehouse sees, with the units reserved.

        :param dict units: by product
        """
        picking_type = warehouse._enord_hold_type()
        source, destination = (
            picking_type.default_location_src_id, picking_type.default_location_dest_id,
        )
        picking = self.env["stock.picking"].create({
            "picking_type_id": picking_type.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "origin": reservation.reference,
            "company_id": self.company_id.id,
            "enord_reservation_id": reservation.id,
            "move_ids": [
                (0, 0, {
                    "product_id": product.id,
                    "product_uom": product.uom_id.id,
                    "product_uom_qty": quantity,
                    "location_id": source.id,
                    "location_dest_id": destination.id,
                    "company_id": self.company_id.id,
                })
                for product, quantity in units.items()
            ],
        })
        picking.action_confirm()
        picking.action_assign()
        for move in picking.move_ids:
            if float_compare(move.quantity, move.product_uom_qty, precision_digits=6) < 0:
                sku = move.product_id.default_code
                raise Problem(
                    409, "out_of_stock", "Stock could not be held; nothing was written.",
                    [FieldError(
                        "/items", "not_reservable",
                        f"{sku} could not be held in {warehouse.enord_location_code}",
                        {"sku": sku, "available": int(move.quantity)},
                    )],
                )

    def _release_expired(self, products):
        """Give free in Odoo what expired reservations hold of these products, and keep everybody
        else from the stock of these products until the transaction ends."""
        expired = self.env["enord.reservation"]._expired_of(products, self.warehouse_ids)
        self._lock_quants(products | expired.picking_ids.move_ids.product_id)
        if expired:
            expired._end("expired")

    def _check_reservation_size(self, request):
        wanted = {}
        for line in request.items:
            wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
        limit = self.reservation_max_units
        errors = [
            FieldError(
                f"/items/{index}/quantity", "reservation_too_large",
                f"{wanted[line.sku]} of {line.sku} asked for, at most {limit} are held",
                {"sku": line.sku, "requested": wanted[line.sku], "limit": limit},
            )
            for index, line in enumerate(request.items) if limit and wanted[line.sku] > limit
        ]
        if errors:
            raise Problem(
                409, "reservation_too_large",
                "One reservation cannot hold that many units; nothing was written. An order can "
                "be placed without a reservation.", errors,
            )

    def _check_units_held(self, request):
        """Refuse what goes beyond the total; requests at the same moment may exceed it by
        themselves, because they do not wait for one another."""
        if not self.reservation_total_units:
            return
        self.env["enord.reservation"].flush_model()
        self.env["stock.move"].flush_model(["product_qty", "state"])
        [(held, seconds)] = self.env.execute_query(SQL(
            """
            SELECT COALESCE(SUM(move.product_qty), 0),
                   EXTRACT(EPOCH FROM MIN(reservation.expires_at)
                                      - now() AT TIME ZONE 'UTC')
              FROM enord_reservation reservation
              JOIN stock_picking picking ON picking.enord_reservation_id = reservation.id
              JOIN stock_move move ON move.picking_id = picking.id AND move.state <> 'cancel'
             WHERE reservation.ended IS NULL AND reservation.storefront_id = %s
               AND reservation.expires_at > now() AT TIME ZONE 'UTC'
            """, self.id,
        ))
        wanted = sum(line.quantity for line in request.items)
        if held + wanted > self.reservation_total_units:
            raise Problem(
                429, "reservation_limit",
                "This storefront holds as many units as it may; nothing was written. An order can "
                "be placed without a reservation.",
                headers={"Retry-After": str(max(1, int(seconds or 1)))},
            )

import json
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL, float_compare

from ...contract.problem import FieldError, Problem
from ..api.api_transaction import content_differs
from ..api.locked_transaction import in_locked_transaction
from ..stock.allocation import allocate


class EnordReservation(models.Model):
    """Units are held during checkout: ``POST /api/inventory/reservations``."""

    _inherit = "enord.reservation"

    @api.model
    def _of(self, storefront, reference):
        """The storefront's reservation of this number, or none."""
        return self.search([("storefront_id", "=", storefront.id), ("reference", "=", reference)])

    @api.model
    def _accept(self, storefront, request, content_hash):
        """Hold units, all lines or none.

        :param request: :class:`~...contract.reservations.Reservation`
        :return: the response as JSON text, and whether it is the answer to an earlier request
        :raise Problem: 409 for missing stock, for too many units of one SKU and for a number with
            other content, 422 for an unknown SKU, 429 when too much is held already, 503 when it
            could not be done in time
        """
        if known := self._replayed(storefront, request, content_hash):
            return known.response, True
        by_sku = self.env["product.product"]._enord_asked_for(
            storefront,
            [(f"/items/{index}/sku", line.sku) for index, line in enumerate(request.items)],
        )
        products = self.env["product.product"].union(*by_sku.values())
        _check_size(storefront, request)

        def work():
            if known := self._replayed(storefront, request, content_hash):
                return known.response, True
            return self._hold(storefront, request, by_sku, content_hash).response, False

        return in_locked_transaction(
            self.env, products._enord_locks(storefront.company_id), work,
            # who comes too late is told at once, and does not wait for those who are buying
            before_waiting=lambda: allocate(storefront, request.items, by_sku, "/items"),
        )

    def _replayed(self, storefront, request, content_hash):
        known = self._of(storefront, request.reservation_id)
        if known and not content_hash.is_of(known.content_hash):
            raise content_differs(
                "/reservation_id", request.reservation_id,
                content_hash.differing(known.member_hashes),
            )
        return known

    def _hold(self, storefront, request, by_sku, content_hash):
        self._release_expired(storefront, self.env["product.product"].union(*by_sku.values()))
        self._check_units_held(storefront, request)
        lines = allocate(storefront, request.items, by_sku, "/items")
        seconds = request.expires_in_seconds or storefront.reservation_minutes * 60
        now = self._now()
        reservation = self.create({
            "storefront_id": storefront.id,
            "reference": request.reservation_id,
            "content_hash": content_hash,
            "member_hashes": content_hash.members,
            "expires_at": min(
                now + timedelta(seconds=seconds),
                now + timedelta(minutes=storefront.reservation_max_minutes),
            ),
        })
        units = {}
        for line, warehouse, quantity in lines:
            by_product = units.setdefault(warehouse, {})
            product = by_sku[line.sku]
            by_product[product] = by_product.get(product, 0) + quantity
        for warehouse, by_product in units.items():
            reservation._hold_transfer(warehouse, by_product)
        reservation.response = json.dumps(reservation._as_answer(), ensure_ascii=False)
        return reservation

    def _hold_transfer(self, warehouse, units):
        """A transfer that the warehouse sees, with the units reserved.

        :param dict units: by product
        """
        picking_type = warehouse._enord_hold_type()
        source, destination = (
            picking_type.default_location_src_id, picking_type.default_location_dest_id,
        )
        company = self.storefront_id.company_id
        picking = self.env["stock.picking"].create({
            "picking_type_id": picking_type.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "origin": self.reference,
            "company_id": company.id,
            "enord_reservation_id": self.id,
            "move_ids": [
                (0, 0, {
                    "product_id": product.id,
                    "product_uom": product.uom_id.id,
                    "product_uom_qty": quantity,
                    "location_id": source.id,
                    "location_dest_id": destination.id,
                    "company_id": company.id,
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

    @api.model
    def _check_units_held(self, storefront, request):
        """Refuse what goes beyond the total; requests at the same moment may exceed it by
        themselves, because they do not wait for one another."""
        if not storefront.reservation_total_units:
            return
        self.flush_model()
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
            """, storefront.id,
        ))
        wanted = sum(line.quantity for line in request.items)
        if held + wanted > storefront.reservation_total_units:
            raise Problem(
                429, "reservation_limit",
                "This storefront holds as many units as it may; nothing was written. An order can "
                "be placed without a reservation.",
                headers={"Retry-After": str(max(1, int(seconds or 1)))},
            )


def _check_size(storefront, request):
    wanted = {}
    for line in request.items:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    limit = storefront.reservation_max_units
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

import json

from odoo import api, models

from ..api.api_transaction import content_differs
from ..api.locked_transaction import in_locked_transaction
from ..stock.allocation import (
    NotReservable,
    allocate,
    reserve,
    with_what_can_be_reserved,
)
from .shares import check_shares
from .transfer import MAY_CHANGE_HOLDS


class EnordReservation(models.Model):
    """Units are held during checkout: ``POST`` and ``PUT /api/inventory/reservations``."""

    _inherit = "enord.reservation"

    @api.model
    def _of(self, storefront, reference):
        """The storefront's reservation of this number, or none."""
        return self.search([("storefront_id", "=", storefront.id), ("reference", "=", reference)])

    @api.model
    def _accept(self, storefront, request, content_hash):
        """Hold units, all lines or none.

        :param request: :class:`~...contract.reservations.Reservation`
        :return: the reservation as it is now, as JSON text, and whether an earlier request has
            made it
        :raise Problem: 409 for missing stock, for more than may be held, for a number with other
            content and for one that has ended, 422 for an unknown SKU, 503 when it could not be
            done in time
        """
        if known := self._replayed(storefront, request, content_hash):
            return known._answer(), True
        by_sku = self._asked_for(storefront, request)

        def work(unreservable):
            if known := self._replayed(storefront, request, content_hash):
                return known._answer(), True
            made = self._hold(storefront, request, by_sku, content_hash, unreservable)
            return made._answer(), False

        return with_what_can_be_reserved(lambda unreservable: in_locked_transaction(
            self.env, self._locks_of(storefront, by_sku), lambda: work(unreservable),
            # who comes too late is told at once, and does not wait for those who are buying
            before_waiting=lambda: allocate(storefront, request.items, by_sku, "/items"),
        ))

    @api.model
    def _put(self, storefront, request, content_hash):
        """Make a hold, or make one that is there hold this instead; one that has ended is begun
        anew. Where it cannot be done, what was held stays held as it was.

        :param request: :class:`~...contract.reservations.Reservation`
        :return: the reservation as JSON text, and whether it was held before
        :raise Problem: as :meth:`_accept`, and 409 for one that became an order
        """
        by_sku = self._asked_for(storefront, request)

        held_before = self._of(storefront, request.reservation_id).move_ids.product_id

        def work(unreservable):
            known = self._of(storefront, request.reservation_id)
            if known.ended == "converted":
                raise known._ended_problem("It cannot be changed.", "/reservation_id")
            was_held = known.state == "held"
            changed = known._hold(storefront, request, by_sku, content_hash, unreservable)
            return changed._answer(), was_held

        return with_what_can_be_reserved(lambda unreservable: in_locked_transaction(
            self.env, self._locks_of(storefront, by_sku, held_before), lambda: work(unreservable),
        ))

    @api.model
    def _asked_for(self, storefront, request):
        return self.env["product.product"]._enord_asked_for(
            storefront,
            [(f"/items/{index}/sku", line.sku) for index, line in enumerate(request.items)],
        )

    @api.model
    def _locks_of(self, storefront, by_sku, products=()):
        return self.env["product.product"].union(*by_sku.values(), *products)._enord_locks(
            storefront.company_id
        )

    def _answer(self):
        return json.dumps(self._as_answer(), ensure_ascii=False)

    def _replayed(self, storefront, request, content_hash):
        """The reservation that this request has made before, if it is still held."""
        known = self._of(storefront, request.reservation_id)
        if known and not content_hash.is_of(known.content_hash):
            raise content_differs(
                "/reservation_id", request.reservation_id,
                content_hash.differing(known.member_hashes),
            )
        if known and known.state != "held":
            raise known._ended_problem("Nothing was written.", "/reservation_id")
        return known

    def _hold(self, storefront, request, by_sku, content_hash, unreservable):
        """Hold what is asked for, instead of what this reservation has held until now.

        :param dict unreservable: see :func:`~..stock.allocation.allocate`
        :return: the reservation; a new one where there was none
        """
        self._release_expired(storefront, self.env["product.product"].union(
            *by_sku.values(), self.move_ids.product_id
        ))
        is_held = self.state == "held"
        held_since = self.held_since if is_held else self._now()
        values = {
            "content_hash": content_hash,
            "member_hashes": content_hash.members,
            "skus": {line.sku: by_sku[line.sku].id for line in request.items},
            "held_since": held_since,
            "expires_at": self._until(storefront, held_since, request.expires_in_seconds),
            "ended": False,
            "ended_at": False,
        }
        if is_held and self._holds(request.items, by_sku):
            self.write(values)
            return self
        held = self._held_units() if is_held else {}
        own = {}
        for (product_id, _warehouse_id), units in held.items():
            own[product_id] = own.get(product_id, 0) + units
        if self:
            self.write(values)
            # whoever changes it at the same moment begins again
            self.flush_recordset()
            self._forget_transfers()
        lines = allocate(
            storefront, request.items, by_sku, "/items", held=held, unreservable=unreservable,
        )
        check_shares(storefront, request.items, by_sku, own)
        reservation = self or self.create({
            "storefront_id": storefront.id, "reference": request.reservation_id, **values,
        })
        units = {}
        for line, warehouse, quantity in lines:
            by_product = units.setdefault(warehouse, {})
            product = by_sku[line.sku]
            by_product[product] = by_product.get(product, 0) + quantity
        for warehouse, by_product in units.items():
            reservation._hold_transfer(warehouse, by_product)
        return reservation

    def _holds(self, items, by_sku):
        """Whether this is what it holds, and nothing of it is lost."""
        wanted = {}
        for item in items:
            product = by_sku[item.sku]
            wanted[product.id] = wanted.get(product.id, 0.0) + float(item.quantity)
        held = {}
        for product, warehouse, moves in self._held_goods():
            held[product.id] = held.get(product.id, 0.0) - self._lost_units(
                product, warehouse, moves
            ) + product._enord_units_in(moves, "product_uom_qty")
        return wanted.keys() == held.keys() and all(
            by_sku[item.sku].uom_id.compare(wanted[product_id], held[product_id]) == 0
            for item in items for product_id in [by_sku[item.sku].id]
        )

    def _forget_transfers(self):
        """Give the units free, and leave nothing behind."""
        self.picking_ids.with_context(enord_ends_holds=MAY_CHANGE_HOLDS).unlink()

    def _hold_transfer(self, warehouse, units):
        """A transfer that the warehouse sees, with the units reserved.

        :param dict units: by product
        """
        picking_type = warehouse._enord_hold_type()
        stock = picking_type.default_location_src_id
        company = self.storefront_id.company_id
        product_ids = [product.id for product in units]
        sources = self.env["product.product"]._enord_sources(warehouse, product_ids)
        moves, brought = [], set()
        for product, quantity in units.items():
            source = stock.browse(sources.of(product.id, warehouse.id).location_id)
            if not source:
                # Odoo buys or makes it when it is ordered: there is nothing to keep from others
                brought.add(product)
                source = stock
            moves.append({
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": source._enord_hold_location().id,
                "date": product._enord_due_at(),
                "company_id": company.id,
                # of nothing that is ordered first
                "procure_method": "make_to_stock",
            })
        picking = self.env["stock.picking"].with_context(
            enord_ends_holds=MAY_CHANGE_HOLDS
        ).create({
            "picking_type_id": picking_type.id,
            "location_id": stock.id,
            "location_dest_id": picking_type.default_location_dest_id.id,
            "origin": self.reference,
            "company_id": company.id,
            "enord_reservation_id": self.id,
        })
        # after the transfer, whose own date Odoo would write on all of them
        picking.move_ids.create([{**move, "picking_id": picking.id} for move in moves])
        # not the transfer's action_confirm, which looks whether anything is to be bought or made
        picking.move_ids._action_confirm()
        reserve(picking.move_ids.filtered(
            lambda move: move._enord_sold_product() not in brought
        ))
        for product, place, moves in self._held_goods():
            if self._lost_units(product, place, moves):
                raise NotReservable("/items", product, place, product._enord_units_in(moves))

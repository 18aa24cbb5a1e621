from odoo import api, models
from odoo.tools import float_compare

from ...contract import events
from ...contract.problem import FieldError, Problem
from ..api.locked_transaction import in_locked_transaction
from ..limits.return_limit import check_returns, return_locks
from ..sellable.unit import check_units


class EnordAdjustment(models.AbstractModel):
    """``POST /api/inventory/adjust``: real transfers, all lines or none."""

    _name = "enord.adjustment"
    _description = "Stock Adjustments of Storefronts"

    @api.model
    def _accept(self, storefront, request, content_hash):
        """Deduct or return stock under a storefront's reference (specification, section 5.2).

        :param request: :class:`~..contract.requests.StockAdjustment`
        :return: the response as JSON text, and whether it is the answer to an earlier request
        :raise Problem: 409 for a used reference, missing stock and too many returns, 422 for an
            unknown SKU or location, 503 when it could not be done in time
        """
        Transaction = self.env["enord.api.transaction"]
        known = Transaction._replay(
            storefront, "adjustment", request.reference_id, content_hash
        )
        if known:
            return known.response, True
        _check_locations(storefront, request)
        by_sku = self.env["product.product"]._enord_asked_for(storefront, [
            (f"/adjustments/{index}/sku", line.sku)
            for index, line in enumerate(request.adjustments)
        ])
        products = self.env["product.product"].union(*by_sku.values())

        def work():
            if known := Transaction._replay(
                storefront, "adjustment", request.reference_id, content_hash
            ):
                return known.response, True
            transaction = Transaction._begin(
                storefront, "adjustment", request.reference_id, content_hash
            )
            pickings = self._adjust(storefront, request, by_sku, transaction)
            return transaction._answer(self._answer(storefront, request, by_sku, pickings)), False

        return in_locked_transaction(
            self.env,
            products._enord_locks(storefront.company_id) + return_locks(storefront, request),
            work,
        )

    def _adjust(self, storefront, request, by_sku, transaction):
        self.env["enord.reservation"]._release_expired(
            storefront, self.env["product.product"].union(*by_sku.values())
        )
        warehouses = storefront.warehouse_ids._enord_by_code()
        net = {}
        for line in request.adjustments:
            key = (by_sku[line.sku], warehouses[line.location_code])
            net[key] = net.get(key, 0) + line.quantity_change
        _check_deductible(storefront, request, by_sku, warehouses, net)
        check_returns(storefront, net)
        by_picking = {}
        for (product, warehouse), units in net.items():
            if units:
                by_picking.setdefault((warehouse, units > 0), []).append((product, abs(units)))
        pickings = self.env["stock.picking"]
        for (warehouse, is_return), moves in by_picking.items():
            pickings += self._transfer(warehouse, is_return, moves, transaction)
        return pickings

    def _transfer(self, warehouse, is_return, moves, transaction):
        """One validated transfer between the warehouse's stock and the customers."""
        customers = self.env.ref("stock.stock_location_customers")
        stock = warehouse.lot_stock_id
        source, destination = (customers, stock) if is_return else (stock, customers)
        picking_type = warehouse.in_type_id if is_return else warehouse.out_type_id
        picking = self.env["stock.picking"].create({
            "picking_type_id": picking_type.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "origin": transaction.reference,
            "company_id": warehouse.company_id.id,
            "enord_transaction_id": transaction.id,
            "move_ids": [
                (0, 0, {
                    "product_id": product.id,
                    "product_uom": product.uom_id.id,
                    "product_uom_qty": units,
                    "location_id": (
                        source if is_return else product._enord_taken_from(warehouse) or source
                    ).id,
                    "location_dest_id": destination.id,
                    "company_id": warehouse.company_id.id,
                })
                for product, units in moves
            ],
        })
        picking.action_confirm()
        picking.action_assign()
        for move in picking.move_ids:
            if float_compare(move.quantity, move.product_uom_qty, 6) < 0:
                raise Problem(
                    409, "out_of_stock", "Stock could not be taken; nothing was written.",
                    [FieldError(
                        "/adjustments", "not_reservable",
                        f"{move.product_id.enord_sku} could not be taken from "
                        f"{warehouse.enord_location_code}",
                        {"sku": move.product_id.enord_sku},
                    )],
                )
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def _answer(self, storefront, request, by_sku, pickings):
        """The answer to an accepted adjustment. Override to add members."""
        stock = storefront._sellable(self.env["product.product"].union(*by_sku.values()))
        warehouses = storefront.warehouse_ids._enord_by_code()
        return {
            "reference_id": request.reference_id,
            "status": "done",
            "transfers": pickings.mapped("name"),
            "adjustments": [
                {
                    "sku": line.sku,
                    "quantity_change": events.quantity(line.quantity_change),
                    "location_code": line.location_code,
                    "new_quantity": events.quantity(stock.get(
                        (by_sku[line.sku].id, warehouses[line.location_code].id), 0.0
                    )),
                }
                for line in request.adjustments
            ],
        }


def _check_locations(storefront, request):
    codes = storefront.warehouse_ids._enord_by_code()
    errors = [
        FieldError(
            f"/adjustments/{index}/location_code", "unknown_location",
            f"{line.location_code} is not a location of this storefront; expected one of "
            + ", ".join(sorted(codes)),
        )
        for index, line in enumerate(request.adjustments) if line.location_code not in codes
    ]
    if errors:
        raise Problem(
            422, "unknown_location", "Some locations are not known; nothing was written.",
            errors,
        )


def _check_deductible(storefront, request, by_sku, warehouses, net):
    check_units(request.adjustments, by_sku, "/adjustments", "quantity_change")
    stock = storefront._sellable(storefront.env["product.product"].union(*by_sku.values()))
    errors = []
    for index, line in enumerate(request.adjustments):
        product, warehouse = by_sku[line.sku], warehouses[line.location_code]
        available = stock.get((product.id, warehouse.id), 0.0)
        wanted = events.quantity(-net[product, warehouse])
        if line.quantity_change < 0 and float_compare(wanted, available, 6) > 0:
            errors.append(FieldError(
                f"/adjustments/{index}/quantity_change", "out_of_stock",
                f"{wanted} of {line.sku} to be taken from {line.location_code}, "
                f"{events.quantity(available)} available",
                {"sku": line.sku, "requested": wanted,
                 "available": events.quantity(available)},
            ))
        if line.quantity_change > 0 and product.tracking != "none":
            errors.append(FieldError(
                f"/adjustments/{index}/quantity_change", "lot_required",
                f"{line.sku} is tracked by lot or serial number: a return is received in Odoo",
                {"sku": line.sku},
            ))
    if errors:
        out_of_stock = any(error.code == "out_of_stock" for error in errors)
        raise Problem(
            409 if out_of_stock else 422,
            "out_of_stock" if out_of_stock else "lot_required",
            "Some lines cannot be carried out; nothing was written.", errors,
        )

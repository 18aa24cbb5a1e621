from odoo import models
from odoo.tools import float_compare

from ...contract import events
from ...contract.problem import FieldError, Problem
from ..api.locked_transaction import in_locked_transaction


class EnordStorefront(models.Model):
    """``POST /api/inventory/adjust``: real transfers, all lines or none."""

    _inherit = "enord.storefront"

    def _accept_adjustment(self, request, content_hash):
        """Deduct or return stock under a storefront's reference (specification, section 5.2).

        :param request: :class:`~..contract.requests.StockAdjustment`
        :return: the response as JSON text, and whether it is the answer to an earlier request
        :raise Problem: 409 for a used reference and missing stock, 422 for an unknown SKU or
            location, 503 when it could not be done in time
        """
        self.ensure_one()
        Transaction = self.env["enord.api.transaction"]
        known = Transaction._replay(self, "adjustment", request.reference_id, content_hash)
        if known:
            return known.response, True
        self._check_locations(request)
        products = self._products_by_sku([
            (f"/adjustments/{index}/sku", line.sku)
            for index, line in enumerate(request.adjustments)
        ])

        def work():
            transaction = Transaction._begin(
                self, "adjustment", request.reference_id, content_hash
            )
            if not transaction:
                known = Transaction._replay(self, "adjustment", request.reference_id, content_hash)
                return known.response, True
            pickings = self._adjust(request, products, transaction)
            answer = self._adjustment_response(request, products, pickings)
            return transaction._answer(answer), False

        return in_locked_transaction(
            self.env, self._product_locks(self.env["product.product"].union(*products.values())), work,
        )

    def _warehouse_by_code(self):
        return {warehouse.enord_location_code: warehouse for warehouse in self.warehouse_ids}

    def _check_locations(self, request):
        codes = self._warehouse_by_code()
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

    def _adjust(self, request, products, transaction):
        self._release_expired(self.env["product.product"].union(*products.values()))
        warehouses = self._warehouse_by_code()
        net = {}
        for line in request.adjustments:
            key = (products[line.sku], warehouses[line.location_code])
            net[key] = net.get(key, 0) + line.quantity_change
        self._check_deductible(request, products, warehouses, net)
        by_picking = {}
        for (product, warehouse), units in net.items():
            if units:
                by_picking.setdefault((warehouse, units > 0), []).append((product, abs(units)))
        pickings = self.env["stock.picking"]
        for (warehouse, is_return), moves in by_picking.items():
            pickings += self._transfer(warehouse, is_return, moves, transaction)
        return pickings

    def _check_deductible(self, request, products, warehouses, net):
        stock = self._sellable(self.env["product.product"].union(*products.values()))
        errors = []
        for index, line in enumerate(request.adjustments):
            product, warehouse = products[line.sku], warehouses[line.location_code]
            available = stock.get((product.id, warehouse.id), 0.0)
            wanted = -net[product, warehouse]
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
            "company_id": self.company_id.id,
            "enord_transaction_id": transaction.id,
            "move_ids": [
                (0, 0, {
                    "product_id": product.id,
                    "product_uom": product.uom_id.id,
                    "product_uom_qty": units,
                    "location_id": source.id,
                    "location_dest_id": destination.id,
                    "company_id": self.company_id.id,
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
                        f"{move.product_id.default_code} could not be taken from "
                        f"{warehouse.enord_location_code}",
                        {"sku": move.product_id.default_code},
                    )],
                )
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def _adjustment_response(self, request, products, pickings):
        """The answer to an accepted adjustment. Override to add members."""
        stock = self._sellable(self.env["product.product"].union(*products.values()))
        warehouses = self._warehouse_by_code()
        return {
            "reference_id": request.reference_id,
            "status": "done",
            "transfers": pickings.mapped("name"),
            "adjustments": [
                {
                    "sku": line.sku,
                    "quantity_change": line.quantity_change,
                    "location_code": line.location_code,
                    "new_quantity": events.quantity(stock.get(
                        (products[line.sku].id, warehouses[line.location_code].id), 0.0
                    )),
                }
                for line in request.adjustments
            ],
        }

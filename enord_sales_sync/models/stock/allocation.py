import logging

from odoo import models
from odoo.exceptions import UserError

from ...contract.problem import FieldError, Problem

_logger = logging.getLogger(__name__)


class EnordStorefront(models.Model):
    """From which warehouse each unit of an order is taken, and that it is held there."""

    _inherit = "enord.storefront"

    def _products_by_sku(self, asked):
        """``{sku: product}`` of published products.

        :param asked: ``(pointer, sku)`` pairs
        :raise Problem: 422 naming every SKU that this storefront does not sell
        """
        skus = {sku for _pointer, sku in asked}
        by_sku = self._published_by_sku(skus)
        errors = [
            FieldError(
                pointer, "unknown_sku", f"{sku} is not sold by this storefront", {"sku": sku},
            )
            for pointer, sku in asked if sku not in by_sku
        ]
        if errors:
            raise Problem(
                422, "unknown_sku", "Some SKUs are not known; nothing was written.", errors
            )
        return by_sku

    def _allocate(
        self, lines, products, pointer="/line_items", held=None, backorder=False, stock=None,
    ):
        """Decide from which warehouse each unit is taken.

        What a reservation held is taken where it was held. Otherwise the first warehouse that
        has everything takes the whole order, or each line takes what there is, warehouse by
        warehouse.

        :param lines: what is asked for: each has ``sku`` and ``quantity``
        :param dict products: by SKU
        :param str pointer: JSON Pointer of the list of lines in the request
        :param dict held: units to be taken first, by ``(product_id, warehouse_id)``
        :param bool backorder: take what is missing from the first warehouse, which will get it
        :param dict stock: what there is, less what is allocated now; all that can be sold by
            default
        :return: list of ``(line, warehouse, units)``
        :raise Problem: 409 with what is available of every SKU that is short
        """
        if stock is None:
            stock = self._sellable(self.env["product.product"].union(*products.values()))
        wanted = {}
        for line in lines:
            wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
        if not backorder:
            self._check_available(lines, products, pointer, stock, wanted)
        for warehouse in self.warehouse_ids if not held else ():
            if all(
                stock.get((products[sku].id, warehouse.id), 0) >= units
                for sku, units in wanted.items()
            ):
                for sku, units in wanted.items():
                    stock[products[sku].id, warehouse.id] -= units
                return [(line, warehouse, line.quantity) for line in lines]
        missing = [line.quantity for line in lines]
        allocated = {}
        for limits in (dict(held), stock) if held else (stock,):
            for index, line in enumerate(lines):
                for warehouse in self.warehouse_ids:
                    key = (products[line.sku].id, warehouse.id)
                    units = min(missing[index], int(limits.get(key, 0)), int(stock.get(key, 0)))
                    if units:
                        limits[key] -= units
                        if limits is not stock:
                            stock[key] -= units
                        missing[index] -= units
                        allocated[index, warehouse] = allocated.get((index, warehouse), 0) + units
        for index, units in enumerate(missing):
            if units:
                key = (index, self.warehouse_ids[0])
                allocated[key] = allocated.get(key, 0) + units
        return [
            (line, warehouse, allocated[index, warehouse])
            for index, line in enumerate(lines)
            for warehouse in self.warehouse_ids if (index, warehouse) in allocated
        ]

    def _check_available(self, lines, products, pointer, stock, wanted):
        available = {
            sku: sum(
                int(stock.get((products[sku].id, warehouse.id), 0))
                for warehouse in self.warehouse_ids
            )
            for sku in wanted
        }
        errors = [
            FieldError(
                f"{pointer}/{index}/quantity", "out_of_stock",
                f"{wanted[line.sku]} of {line.sku} asked for, {available[line.sku]} available",
                {"sku": line.sku, "requested": wanted[line.sku], "available": available[line.sku]},
            )
            for index, line in enumerate(lines)
            if wanted[line.sku] > available[line.sku]
        ]
        if errors:
            raise Problem(
                409, "out_of_stock", "There is not enough stock; nothing was written.", errors
            )

    def _reserve(self, sale):
        """Hold the units; the check before has made sure that they are there."""
        # the confirmation has reserved already where the operation type says so
        waiting = sale.picking_ids.filtered(lambda picking: any(
            move.state in ("confirmed", "waiting", "partially_available")
            for move in picking.move_ids
        ))
        if waiting:
            waiting.action_assign()
        if self.oversell_policy == "backorder":
            return
        for line in sale.order_line.filtered("enord_warehouse_id"):
            if line._enord_reserved_quantity() < line.product_uom_qty:
                raise Problem(
                    409, "out_of_stock", "Stock could not be reserved; nothing was written.",
                    [FieldError(
                        "/line_items", "not_reservable",
                        f"{line.product_id.default_code} could not be reserved in "
                        f"{line.enord_warehouse_id.enord_location_code}",
                        {"sku": line.product_id.default_code,
                         "available": int(line._enord_reserved_quantity())},
                    )],
                )

    def _deliver(self, sale):
        """Carry out what is reserved, step by step where the warehouse has several.

        What cannot be carried out (a check that a person must make) stays reserved.
        """
        try:
            with self.env.cr.savepoint():
                while ready := sale.picking_ids.filtered(lambda picking: (
                    picking.state not in ("done", "cancel")
                    and any(move.quantity for move in picking.move_ids)
                )):
                    ready.move_ids.filtered("quantity").picked = True
                    ready._action_done()
        except UserError as error:
            _logger.warning("Delivery of online order %s failed: %s", sale.name, error)
            sale.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("The delivery could not be carried out"), note=str(error),
                user_id=self._responsible().id,
            )

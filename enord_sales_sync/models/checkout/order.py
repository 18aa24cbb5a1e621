from odoo import api, models

from ...contract import events
from ...contract.problem import FieldError, Problem


class EnordReservation(models.Model):
    """A reservation becomes an order."""

    _inherit = "enord.reservation"

    @api.model
    def _of_order(self, storefront, order):
        """The reservation that an order names, or none.

        :param order: :class:`~...contract.requests.SalesOrder`
        :raise Problem: 422 where there is no such reservation
        """
        if not order.reservation_id:
            return self.browse()
        reservation = self._of(storefront, order.reservation_id)
        if not reservation:
            raise Problem(
                422, "unknown_reservation", "Nothing was written.",
                [FieldError(
                    "/reservation_id", "unknown_reservation",
                    f"there is no reservation {order.reservation_id}",
                )],
            )
        return reservation

    def _take_over(self, storefront, products):
        """Give the units free for the order that is being made in this transaction, and keep
        everybody else from the stock of these products until it ends.

        A reservation that has ended is honoured as far as stock goes.

        :return: ``{(product_id, warehouse_id): units}`` that the order takes first
        :raise Problem: 409 when another order has its units
        """
        if self.ended == "converted":
            raise self._ended_problem("Another order has its units.", "/reservation_id")
        self._release_expired(storefront, products | self.move_ids.product_id)
        if self and not self.ended:
            self._end("converted")
        elif self:
            # it had ended, and its units are free; the row says where the customer's order is
            self.write({"ended": "converted"})
        return self._held_units()

    def _products_of_order(self, storefront, order):
        """The products of an order's lines: what this reservation has promised is sold, by the SKU
        that it was asked for with, whatever became of the product since.

        :param order: :class:`~...contract.requests.SalesOrder`
        :return: ``{sku: product}``
        :raise Problem: 422 for SKUs that are not sold, 409 for more units than were promised of
            what is not sold any more
        """
        Product = self.env["product.product"]
        promised = self._promised()
        pointers = [(f"/line_items/{index}", line) for index, line in enumerate(order.line_items)]
        by_sku = Product._enord_asked_for(storefront, [
            (f"{pointer}/sku", line.sku) for pointer, line in pointers if line.sku not in promised
        ])
        asked = [(pointer, line) for pointer, line in pointers if line.sku in promised]
        if not asked:
            return by_sku
        sold = Product._enord_to_be_had(storefront, {line.sku for _pointer, line in asked})
        held, wanted = {}, {}
        for (product_id, _warehouse_id), units in self._held_units().items():
            held[product_id] = held.get(product_id, 0) + units
        for _pointer, line in asked:
            wanted[line.sku] = wanted.get(line.sku, 0.0) + float(line.quantity)
        errors = []
        for pointer, line in asked:
            product = by_sku[line.sku] = promised[line.sku]
            units = held.get(product.id, 0)
            if sold.get(line.sku) != product and (
                product.uom_id.compare(wanted[line.sku], units) > 0
            ):
                errors.append(FieldError(
                    f"{pointer}/quantity", "out_of_stock",
                    f"{line.sku} is not sold any more, and the reservation has {units:g}",
                    {"sku": line.sku, "requested": events.quantity(wanted[line.sku]),
                     "available": events.quantity(units)},
                ))
        if errors:
            raise Problem(
                409, "out_of_stock", "There is not enough stock; nothing was written.", errors
            )
        return by_sku

    def _promised(self):
        """``{sku: product}`` of what is or was held."""
        if self.skus:
            Product = self.env["product.product"]
            return {sku: Product.browse(product_id) for sku, product_id in self.skus.items()}
        # held by version 19.0.1
        return {product.enord_sku: product for product, _place, _moves in self._held_goods()}

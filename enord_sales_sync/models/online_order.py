import hashlib
import logging

from odoo import models
from odoo.exceptions import UserError, ValidationError

from ..contract import events
from ..contract.problem import FieldError, Problem
from ..contract.requests import utc_naive
from .locked_transaction import CUSTOMER_LOCK, PRODUCT_LOCK

_logger = logging.getLogger(__name__)


class EnordStorefront(models.Model):
    """``POST /api/sales/orders``: a paid cart becomes an order, an invoice and reserved stock."""

    _inherit = "enord.storefront"

    def _accept_order(self, order, content_hash):
        """Record an online sale (specification, section 5.1).

        :param order: :class:`~..contract.requests.SalesOrder`
        :param str content_hash: of the request's content
        :return: the response as JSON text, and whether it is the answer to an earlier request
        :rtype: tuple[str, bool]
        :raise Problem: 409 for a reference with other content and for missing stock, 422 for an
            unknown SKU, 503 when it could not be done in time
        """
        self.ensure_one()
        Transaction = self.env["enord.api.transaction"].with_context(enord_order=True)
        known = Transaction._replay(self, "order", order.transaction_id, content_hash)
        if known:
            return known.response, True
        products = self._products_by_sku(
            [(f"/line_items/{index}/sku", line.sku) for index, line in enumerate(order.line_items)]
        )

        def work():
            transaction = Transaction._begin(self, "order", order.transaction_id, content_hash)
            if not transaction:
                known = Transaction._replay(self, "order", order.transaction_id, content_hash)
                return known.response, True
            sale = self._create_order(order, products)
            transaction.sale_order_id = sale
            return transaction._answer(self._order_response(order, sale)), False

        return self._in_locked_transaction(
            [(PRODUCT_LOCK, product.id) for product in products.values()]
            + [(CUSTOMER_LOCK, self._customer_number(order.customer_details))],
            work,
        )

    def _products_by_sku(self, asked):
        """``{sku: product}`` of published products.

        :param asked: ``(pointer, sku)`` pairs
        :raise Problem: 422 naming every SKU that this storefront does not sell
        """
        skus = {sku for _pointer, sku in asked}
        products = self._published_products([("default_code", "in", list(skus))])
        by_sku = {product.default_code: product for product in products}
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

    def _create_order(self, order, products):
        all_products = self.env["product.product"].union(*products.values())
        self._lock_quants(all_products)
        lines = self._allocate(order, products)
        sale = self.env["sale.order"].with_context(enord_change_reason="ONLINE_SALE").create(
            self._order_values(order, products, lines)
        )
        sale.action_confirm()
        sale.date_order = utc_naive(order.transaction_date)
        self._reserve(sale, order)
        self._invoice(sale)
        return sale

    def _allocate(self, order, products):
        """Decide from which warehouse each unit is taken.

        The first warehouse that has everything takes the whole order; otherwise each line takes
        what there is, warehouse by warehouse.

        :return: list of ``(line item, warehouse, units)``
        :raise Problem: 409 with what is available of every SKU that is short
        """
        all_products = self.env["product.product"].union(*products.values())
        stock = all_products._enord_sellable(self.warehouse_ids)
        wanted = order.quantities()
        self._check_available(order, products, stock, wanted)
        for warehouse in self.warehouse_ids:
            if all(
                stock.get((products[sku].id, warehouse.id), 0) >= units
                for sku, units in wanted.items()
            ):
                return [(line, warehouse, line.quantity) for line in order.line_items]
        allocated = []
        for line in order.line_items:
            missing = line.quantity
            for warehouse in self.warehouse_ids:
                key = (products[line.sku].id, warehouse.id)
                units = min(missing, int(stock.get(key, 0)))
                if units:
                    stock[key] -= units
                    missing -= units
                    allocated.append((line, warehouse, units))
        return allocated

    def _check_available(self, order, products, stock, wanted):
        available = {
            sku: sum(
                int(stock.get((products[sku].id, warehouse.id), 0))
                for warehouse in self.warehouse_ids
            )
            for sku in wanted
        }
        errors = [
            FieldError(
                f"/line_items/{index}/quantity", "out_of_stock",
                f"{wanted[line.sku]} of {line.sku} asked for, {available[line.sku]} available",
                {"sku": line.sku, "requested": wanted[line.sku], "available": available[line.sku]},
            )
            for index, line in enumerate(order.line_items)
            if wanted[line.sku] > available[line.sku]
        ]
        if errors:
            raise Problem(
                409, "out_of_stock", "There is not enough stock; nothing was written.", errors
            )

    def _order_values(self, order, products, lines):
        """Values of the ``sale.order``. Override to fill fields of other add-ons."""
        partner = self._customer(order.customer_details)
        return {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "enord_storefront_id": self.id,
            "enord_transaction_reference": order.transaction_id,
            "client_order_ref": order.transaction_id,
            "origin": self.name,
            "pricelist_id": self.pricelist_id.id,
            "currency_id": self.currency_id.id,
            "warehouse_id": lines[0][1].id,
            "team_id": self.team_id.id,
            "user_id": False,
            "date_order": utc_naive(order.transaction_date),
            "require_signature": False,
            "require_payment": False,
            "order_line": [
                (0, 0, {
                    "product_id": products[line.sku].id,
                    "product_uom_qty": units,
                    "price_unit": float(line.unit_price),
                    "discount": 0.0,
                    "enord_warehouse_id": warehouse.id,
                })
                for line, warehouse, units in lines
            ],
        }

    def _customer_number(self, customer):
        """A number to lock while looking for or creating this customer."""
        identity = f"{self.id}:{(customer.tax_id or customer.name).casefold()}"
        return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:4], "big", signed=True)

    def _customer(self, customer):
        """Find the customer by tax id, then by exact name within this storefront, or create it.

        A tax id that Odoo's validation refuses never refuses a paid order: it is kept beside.
        """
        Partner = self.env["res.partner"].with_context(
            no_vat_validation=False, mail_create_nolog=True, tracking_disable=True,
        )
        companies = ("company_id", "in", [False, self.company_id.id])
        if customer.tax_id:
            found = Partner.search(
                [companies, ("parent_id", "=", False), "|", ("vat", "=", customer.tax_id),
                 "&", ("enord_tax_id", "=", customer.tax_id),
                 ("enord_storefront_id", "=", self.id)],
                order="id", limit=1,
            )
            if found:
                return found
        else:
            found = Partner.search(
                [companies, ("enord_storefront_id", "=", self.id), ("name", "=", customer.name),
                 ("vat", "=", False), ("enord_tax_id", "=", False)],
                order="id", limit=1,
            )
            if found:
                return found
        values = {
            "name": customer.name,
            "company_id": self.company_id.id,
            "country_id": self.company_id.country_id.id,
            "enord_storefront_id": self.id,
        }
        if customer.tax_id:
            try:
                with self.env.cr.savepoint():
                    return Partner.create({**values, "vat": customer.tax_id})
            except ValidationError:
                values["enord_tax_id"] = customer.tax_id
        return Partner.create(values)

    def _reserve(self, sale, order):
        """Hold the units; the check before has made sure that they are there."""
        waiting = sale.picking_ids.filtered(
            lambda picking: picking.state in ("confirmed", "waiting", "assigned")
        )
        waiting.action_assign()
        for line in sale.order_line:
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

    def _invoice(self, sale):
        """Invoice and post; where that fails the order stands and staff are told."""
        try:
            with self.env.cr.savepoint():
                sale._enord_invoice()
        except (UserError, ValidationError) as error:
            _logger.warning("Invoice of online order %s failed: %s", sale.name, error)
            sale.enord_invoice_error = str(error)
            sale.activity_schedule(
                "enord_sales_sync.activity_invoice_problem", note=str(error),
                user_id=self.create_uid.id or self.env.ref("base.user_admin").id,
            )

    def _order_response(self, order, sale):
        """The answer to an accepted order. Override to add members."""
        invoice = sale.invoice_ids[:1]
        return {
            "transaction_id": order.transaction_id,
            "status": "confirmed",
            "order": {"name": sale.name, "state": sale.state},
            "invoice": {
                "name": invoice.name, "state": invoice.state, "amount_total": invoice.amount_total,
            } if invoice else None,
            "amount_total": sale.amount_total,
            "currency": sale.currency_id.name,
            "line_items": [
                {
                    "sku": line.product_id.default_code,
                    "quantity": events.quantity(line.product_uom_qty),
                    "unit_price": line.price_unit,
                    "reserved_quantity": events.quantity(line._enord_reserved_quantity()),
                    "location_code": line.enord_warehouse_id.enord_location_code,
                }
                for line in sale.order_line
            ],
        }


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _enord_reserved_quantity(self):
        """Units held for this line where they lie now, in the product's unit."""
        self.ensure_one()
        moves = self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and not move.move_orig_ids
            and move.location_id.usage == "internal"
        )
        return sum(moves.mapped("quantity"))



import json
from datetime import timedelta

from ..common import SalesSyncHttpCommon, example

PATH = "/api/inventory/reservations"
ORDERS = "/api/sales/orders"
DRONE, GUARD = "DRONE-X1-PRO-KIT", "PROP-GUARD-X1"


class ReservationCommon(SalesSyncHttpCommon):
    """Holds as large as the stock; what their limits are is a matter of :mod:`.test_shares`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storefront.write({"reservation_share": 100, "reservation_total_share": 100})

    def hold(self, reference="CART-1", *items, **values):
        items = items or ((DRONE, 2),)
        return self.call("POST", PATH, {
            "reservation_id": reference,
            "items": [{"sku": sku, "quantity": quantity} for sku, quantity in items], **values,
        })

    def reservation(self, reference="CART-1"):
        return self.env["enord.reservation"].search([("reference", "=", reference)])

    def let_expire(self, reference="CART-1"):
        """The time is over, and nobody has swept."""
        reservation = self.reservation(reference)
        reservation.expires_at = reservation._now() - timedelta(seconds=1)

    def sweep(self):
        self.env.flush_all()
        with self.registry.cursor() as cr:
            self.env(cr=cr)["enord.reservation"]._cron_release_expired()
        self.env.invalidate_all()

    def order(self, quantity=1, reference="ORD-1", sku=DRONE, **values):
        return self.call("POST", ORDERS, {
            **json.loads(example("sales-order")), "transaction_id": reference,
            "line_items": [{"sku": sku, "quantity": quantity, "unit_price": 1.0}], **values,
        })

    def reserved(self, product):
        return sum(self.env["stock.quant"].search([
            ("product_id", "=", product.id), ("location_id.usage", "=", "internal"),
        ]).mapped("reserved_quantity"))

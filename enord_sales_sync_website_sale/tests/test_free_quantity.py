from datetime import timedelta
from unittest import SkipTest

from odoo import fields
from odoo.addons.enord_sales_sync.tests.common import SalesSyncCommon
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestFreeQuantity(SalesSyncCommon):
    """What is told beside Odoo's own ``free_qty`` and what its website shows: the same, but where
    Odoo would then not reserve what it shows, or where it is promised."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "removal_date" not in cls.env["stock.lot"]._fields:
            raise SkipTest("where expiration dates are installed")
        cls.product = cls._make_product("SOLD", 10.0)
        cls.stock = cls.warehouse.lot_stock_id
        cls.website = cls.env["website"].search([], limit=1)
        cls.website.warehouse_id = cls.warehouse

    def put(self, location, units, **whose):
        self.env["stock.quant"]._update_available_quantity(self.product, location, units, **whose)

    def below(self, location):
        return self.env["stock.location"].create(
            {"name": "Place", "usage": "internal", "location_id": location.id}
        )

    def assertTold(self, told, odoo):
        """
        :param told: at the first warehouse
        :param odoo: Odoo's ``free_qty`` of that warehouse
        """
        self.env.flush_all()
        self.env.invalidate_all()
        stock = self.storefront._sellable(self.product)
        shown = self.website._get_product_available_qty(self.product)
        free = self.product.with_context(warehouse_id=self.warehouse.id).free_qty
        self.assertEqual(
            (stock.get((self.product.id, self.warehouse.id), 0), free, shown), (told, odoo, odoo)
        )

    def test_in_stock_on_shelves_owned_and_packed(self):
        self.put(self.stock, 3)
        self.put(self.below(self.stock), 2)
        self.put(self.stock, 1, owner_id=self.env["res.partner"].create({"name": "Consignor"}))
        self.put(self.stock, 1, package_id=self.env["stock.package"].create({}))
        self.put(self.second_warehouse.lot_stock_id, 9)
        self.assertTold(7, 7)

    def test_reserved(self):
        self.put(self.stock, 5)
        customers = self.env.ref("stock.stock_location_customers")
        self._move(self.product, 2, self.stock, customers, done=False)
        self.assertTold(3, 3)

    def test_lots_past_their_removal_date(self):
        self.product.write({"tracking": "lot", "use_expiration_date": True})
        for name, units, days in (("OLD", 5, -2), ("FRESH", 2, 30)):
            lot = self.env["stock.lot"].create({"name": name, "product_id": self.product.id})
            lot.removal_date = fields.Datetime.now() + timedelta(days=days)
            self.put(self.stock, units, lot_id=lot)
        self.assertTold(2, 2)

    def test_beside_the_stock_odoo_shows_what_it_does_not_reserve(self):
        self.put(self.below(self.warehouse.view_location_id), 5)
        self.assertTold(0, 5)

    def test_made_to_order_likewise(self):
        self.put(self.stock, 5)
        route = self.env.ref("stock.route_warehouse0_mto")
        route.active = True
        self.product.route_ids = route
        self.assertTold(0, 5)

    def test_promised_units_odoo_shows_again(self):
        self.put(self.stock, 5)
        self.warehouse.out_type_id.reservation_method = "manual"
        self.env["sale.order"].create({
            "partner_id": self.env["res.partner"].create({"name": "Buyer"}).id,
            "warehouse_id": self.warehouse.id, "enord_storefront_id": self.storefront.id,
            "order_line": [(0, 0, {"product_id": self.product.id, "product_uom_qty": 2})],
        }).action_confirm()
        self.assertTold(3, 5)

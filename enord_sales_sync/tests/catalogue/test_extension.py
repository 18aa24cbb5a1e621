"""Another add-on adds a member, a reason or a trigger by overriding one documented method."""

from odoo import fields, models
from odoo.tests import tagged

from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestExtension(SalesSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        class Award(models.Model):
            _name = "enord.test.award"
            _description = "Award of a Product"
            _inherit = ["enord.catalogue.trigger"]
            _module = None

            name = fields.Char()
            product_tmpl_id = fields.Many2one("product.template")

            def _enord_templates(self):
                return self.product_tmpl_id

        class CatalogUpdate(models.AbstractModel):
            _name = "enord.catalog.update"
            _inherit = "enord.catalog.update"
            _module = None

            def _data(self, storefront, template, *args):
                awards = self.env["enord.test.award"].search(
                    [("product_tmpl_id", "=", template.id)]
                )
                return {
                    **super()._data(storefront, template, *args), "awards": awards.mapped("name"),
                }

        class InventoryChange(models.AbstractModel):
            _name = "enord.inventory.change"
            _inherit = "enord.inventory.change"
            _module = None

            def _data(self, product, *args):
                return {**super()._data(product, *args), "unit": product.uom_id.name}

        class StockMove(models.Model):
            _name = "stock.move"
            _inherit = "stock.move"
            _module = None

            def _enord_change_reason(self):
                if self.origin == "demo flight":
                    return "DEMO_FLIGHT"
                return super()._enord_change_reason()

        cls.add_models(Award, CatalogUpdate, InventoryChange, StockMove)

    def setUp(self):
        super().setUp()
        while self.leaving():
            pass

    def test_a_trigger_and_a_member_of_the_catalogue(self):
        award = self.env["enord.test.award"].create({
            "name": "Best Drone", "product_tmpl_id": self.drone.product_tmpl_id.id,
        })
        [data] = [data for data in self.leaving() if "group_id" in data]
        self.assertEqual(data["awards"], ["Best Drone"])
        award.name = "Best Drone 2026"
        [data] = [data for data in self.leaving() if "group_id" in data]
        self.assertEqual(data["awards"], ["Best Drone 2026"])
        award.unlink()
        [data] = [data for data in self.leaving() if "group_id" in data]
        self.assertEqual(data["awards"], [])

    def test_a_reason_and_a_member_of_the_stock_event(self):
        self._move(
            self.drone, 1, self.warehouse.lot_stock_id,
            self.env.ref("stock.stock_location_customers"), origin="demo flight",
        )
        [data] = self.leaving()
        self.assertEqual(
            (data["change_reason"], data["new_quantity"], data["unit"]),
            ("DEMO_FLIGHT", 11, "Units"),
        )

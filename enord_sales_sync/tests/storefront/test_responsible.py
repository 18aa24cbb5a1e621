from odoo import SUPERUSER_ID
from odoo.tests import new_test_user, tagged

from ...models.storefront.responsible import accountant, responsible
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestResponsible(SalesSyncCommon):
    """Who is told of what went wrong: never OdooBot, never somebody who has left."""

    def storefront_of(self, user):
        return self.env["enord.storefront"].with_user(user).create({
            "name": "Shop", "warehouse_ids": [(6, 0, self.warehouses.ids)],
        }).sudo()

    def test_it_is_who_made_the_storefront(self):
        maker = new_test_user(self.env, "online.maker", "enord_sales_sync.group_manager")
        storefront = self.storefront_of(maker)
        self.assertEqual(storefront.responsible_user_id, maker)
        self.assertEqual(storefront.accounting_user_id, maker)
        maker.active = False
        administrator = responsible(storefront)
        self.assertTrue(administrator.active and not administrator.share)
        self.assertNotIn(administrator.id, (maker.id, SUPERUSER_ID))

    def test_it_is_an_administrator_where_a_script_made_it(self):
        for told in (responsible, accountant):
            user = told(self.storefront)
            self.assertNotEqual(user.id, SUPERUSER_ID)
            self.assertTrue(user.has_group("enord_sales_sync.group_manager"))
            self.assertIn(self.company, user.company_ids)

    def test_one_who_may_not_see_the_company_is_not_told(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(self.env, "online.stranger", "enord_sales_sync.group_manager",
                                 company_id=other.id, company_ids=[(6, 0, other.ids)])
        self.storefront.responsible_user_id = stranger
        self.assertNotEqual(responsible(self.storefront), stranger)

    def test_it_is_whom_one_chooses(self):
        chosen = new_test_user(self.env, "online.chosen", "base.group_user")
        self.storefront.accounting_user_id = chosen
        self.assertEqual(accountant(self.storefront), chosen)

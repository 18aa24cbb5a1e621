from odoo.tests import tagged

from ...delivery.sender import Result
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestLostAnswers(SalesSyncCommon):
    """What a storefront was sent and has not answered it may know all the same."""

    def setUp(self):
        super().setUp()
        self.storefront.action_resync()
        while self.leaving():
            pass
        self.Event = self.env["enord.webhook.event"]
        self.template = self.drone.product_tmpl_id

    def tried(self):
        """The catalogue events that leave now, whose answers are lost."""
        self.recorded()
        deliveries = self.claim()
        self.Event._record([
            Result(delivery, 0, "No answer within 10 s: stopped while waiting for the answer", 10.0)
            for delivery in deliveries
        ])
        self.env.invalidate_all()
        return [delivery for delivery in deliveries if b'"catalog.update"' in delivery.body]

    def catalogue_told(self):
        """``data`` of the catalogue events that leave now."""
        return [data for data in self.leaving() if "variants" in data]

    def test_what_is_as_it_was_before_is_told_again(self):
        name = self.template.name
        self.template.name = "Falcon X2"
        self.assertEqual(len(self.tried()), 1)
        self.template.name = name
        self.assertEqual([data["group_name"] for data in self.catalogue_told()], [name])
        # and only once
        self.template.name = "Falcon X2"
        self.template.name = name
        self.assertFalse(self.catalogue_told())

    def test_the_same_where_it_was_given_up(self):
        name = self.template.name
        self.template.name = "Falcon X2"
        self.assertEqual(len(self.tried()), 1)
        self.Event.search([("state", "=", "pending")]).state = "dead"
        self.template.name = name
        self.assertEqual([data["group_name"] for data in self.catalogue_told()], [name])

    def test_what_it_never_acknowledged_is_withdrawn(self):
        product = self._make_product("SKU-NEW", 10.0, (3, 0))
        self.assertEqual(len(self.tried()), 1)
        product.product_tmpl_id.enord_published = False
        [data] = self.catalogue_told()
        self.assertEqual(data["group_id"], product.product_tmpl_id.enord_group_id)
        self.assertFalse(data["is_active"])
        self.assertFalse(self.catalogue_told())

    def test_and_withdrawn_where_it_is_deleted(self):
        product = self._make_product("SKU-NEW", 10.0)
        group = product.product_tmpl_id.enord_group_id
        self.assertEqual(len(self.tried()), 1)
        product.product_tmpl_id.unlink()
        [data] = self.catalogue_told()
        self.assertEqual((data["group_id"], data["is_active"]), (group, False))

    def test_what_was_never_sent_is_not_withdrawn(self):
        product = self._make_product("SKU-NEW", 10.0)
        self.recorded()
        product.product_tmpl_id.enord_published = False
        self.assertFalse(self.catalogue_told())

    def test_what_staff_send_again_goes_out_though_it_was_touched_meanwhile(self):
        self.storefront.action_resync()
        # nothing that the storefront sees; but another event of the same product
        self.template.description = "For our own people"
        self.assertTrue(self.recorded())
        names = [data["group_name"] for data in self.catalogue_told()]
        self.assertCountEqual(names, [self.template.name, self.guard.name])
        self.template.description = "For our own people only"
        self.assertFalse(self.catalogue_told())

    def test_a_product_that_staff_send_again_goes_out_though_it_was_acknowledged(self):
        event = self.Event.search([
            ("product_tmpl_id", "=", self.template.id), ("state", "=", "delivered"),
        ], limit=1)
        event.change_reason = False  # as most are
        # what waits is told only if the storefront would see a difference
        self.template.description = "For our own people"
        self.assertTrue(self.recorded())
        event.action_send_again()
        self.assertEqual(
            [data["group_name"] for data in self.catalogue_told()], [self.template.name],
        )

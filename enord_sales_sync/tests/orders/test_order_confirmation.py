from unittest.mock import patch

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import tagged

from ..orders_common import PATH, OrdersCommon

#: What a confirmation may leave behind, besides the order.
MADE = (
    "sale.order", "enord.api.transaction", "res.partner", "stock.picking", "stock.move",
    "account.move", "mail.activity",
)


@tagged("post_install", "-at_install")
class TestOrderConfirmation(OrdersCommon):
    """An order that Odoo does not confirm is refused, and nothing stays but what Odoo says: in the
    API calls, for staff."""

    def counts(self):
        return {
            model: self.env[model].with_context(active_test=False).search_count([])
            for model in MADE
        }

    def assertNotConfirmed(self, action_confirm, code, says):
        """Whatever the policy; and once Odoo confirms it the same request is accepted."""
        for policy in ("reject", "backorder"):
            with self.subTest(oversell_policy=policy):
                self.storefront.oversell_policy = policy
                reference = f"ORD-{policy}"
                order = self.order(reference, customer={"name": f"Buyer of {reference}"})
                before = self.counts(), self.sellable(self.drone), self.sellable(self.guard)
                with patch.object(
                    self.env.registry["sale.order"], "action_confirm", action_confirm,
                ):
                    problem = self.assertProblem(self.call("POST", PATH, order), 422, code)
                self.assertNotIn(says, str(problem))
                self.assertIn(says, self.env["enord.api.call"].search([], limit=1).answer)
                self.assertEqual(
                    (self.counts(), self.sellable(self.drone), self.sellable(self.guard)), before,
                )
                again = self.call("POST", PATH, order)
                self.assertEqual(again.status_code, 201, again.text)
                self.assertEqual(self.sale(reference).mapped("state"), ["sale"])

    def test_a_window_that_asks_a_person(self):
        self.assertNotConfirmed(
            lambda order: {
                "type": "ir.actions.act_window", "name": "Approve Exceptions",
                "res_model": "sale.exception.confirm", "target": "new",
            },
            "not_confirmed", "Approve Exceptions",
        )

    def test_a_warning_that_leads_elsewhere(self):
        warning = RedirectWarning("Set up a journal first.", 1, "Go to the journals")

        def refuse(order):
            raise warning

        self.assertNotConfirmed(refuse, "refused", "Set up a journal first.")

    def test_an_error(self):
        limit = UserError("The credit limit is exceeded.")

        def refuse(order):
            # what was written before it is undone, too
            order.picking_ids.unlink()
            order.partner_id.comment = "over the limit"
            raise limit

        self.assertNotConfirmed(refuse, "refused", "The credit limit is exceeded.")

    def test_an_order_that_stays_a_quotation_is_not_confirmed(self):
        self.assertNotConfirmed(lambda order: True, "not_confirmed", "does not say why")

    def test_an_order_that_is_reserved_and_yet_not_confirmed_holds_nothing(self):
        confirm = self.env.registry["sale.order"].action_confirm

        def to_be_approved(order):
            confirm(order)
            order.state = "sent"
            return {"name": "Second Approval"}

        self.assertNotConfirmed(to_be_approved, "not_confirmed", "Second Approval")

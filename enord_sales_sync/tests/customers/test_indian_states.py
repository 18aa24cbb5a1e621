from odoo.tests import TransactionCase, tagged

from ...models.customers.places import find_state


@tagged("post_install", "-at_install")
class TestIndianStates(TransactionCase):

    def test_the_numbers_are_those_of_the_localisation(self):
        india = self.env.ref("base.in")
        self.assertTrue(india.state_ids.filtered("l10n_in_tin"))
        for state in india.state_ids.filtered("l10n_in_tin"):
            if state.code not in ("IN_OT", "IN_OC"):
                self.assertEqual(find_state(india, state.l10n_in_tin), state)

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..orders_common import PATH, OrdersCommon

NAME, EMAIL, PHONE = "Zyxwa Quendolin", "zyxwa.q@quendo.example", "+91 98765 43219"
STREET = "17 Quendolin Terrace"
#: What of a customer is in none of these columns is nowhere; see EnordErasure for why it stays.
KEPT_OF_INVOICED = {
    "res_partner.name", "res_partner.complete_name", "res_partner.street",
    "res_partner.contact_address_complete", "res_partner.commercial_company_name",
    "account_move.invoice_partner_display_name",
}


def customer(**values):
    return {
        "name": NAME, "email": EMAIL, "phone": PHONE,
        "billing_address": {"street": STREET, "city": "Pune", "state": "Atlantis of Quendo"},
        **values,
    }


@tagged("post_install", "-at_install")
class TestErasure(OrdersCommon):
    """What storefronts told of a customer is erased with one action, and nothing else is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "erasing.admin", "enord_sales_sync.group_manager")

    def ordered(self, invoice_policy="draft", tax_id="QUENDO12345", **more):
        """An order with all that an order can tell, also in its history and in the API log."""
        reference = "ERASE-1"
        self.storefront.invoice_policy = invoice_policy
        details = customer(tax_id=tax_id, shipping_address={
            "name": f"{NAME}\nc/o the Quendolins", "street": STREET + " " * 3 + "x" * 140,
        })
        self.call("POST", PATH, self.order(
            f"{reference}-BAD", customer=details, line_items=self.lines(("NOT-THERE", 1, 1.0)),
        ))
        self.post(reference, customer=details, **more)
        sale = self.sale(reference)
        self.assertIn(NAME, sale.message_ids.filtered(lambda m: "<pre>" in m.body).body)
        return sale

    def erase(self, partner):
        """The report on what was erased and what was kept, which says what it has announced."""
        wizard = self.env["enord.erase.wizard"].with_user(self.manager).with_context(
            active_id=partner.id
        ).create({})
        before = wizard.report
        wizard.action_erase()
        self.assertEqual(*(str(text).count("<li>") for text in (before, wizard.report)))
        self.env.flush_all()
        return str(wizard.report)

    def columns_with(self, *texts):
        """``table.column`` of everything in the database that has one of these texts."""
        self.env.flush_all()
        columns = {}
        for table, column in self.env.execute_query(SQL(
            """
            SELECT columns.table_name, columns.column_name
              FROM information_schema.columns
              JOIN information_schema.tables USING (table_schema, table_name)
             WHERE table_schema = 'public' AND tables.table_type = 'BASE TABLE'
               AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'character')
            """
        )):
            columns.setdefault(table, []).append(column)
        found = set()
        for table, names in columns.items():
            [row] = self.env.execute_query(SQL("SELECT %s FROM %s", SQL(", ").join(
                SQL("bool_or(%s::text ILIKE ANY(%s::text[]))", SQL.identifier(name),
                    [f"%{text}%" for text in texts])
                for name in names
            ), SQL.identifier(table)))
            found |= {f"{table}.{name}" for name, has in zip(names, row, strict=True) if has}
        return found

    def test_the_search_finds_what_is_there(self):
        self.ordered()
        found = self.columns_with(NAME, EMAIL, PHONE)
        self.assertLessEqual({
            "res_partner.name", "res_partner.email", "res_partner.phone", "mail_message.body",
        }, found)

    def test_of_an_order_that_was_never_invoiced_nothing_is_left_anywhere(self):
        sale = self.ordered(payment={"reference": "pay_9", "method": "upi", "amount": 46000.0})
        sale.activity_schedule("mail.mail_activity_data_todo", note=f"Call {NAME}")
        partner = sale.partner_id
        partner.activity_schedule("mail.mail_activity_data_todo", note="Later")
        self.call("POST", f"{PATH}/ERASE-1/cancel", {"reason": f"{NAME} is in hospital"})
        report = self.erase(partner)
        self.assertEqual(self.columns_with(NAME, EMAIL, PHONE, STREET, "QUENDO12345"), set())
        self.assertEqual(self.columns_with("Quendolin"), set())
        self.assertFalse(partner.active)
        self.assertIn("contacts: name, e-mail", report)
        self.assertIn("numbers of payments", report)
        # a repeat is known, and pays nothing
        again = self.call("POST", PATH, self.order("ERASE-1", customer={"name": "Other"}))
        self.assertProblem(again, 409, "conflict")
        self.assertEqual(self.call("GET", f"{PATH}/ERASE-1").json()["status"], "cancelled")

    def test_of_an_invoiced_order_what_the_invoice_names_is_left_and_said(self):
        self.storefront.delivery_policy = "deliver"
        sale = self.ordered(invoice_policy="posted", payment={
            "reference": "pay_9", "method": "upi", "amount": 46000.0,
        })
        self.assertEqual(sale.invoice_ids.state, "posted")
        total, number = sale.invoice_ids.amount_total, sale.invoice_ids.name
        report = self.erase(sale.partner_id)
        self.assertEqual(self.columns_with(EMAIL, PHONE), set())
        # where it is a valid one
        self.assertLessEqual(self.columns_with("QUENDO12345"), {"res_partner.vat"})
        self.assertLessEqual(
            self.columns_with(NAME, STREET), KEPT_OF_INVOICED | {"mail_message.body"}
        )
        self.assertFalse(self.env["mail.message"].search([
            ("body", "ilike", NAME), ("model", "in", ("sale.order", "res.partner")),
        ]).filtered(lambda message: not message.account_audit_log_restricted))
        self.assertEqual((sale.invoice_ids.amount_total, sale.invoice_ids.name), (total, number))
        self.assertEqual(sale.invoice_ids.partner_id.name, NAME)
        self.assertIn("posted invoices", report)
        self.assertIn("the law", report)

    def test_the_reason_on_a_posted_credit_note_is_left_and_said(self):
        sale = self.ordered(invoice_policy="posted")
        self.call("POST", f"{PATH}/ERASE-1/cancel", {"reason": "Zyxwa's leg is broken"})
        [credit_note] = sale.invoice_ids.filtered(lambda move: move.move_type == "out_refund")
        self.assertIn("leg is broken", credit_note.ref)
        report = self.erase(sale.partner_id)
        self.assertRegex(
            report, r"<span>credit notes: why the order was cancelled[^/]*</i></span> <b>1</b>",
        )
        left = self.columns_with("leg is broken") - {"mail_message.body"}
        self.assertEqual(left, {"account_move.ref", "account_move_line.ref"})
        self.assertFalse(self.env["mail.message"].search([
            ("body", "ilike", "leg is broken"), ("model", "=", "sale.order"),
        ]))

    def test_a_customer_of_the_company_keeps_what_did_not_come_from_a_shop(self):
        known = self.env["res.partner"].create({
            "name": NAME, "email": EMAIL, "comment": "An old friend",
        })
        other = self.env["res.partner"].create({"name": "Somebody Else", "email": "s@e.example"})
        sale = self.ordered(tax_id=None)
        sale.partner_id.parent_id = known
        sale.action_cancel()
        report = self.erase(known)
        self.assertEqual((known.name, known.email, known.active), (NAME, EMAIL, True))
        self.assertFalse(sale.partner_id.email)
        self.assertEqual(other.name, "Somebody Else")
        self.assertIn("did not come through a storefront", report)

    def test_the_calls_of_others_stay(self):
        """Another shop counts its orders in the same way; a name may be what SQL searches by."""
        other = self.another()
        nothing = self.lines(("NOT-THERE", 1, 1.0))
        for key, reference in (
            (other._generate_api_key(), "1001"), (self.api_key, "1002"), (self.api_key, "1001"),
        ):
            self.call("POST", PATH, self.order(reference, line_items=nothing), key=key)
        self.post("1001", customer={"name": "____", "email": "%%%%", "phone": "____"})
        self.call("POST", f"{PATH}/1001/cancel")
        self.erase(self.sale("1001").partner_id)
        left = self.env["enord.api.call"].sudo().search([("status", "=", 422)], order="id")
        self.assertEqual([(call.storefront_id, call.reference) for call in left],
                         [(other, "1001"), (self.storefront, "1002")])

    def test_an_order_under_way_comes_first(self):
        sale = self.ordered()
        with self.assertRaisesRegex(UserError, sale.name):
            self.erase(sale.partner_id)
        self.assertEqual(sale.partner_id.email, EMAIL)

    def test_what_people_wrote_is_counted_and_left(self):
        sale = self.ordered()
        sale.with_user(self.env.ref("base.user_admin")).message_post(body=NAME)
        self.call("POST", f"{PATH}/ERASE-1/cancel")
        report = self.erase(sale.partner_id)
        self.assertEqual(self.columns_with(NAME), {"mail_message.body"})
        self.assertIn("people wrote them", report)

    def test_who_logs_in_is_left_to_whoever_manages_users(self):
        sale = self.ordered()
        self.call("POST", f"{PATH}/ERASE-1/cancel")
        self.env["res.users"].with_context(no_reset_password=True).create({
            "login": "zyxwa", "partner_id": sale.partner_id.id,
            "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
        })
        self.assertIn("can log in", self.erase(sale.partner_id))
        self.assertEqual(sale.partner_id.name, NAME)

    def test_administrators_of_online_sales_alone_erase(self):
        sale = self.ordered()
        for groups in ("enord_sales_sync.group_user", "sales_team.group_sale_manager"):
            user = new_test_user(self.env, f"may.not.{groups}", f"{groups},base.group_user")
            with self.assertRaises(AccessError):
                self.env["enord.erase.wizard"].with_user(user).create(
                    {"partner_id": sale.partner_id.id}
                )
            with self.assertRaises(AccessError):
                self.env["enord.erasure"].with_user(user)._erase(sale.partner_id)

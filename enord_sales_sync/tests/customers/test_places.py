from odoo.tests import TransactionCase, tagged

from ...models.api.member_words import named
from ...models.customers.places import find_country, find_state
from ...models.customers.spellings import INDIA
from ..orders_common import PATH, OrdersCommon

#: As people, forms and gateways write the states of India: of each of Odoo's codes.
WRITTEN = {
    "AN": ["Andaman & Nicobar Islands", "Andaman and Nicobar Islands", "ANDAMAN AND NICOBAR"],
    "AP": ["Andhra Pradesh", "andhra pradesh", "AndhraPradesh", "28", "Andhra Pradesh (New)"],
    "AR": ["Arunachal Pradesh"],
    "AS": ["Assam"],
    "BR": ["Bihar"],
    "CG": ["Chhattisgarh", "Chattisgarh", "Chhatisgarh", "IN-CT", "22-Chhattisgarh"],
    "CH": ["Chandigarh", "4", "Chandigarh UT"],
    "DD": ["Daman and Diu", "Daman & Diu", "25"],
    "DL": ["Delhi", "New Delhi", "NCT of Delhi", "National Capital Territory of Delhi",
           "Delhi (NCT)", "07", "7"],
    "DN": ["Dadra and Nagar Haveli", "Dadra & Nagar Haveli", "DNH", "IN-DH",
           "Dadra and Nagar Haveli and Daman and Diu",
           "Dadra & Nagar Haveli and Daman & Diu", "Dadra & Nagar Haveli / Daman & Diu", "26"],
    "GA": ["Goa"],
    "GJ": ["Gujarat", "Gujrat"],
    "HP": ["Himachal Pradesh"],
    "HR": ["Haryana"],
    "JH": ["Jharkhand"],
    "JK": ["Jammu and Kashmir", "Jammu & Kashmir", "J&K", "J & K"],
    "KA": ["Karnataka", "Karnātaka"],
    "KL": ["Kerala", "Keralam"],
    "LD": ["Lakshadweep"],
    "MH": ["Maharashtra", "MAHARASHTRA", "Mahārāshtra", "IN-MH", "in-mh", "IN MH", "27",
           "Maharashtra State", "State of Maharashtra", "Maharashtra, India", "27-Maharashtra",
           "MH - Maharashtra", "Maharashtra (MH)", "IND-MH"],
    "ML": ["Meghalaya"],
    "MN": ["Manipur"],
    "MP": ["Madhya Pradesh", "M.P."],
    "MZ": ["Mizoram"],
    "NL": ["Nagaland"],
    "OD": ["Odisha", "Orissa", "OR", "IN-OR"],
    "PB": ["Punjab", "Panjab"],
    "PY": ["Puducherry", "Pondicherry"],
    "RJ": ["Rajasthan"],
    "SK": ["Sikkim"],
    "TN": ["Tamil Nadu", "Tamilnadu", "TAMIL-NADU", "T.N."],
    "TR": ["Tripura"],
    "TS": ["Telangana", "TG", "IN-TG"],
    "UK": ["Uttarakhand", "Uttaranchal", "UT", "IN-UT"],
    "UP": ["Uttar Pradesh", "UttarPradesh", "U.P."],
    "WB": ["West Bengal", "WestBengal", "W.B."],
}
ADDRESS = {"street": "1 Main Road", "city": "Pune", "country": "IN"}


@tagged("post_install", "-at_install")
class TestPlaces(TransactionCase):
    """States and countries are found however they are written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.india = cls.env.ref("base.in")

    def test_the_states_of_india(self):
        for code, spellings in WRITTEN.items():
            for text in (*spellings, code, code.lower(), f"IN-{code}", f"IN{code}"):
                with self.subTest(text):
                    self.assertEqual(find_state(self.india, text).code, code)

    def test_all_that_odoo_has_are_known_by_code_and_name(self):
        for country in self.env["res.country"].search([("state_ids", "!=", False)]):
            names = country.state_ids.mapped("name")
            for state in country.state_ids:
                code = state.code.removeprefix(f"{country.code}-")
                self.assertEqual(find_state(country, state.code), state)
                self.assertEqual(find_state(country, f"{country.code}-{code}"), state)
                if names.count(state.name) == 1:
                    self.assertTrue(find_state(country, state.name.upper()), state.name)

    def test_no_spelling_is_of_two_states(self):
        spellings = [spelling for state in INDIA for spelling in state.split("|")]
        self.assertEqual(len(spellings), len(set(spellings)))

    def test_nothing_else_is_a_state(self):
        for text in ("Texas", "%", "_", "-", "Pune", "Goa, Maharashtra", "99", "MH, Pune"):
            with self.subTest(text):
                self.assertFalse(find_state(self.india, text))

    def test_states_of_other_countries(self):
        for country, text, code in [
            ("us", "US-CA", "CA"), ("us", "california", "CA"), ("us", "Washington State", "WA"),
            ("us", "CA, USA", "CA"), ("br", "São Paulo", "SP"), ("br", "Sao Paulo", "SP"),
            ("jp", "23", "JP-23"), ("jp", "JP-23", "JP-23"), ("ca", "Québec", "QC"),
            ("es", "A Coruna", "C"), ("za", "Free State", "FS"), ("us", "Indiana", "IN"),
        ]:
            with self.subTest(text):
                self.assertEqual(find_state(self.env.ref(f"base.{country}"), text).code, code)

    def test_a_company_in_no_country_knows_no_states(self):
        self.assertFalse(find_state(self.env["res.country"], "Maharashtra"))

    def test_countries(self):
        for text, code in {
            "IN": "IN", "in": "IN", "IND": "IN", "ind": "IN", "356": "IN", "India": "IN",
            "INDIA": "IN", "Bharat": "IN", "US": "US", "USA": "US", "u.s.a.": "US",
            "United States": "US", "United States of America": "US", "UK": "GB", "GBR": "GB",
            "Great Britain": "GB", "united kingdom": "GB", "UAE": "AE", "DEU": "DE",
            "Cote d'Ivoire": "CI", "Côte d’Ivoire": "CI", "Réunion": "RE", "Reunion": "RE",
            "South Korea": "KR", "Turkey": "TR", "Türkiye": "TR", "Czechia": "CZ",
            "Czech Republic": "CZ", "The Netherlands": "NL", "Trinidad and Tobago": "TT",
            "Trinidad & Tobago": "TT",
            # as ISO 3166-1 has them, and lists that are made of it
            "Bahamas (the)": "BS", "Bolivia (Plurinational State of)": "BO",
            "Bolivia, Plurinational State of": "BO", "Cabo Verde": "CV",
            "Central African Republic (the)": "CF", "Cocos (Keeling) Islands (the)": "CC",
            "Congo (the)": "CG", "Republic of the Congo": "CG", "Congo, Republic of the": "CG",
            "Congo (the Democratic Republic of the)": "CD",
            "Congo, The Democratic Republic of the": "CD", "Congo (Kinshasa)": "CD",
            "Democratic Republic of the Congo": "CD", "DR Congo": "CD",
            "Falkland Islands (the) [Malvinas]": "FK", "Falkland Islands (Malvinas)": "FK",
            "The Gambia": "GM", "Holy See (the)": "VA", "Holy See": "VA",
            "Hong Kong SAR": "HK", "Hong Kong S.A.R.": "HK", "Iran (Islamic Republic of)": "IR",
            "Iran, Islamic Republic of": "IR",
            "Korea (the Democratic People's Republic of)": "KP",
            "Korea, Democratic People\u2019s Republic of": "KP",
            "Korea (the Republic of)": "KR", "Korea, Republic of": "KR",
            "Lao People's Democratic Republic (the)": "LA", "Macao": "MO",
            "Micronesia, Federated States of": "FM", "Moldova (the Republic of)": "MD",
            "Republic of Moldova": "MD", "Netherlands (Kingdom of the)": "NL",
            "Niger (the)": "NE", "Macedonia": "MK", "Republic of North Macedonia": "MK",
            "Macedonia, the former Yugoslav Republic of": "MK", "Palestine": "PS",
            "Palestine, State of": "PS", "Syrian Arab Republic": "SY",
            "Taiwan (Province of China)": "TW", "Taiwan, Province of China": "TW",
            "Tanzania, the United Republic of": "TZ", "East Timor": "TL",
            "United Kingdom of Great Britain and Northern Ireland (the)": "GB",
            "United Kingdom (UK)": "GB", "United States (US)": "US", "Great Britain (UK)": "GB",
            "United States of America (the)": "US", "Kyrgyz Republic": "KG",
            "Venezuela, Bolivarian Republic of": "VE", "Virgin Islands, British": "VG",
            "Virgin Islands, U.S.": "VI", "Virgin Islands (U.S.)": "VI", "Slovak Republic": "SK",
            "Saint Vincent & the Grenadines": "VC", "St Vincent and the Grenadines": "VC",
            "Pitcairn": "PN", "Mainland China": "CN", "China, People's Republic of": "CN",
            "Kingdom of Saudi Arabia": "SA", "KSA": "SA", "United Arab Emirates (the)": "AE",
            "Germany, Federal Republic of": "DE", "Sudan (the)": "SD", "EL": "GR",
        }.items():
            with self.subTest(text):
                self.assertEqual(find_country(self.env, text).code, code)

    def test_countries_in_a_language_of_the_shop(self):
        self.assertFalse(find_country(self.env, "Indien"))
        self.env["res.lang"]._activate_lang("de_DE")
        self.assertEqual(find_country(self.env, "indien"), self.india)

    def test_nothing_else_is_a_country(self):
        for text in ("XX", "%", "__", "SU", "Europe", "Earth", "000", "999",
                     "Korea", "Virgin Islands", "India (US)", "(the)", "India, Pakistan", "the",
                     "Atlantis (IN)", "Republic of"):
            with self.subTest(text):
                self.assertFalse(find_country(self.env, text))


@tagged("post_install", "-at_install")
class TestPlacesOfOrders(OrdersCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.in")

    def test_a_state_that_is_not_found_is_kept_as_text_and_flagged(self):
        answer = self.post("STATE-1", {
            "billing_address": {**ADDRESS, "state": "Orissa"},
            "shipping_address": {**ADDRESS, "state": "Narnia"},
        })
        pointer = "/customer_details/shipping_address/state"
        self.assertEqual([(notice["pointer"], notice["code"]) for notice in answer["notices"]],
                         [(pointer, "state_unknown")])
        sale = self.sale("STATE-1")
        self.assertEqual(sale.partner_invoice_id.state_id.code, "OD")
        delivery = sale.partner_shipping_id
        self.assertEqual((delivery.state_id.id, delivery.city, delivery.country_id.code),
                         (False, "Pune, Narnia", "IN"))
        self.assertIn(named(self.env, pointer), sale.enord_notice_text)
        self.assertIn("Narnia", "".join(sale.message_ids.mapped("body")))

    def test_of_a_country_whose_states_odoo_does_not_know_nobody_need_look(self):
        country = self.env.ref("base.fr")
        country.state_ids.unlink()
        answer = self.post("STATE-2", {
            "shipping_address": {"street": "1 Rue", "city": "Lyon", "state": "Rhône",
                                 "country": "France"},
        })
        self.assertEqual(answer["notices"], [])
        delivery = self.sale("STATE-2").partner_shipping_id
        self.assertEqual((delivery.city, delivery.country_id), ("Lyon, Rhône", country))

    def test_a_country_that_is_not_found_decides_the_taxes_and_is_refused(self):
        for country in ("XX", "Narnia", "%"):
            self.refused(422, "invalid_request", "/customer_details/billing_address/country",
                         "BAD-1", {"billing_address": {**ADDRESS, "country": country}})

    def test_a_company_in_no_country_takes_addresses_without_one(self):
        self.company.country_id = False
        address = {"street": "1 Main Road", "city": "Pune", "state": "MH"}
        self.call("POST", PATH, self.order("NOWHERE", {"shipping_address": address}))
        self.assertEqual(self.sale("NOWHERE").partner_shipping_id.city, "Pune, MH")

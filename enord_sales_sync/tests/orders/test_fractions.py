from odoo.tests import tagged

from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestFractions(OrdersCommon):
    """Kilograms are ordered in parts, pieces are not; what cannot be ordered is not told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rice = cls._make_product(
            "RICE", 80.0, (2.5, 0.25), uom_id=cls.env.ref("uom.product_uom_kgm").id,
        )
        cls.cup = cls._make_product("CUP", 10.0, (2.5, 0.9))

    def of(self, sku, quantity):
        return self.lines((sku, quantity, 80.0))

    def test_what_is_told(self):
        self.assertEqual(self.sellable(self.rice), [2.5, 0.25])
        self.assertEqual(self.sellable(self.cup), [2, 0])
        self.assertEqual(self.snapshot()["RICE"], 2.75)
        [rice, cup] = self.call("GET", "/api/inventory/availability?sku=RICE&sku=CUP").json()
        self.assertEqual((rice["available"], cup["available"]), (2.75, 2))

    def test_all_of_it_is_ordered(self):
        self.refused(
            409, "out_of_stock", "/line_items/0/quantity", line_items=self.of("RICE", 2.76),
        )
        answer = self.post(line_items=self.of("RICE", 2.75))
        self.assertEqual(
            [(line["quantity"], line["reserved_quantity"]) for line in answer["line_items"]],
            [(2.5, 2.5), (0.25, 0.25)],
        )
        self.assertEqual(answer["amount_total"], 220.0)
        self.assertEqual(self.sellable(self.rice), [0, 0])

    def test_whole_numbers_stay_integers(self):
        answer = self.post(line_items=self.of("RICE", 2))
        [line] = answer["line_items"]
        self.assertIs(type(line["quantity"]), int)
        self.assertEqual(self.sellable(self.rice), [0.5, 0.25])

    def test_three_tenths_are_three_times_one(self):
        for number in range(3):
            self.post(f"ORD-{number}", line_items=self.of("RICE", 0.1))
        self.assertEqual(self.sellable(self.rice), [2.2, 0.25])

    def test_parts_of_what_is_sold_whole_are_refused(self):
        problem = self.refused(
            422, "invalid_request", "/line_items/0/quantity", line_items=self.of("CUP", 1.5),
        )
        self.assertEqual(problem["errors"][0]["code"], "not_divisible")
        self.post(line_items=self.of("CUP", 1.0))

    def test_smaller_parts_than_the_unit_has_are_refused(self):
        self.refused(
            422, "invalid_request", "/line_items/0/quantity", line_items=self.of("RICE", 0.125),
        )
        self.env["decimal.precision"].search([("name", "=", "Product Unit")]).digits = 3
        self.post(line_items=self.of("RICE", 0.125))

    def test_holds_and_adjustments(self):
        held = self.call("POST", "/api/inventory/reservations", {
            "reservation_id": "CART-1", "items": [{"sku": "RICE", "quantity": 0.5}],
        })
        self.assertEqual(held.status_code, 201, held.text)
        self.assertEqual(held.json()["items"][0]["quantity"], 0.5)
        self.post(line_items=self.of("RICE", 0.5), reservation_id="CART-1")
        change = {"sku": "RICE", "location_code": "WH-TECH-01", "quantity_change": -1.5}
        done = self.call("POST", "/api/inventory/adjust", {
            "reference_id": "ADJ-1", "adjustments": [change],
        })
        self.assertEqual(done.status_code, 201, done.text)
        self.assertEqual(done.json()["adjustments"][0]["quantity_change"], -1.5)
        self.assertEqual(done.json()["adjustments"][0]["new_quantity"], 0.5)
        refused = self.call("POST", "/api/inventory/adjust", {
            "reference_id": "ADJ-2", "adjustments": [{**change, "sku": "CUP"}],
        })
        self.assertProblem(refused, 422, "invalid_request", "/adjustments/0/quantity_change")

    def test_serial_numbers_and_units_of_ones_own_are_whole(self):
        self.assertFalse(self.env["uom.uom"].create({"name": "Crate"}).enord_fractions)
        kilogram = self.env.ref("uom.product_uom_kgm")
        self.assertTrue(self.env["uom.uom"].create({
            "name": "Sack", "relative_factor": 25, "relative_uom_id": kilogram.id,
        }).enord_fractions)
        self.assertFalse(self.env.ref("uom.product_uom_dozen").enord_fractions)
        self.rice.tracking = "serial"
        self.assertEqual(self.rice._enord_decimals(), 0)

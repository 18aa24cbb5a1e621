"""Odoo as the model of its stock says, after every step of a sequence."""

from collections import Counter

from hypothesis.stateful import RuleBasedStateMachine, invariant

from .stock_model import StockModel

LOCATIONS = ["WH-TECH-01", "WH-MUM-01"]
STOCK = {"MODEL-A": (4, 1), "MODEL-B": (2, 3), "MODEL-C": (0, 2)}
SKUS = sorted(STOCK)


class StockAgreement(RuleBasedStateMachine):
    """What has to be so whatever was done; the rules are for others to add."""

    test = None

    def __init__(self):
        super().__init__()
        self.env = self.test.env
        self.storefront = self.test.storefront
        self.savepoint = self.env.cr.savepoint()
        self.model = StockModel(LOCATIONS, Counter({
            (sku, location): units for sku in SKUS
            for location, units in zip(LOCATIONS, STOCK[sku], strict=True)
        }))
        self.number = 0

    def teardown(self):
        # no example sees what another one did
        self.env.cr.precommit.clear()
        self.env.clear()
        self.savepoint.close(rollback=True)

    @invariant()
    def what_can_be_sold_is_as_in_the_model(self):
        self._settle()
        sellable = self.model.sellable()
        stock = self.storefront._sellable(self.test.products)
        self._same({
            (product.default_code, warehouse.enord_location_code):
                stock.get((product.id, warehouse.id), 0)
            for product in self.test.products for warehouse in self.test.warehouses
        }, sellable)
        self._same(
            {sku: units for sku, units in self.test.snapshot().items() if sku in STOCK},
            {sku: sum(sellable[sku, location] for location in LOCATIONS) for sku in SKUS},
        )

    @invariant()
    def holds_and_orders_are_as_in_the_model(self):
        self._settle()
        for reference, hold in self.model.holds.items():
            reservation = self._reservation(reference)
            self._same(reservation.state, hold.state, reference)
            self._same(self._units(reservation._items()), hold.units, reference)
        for reference, order in self.model.orders.items():
            sale = self._sale(reference)
            self._same(sale._enord_status(), order.status, reference)
            reserved = Counter()
            for line in sale.order_line.filtered("enord_warehouse_id"):
                reserved[line.product_id.default_code,
                         line.enord_warehouse_id.enord_location_code] += (
                    line._enord_reserved_quantity()
                )
            self._same(+reserved, order.units if order.status == "confirmed" else Counter(),
                       reference)

    @invariant()
    def quants_are_what_the_moves_made_of_them(self):
        self._settle()
        for product in self.test.products:
            for warehouse, start in zip(
                self.test.warehouses, STOCK[product.default_code], strict=True,
            ):
                place = (product.default_code, warehouse.enord_location_code)
                location = warehouse.lot_stock_id
                quants = self._quants(product, location)
                on_hand, reserved = (
                    sum(quants.mapped(name)) for name in ("quantity", "reserved_quantity")
                )
                lines = self.env["stock.move.line"].search([("product_id", "=", product.id)])
                done = lines.filtered(lambda line: line.state == "done")
                leaving = lines.filtered(lambda line, at=location: line.location_id == at)
                moved = sum((done - leaving).filtered(
                    lambda line, at=location: line.location_dest_id == at
                ).mapped("quantity")) - sum((done & leaving).mapped("quantity"))
                self._same(on_hand, self.model.on_hand[place], place)
                self._same(on_hand, start + moved, place)
                self._same(reserved, sum((leaving - done).filtered(
                    lambda line: line.state != "cancel"
                ).mapped("quantity")), place)
                self.test.assertGreaterEqual(on_hand, reserved, place)

    def _settle(self):
        self.env.flush_all()
        self.env.invalidate_all()

    def _same(self, found, expected, *what):
        self.test.assertEqual(found, expected, *what)

    def _units(self, items, name="quantity"):
        units = Counter()
        for item in items:
            units[item["sku"], item["location_code"]] += item[name]
        return units

    def _reference(self, kind):
        self.number += 1
        return f"{kind}-{self.number}"

    def _reservation(self, reference):
        return self.env["enord.reservation"].search([("reference", "=", reference)])

    def _sale(self, reference):
        return self.env["sale.order"].search([("enord_transaction_reference", "=", reference)])

    def _product(self, sku):
        return self.test.products.filtered(lambda product: product.default_code == sku)

    def _warehouse(self, code):
        return self.test.warehouses.filtered(
            lambda warehouse: warehouse.enord_location_code == code
        )

    def _quants(self, product, location):
        return self.env["stock.quant"].search([
            ("product_id", "=", product.id), ("location_id", "=", location.id),
        ])

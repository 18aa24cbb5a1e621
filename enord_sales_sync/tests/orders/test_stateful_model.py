"""Any sequence of what storefronts and staff do: after every step Odoo is as the model says."""

import json
import os
from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
    run_state_machine_as_test,
)
from odoo.tests import tagged

from ...contract.content_hash import ContentHash
from ...contract.problem import Problem
from ...contract.requests import SalesOrder, StockAdjustment, read
from ...contract.reservations import Reservation
from ...contract.strict_json import parse
from ...models.orders.answers import order_status
from ..common import SalesSyncCommon
from .stock_agreement import LOCATIONS, SKUS, STOCK, StockAgreement

#: ENORD_STATEFUL_EXAMPLES=500 takes some minutes, and draws others each time.
EXAMPLES = int(os.environ.get("ENORD_STATEFUL_EXAMPLES", "0"))
SETTINGS = settings(
    max_examples=EXAMPLES or 10, stateful_step_count=15, deadline=None, database=None,
    derandomize=not EXAMPLES, print_blob=True, suppress_health_check=list(HealthCheck),
    # to look for a shorter sequence takes minutes, and these are short
    phases=[Phase.generate],
)
LINES = st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 4)), min_size=1, max_size=3)
PLACES = st.tuples(st.sampled_from(SKUS), st.sampled_from(LOCATIONS))


def _order(storefront, *request):
    return storefront.env["sale.order"]._enord_accept(storefront, *request)[0]


def _cancel(storefront, reference):
    sale = storefront.env["sale.order"]._enord_sent(storefront, reference)
    sale._enord_cancel_online()
    return order_status(sale)


def _hold(storefront, *request):
    return json.loads(storefront.env["enord.reservation"]._accept(storefront, *request)[0])


def _change(storefront, *request):
    return json.loads(storefront.env["enord.reservation"]._put(storefront, *request)[0])


def _extend(storefront, reference, seconds):
    reservation = storefront.env["enord.reservation"]._sent(storefront, reference)
    return json.loads(reservation._extend(seconds))


def _release(storefront, reference):
    return json.loads(storefront.env["enord.reservation"]._sent(storefront, reference)._release())


def _adjust(storefront, *request):
    return json.loads(storefront.env["enord.adjustment"]._accept(storefront, *request)[0])


class OnlineSales(StockAgreement):
    """Each rule does one thing in Odoo and in the model; both accept or refuse it."""

    @rule(lines=LINES)
    def order(self, lines):
        self._order(lines)

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data(), lines=LINES, all_of_it=st.booleans())
    def order_what_was_held(self, data, lines, all_of_it):
        hold = data.draw(st.sampled_from(sorted(self.model.holds)))
        if all_of_it:
            by_sku = Counter()
            for (sku, _location), units in self.model.holds[hold].units.items():
                by_sku[sku] += units
            lines = sorted(by_sku.items())
        self._order(lines, hold)

    def _order(self, lines, hold=None):
        reference = self._reference("ORDER")
        body = {
            "transaction_id": reference, "transaction_date": "2024-01-20T10:15:00Z",
            "customer_details": {"name": "Jane Doe"},
            "line_items": [
                {"sku": sku, "quantity": units, "unit_price": 10} for sku, units in lines
            ],
            **({"reservation_id": hold} if hold else {}),
        }
        expected = self.model.order(reference, lines, hold)
        answer = self._send(_order, SalesOrder, body)
        self._same(answer and self._units(answer["line_items"]), expected)

    @rule(lines=LINES)
    def reserve(self, lines):
        reference = self._reference("HOLD")
        expected = self.model.reserve(reference, lines)
        answer = self._send(_hold, Reservation, {
            "reservation_id": reference,
            "items": [{"sku": sku, "quantity": units} for sku, units in lines],
        })
        self._same(answer and self._units(answer["items"]), expected)

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data(), lines=LINES)
    def change(self, data, lines):
        hold = data.draw(st.sampled_from(sorted(self.model.holds)))
        expected = self.model.change(hold, lines)
        answer = self._send(_change, Reservation, {
            "reservation_id": hold,
            "items": [{"sku": sku, "quantity": units} for sku, units in lines],
        })
        self._same(answer and self._units(answer["items"]), expected)

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data())
    def extend(self, data):
        hold = data.draw(st.sampled_from(sorted(self.model.holds)))
        answer = self._call(_extend, hold, 600)
        self._same(answer and answer["status"] == "held", self.model.extend(hold))

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data(), swept=st.booleans())
    def expire(self, data, swept):
        """The customer's time is over, whether or not the job has come by."""
        hold = data.draw(st.sampled_from(sorted(self.model.holds)))
        reservation = self._reservation(hold)
        if reservation.state == "held":
            reservation.expires_at = reservation._now() - timedelta(seconds=1)
            self.env.flush_all()
        self.model.expire(hold)
        if swept:
            with self.test.registry.cursor() as cr:
                self.env(cr=cr)["enord.reservation"]._cron_release_expired()

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data())
    def release(self, data):
        hold = data.draw(st.sampled_from(sorted(self.model.holds)))
        answer = self._call(_release, hold)
        self._same(answer and answer["status"], self.model.release(hold))

    @precondition(lambda self: self.model.orders)
    @rule(data=st.data())
    def cancel(self, data):
        order = data.draw(st.sampled_from(sorted(self.model.orders)))
        answer = self._call(_cancel, order)
        self._same(answer and answer["status"], self.model.cancel(order))

    @rule(changes=st.dictionaries(
        PLACES, st.integers(-4, 3).filter(bool), min_size=1, max_size=3,
    ))
    def adjust(self, changes):
        expected = self.model.adjust(changes)
        answer = self._send(_adjust, StockAdjustment, {
            "reference_id": self._reference("ADJUST"), "adjustments": [
                {"sku": sku, "location_code": location, "quantity_change": units}
                for (sku, location), units in changes.items()
            ],
        })
        self._same(answer and self._units(answer["adjustments"], "quantity_change"), expected)

    @precondition(lambda self: self._confirmed())
    @rule(data=st.data())
    def deliver(self, data):
        """The warehouse sends the parcels of an order."""
        order = data.draw(st.sampled_from(self._confirmed()))
        pickings = self._sale(order).picking_ids
        pickings.move_ids.picked = True
        pickings._action_done()
        self.model.deliver(order)

    @rule(place=PLACES, units=st.integers(1, 3))
    def receive(self, place, units):
        """A receipt from a vendor."""
        warehouse = self._warehouse(place[1])
        supplier = self.env.ref("stock.stock_location_suppliers")
        self.test._move(self._product(place[0]), units, supplier, warehouse.lot_stock_id)
        self.model.on_hand[place] += units

    @rule(place=PLACES, free=st.integers(0, 3))
    def count(self, place, free):
        """A count finds all that is reserved and so many units more."""
        location = self._warehouse(place[1]).lot_stock_id
        product = self._product(place[0])
        reserved = sum(self._quants(product, location).mapped("reserved_quantity"))
        self.env["stock.quant"].with_context(inventory_mode=True).create({
            "product_id": product.id, "location_id": location.id,
            "inventory_quantity": reserved + free,
        }).action_apply_inventory()
        self.model.on_hand[place] = int(reserved) + free

    def _send(self, work, request, body):
        """What the API does with a body: the answer, or None where it is refused."""
        body = parse(json.dumps(body).encode())
        asked = read(request, body)
        answer = self._call(work, asked, ContentHash.of(asked))
        if answer:
            # whoever sends it again changes nothing
            self._same(self._call(work, asked, ContentHash.of(asked)), answer)
        return answer

    def _call(self, work, *args):
        self.env.flush_all()
        try:
            with self.test.registry.cursor() as cr:
                storefront = self.storefront.with_env(self.env(cr=cr)).with_user(
                    self.storefront.service_user_id
                ).sudo()
                return work(storefront, *args)
        except Problem as problem:
            note(f"{problem.status} {problem.code}: {problem.detail}")
            self.test.assertEqual(problem.status, 409, problem.detail)
            return None
        finally:
            self.env.invalidate_all()

    def _confirmed(self):
        return sorted(
            reference for reference, order in self.model.orders.items()
            if order.status == "confirmed"
        )


@tagged("post_install", "-at_install")
class TestStatefulModel(SalesSyncCommon):

    def test_after_every_step_odoo_is_as_the_model_says(self):
        # invoices are another matter
        self.storefront.invoice_policy = "background"
        self.storefront.write({"reservation_share": 100, "reservation_total_share": 100})
        self.products = self.env["product.product"].union(
            *(self._make_product(sku, 10.0, STOCK[sku]) for sku in SKUS)
        )
        self.env.flush_all()
        self.env.cr.precommit.run()
        OnlineSales.test = self
        self.addCleanup(setattr, OnlineSales, "test", None)
        with self.enter_registry_test_mode():
            run_state_machine_as_test(OnlineSales, settings=SETTINGS)

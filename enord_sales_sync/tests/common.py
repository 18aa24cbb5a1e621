import json
from pathlib import Path

from odoo import fields
from odoo.tests import HttpCase, TransactionCase, new_test_user

from ..delivery.sender import Result
from ..models.stock.snapshot import snapshot
from .held_to_document import hold_to_document

EXAMPLES = Path(__file__).parent.parent / "contract" / "examples"


def example(name):
    """One of the specification's own examples, as bytes."""
    return (EXAMPLES / f"{name}.json").read_bytes()


class SalesSyncCommon(TransactionCase):
    """A storefront over two warehouses, and the specification's two products.

    ==================  ==========  =========
    SKU                 WH-TECH-01  WH-MUM-01
    ==================  ==========  =========
    DRONE-X1-PRO-KIT    12          3
    PROP-GUARD-X1       80          25
    ==================  ==========  =========
    """

    SECRET = "a-secret-that-only-tests-know"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # no invitations to the users that tests make
        cls.env = cls.env(context=dict(
            cls.env.context, tracking_disable=True, no_reset_password=True,
        ))
        cls.env["enord.storefront"].search([]).active = False
        cls.company = cls.env.company
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["stock.warehouse"].search([("id", "!=", cls.warehouse.id)]).active = False
        cls.warehouse.enord_location_code = "WH-TECH-01"
        # what Odoo's settings do where a second warehouse comes, which takes them a while
        cls.env.ref("base.group_user").implied_ids += cls.env.ref(
            "stock.group_stock_multi_locations"
        )
        cls.second_warehouse = cls.env["stock.warehouse"].create({
            "name": "Second", "code": "SECND", "enord_location_code": "WH-MUM-01",
        })
        cls.warehouses = cls.warehouse | cls.second_warehouse
        cls.warehouses.int_type_id.active = True
        cls.drone = cls._make_product("DRONE-X1-PRO-KIT", 45000.0, (12, 3), enord_mrp=55000.0)
        cls.guard = cls._make_product("PROP-GUARD-X1", 500.0, (80, 25))
        cls.storefront = cls.env["enord.storefront"].create({
            "name": "Test Shop",
            "stage": "live",
            "webhook_url": "https://shop.example.com/webhooks/erp",
            "webhook_secret": cls.SECRET,
            "warehouse_ids": [(6, 0, cls.warehouses.ids)],
            # tests call over http
            "https_only": False,
        })
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env["enord.webhook.event"].sudo().search([]).unlink()

    @classmethod
    def another(cls, name="Other", **values):
        """A storefront beside it with the same settings, live as well."""
        return cls.storefront.copy({
            "name": name, "stage": "live", "webhook_url": cls.storefront.webhook_url,
            "https_only": cls.storefront.https_only, **values,
        })

    @classmethod
    def _make_product(cls, sku, price, stock=(0, 0), **values):
        product = cls.env["product.product"].create({
            "name": sku, "default_code": sku, "is_storable": True, "list_price": price,
            "taxes_id": [(5,)], **values,
        })
        for warehouse, quantity in zip(cls.warehouses, stock, strict=True):
            cls._put(product, warehouse, quantity)
        return product

    @classmethod
    def add_models(cls, *definitions):
        """Have models as another add-on would define or extend them, for the tests of this class.
        """
        from odoo.orm.model_classes import add_to_registry

        registry = cls.env.registry
        new = [definition._name for definition in definitions if definition._name not in registry]
        touched = {
            name for definition in definitions for name in (definition._name, *definition._inherit)
        }.difference(new)
        bases = {name: registry[name]._base_classes__ for name in touched}
        names = [add_to_registry(registry, definition)._name for definition in definitions]

        def restore():
            for name, original in bases.items():
                registry[name]._base_classes__ = original
                for added in new:
                    registry[name]._inherit_children.discard(added)
            for name in new:
                del registry.models[name]
            registry._setup_models__(cls.env.cr, list(bases))

        cls.addClassCleanup(restore)
        registry._setup_models__(cls.env.cr, names)
        with_fields = [
            definition._name for definition in definitions
            if any(isinstance(member, fields.Field) for member in vars(definition).values())
        ]
        registry.init_models(cls.env.cr, with_fields, {"module": "enord_sales_sync"})

    @classmethod
    def _put(cls, product, warehouse, quantity):
        if quantity:
            cls.env["stock.quant"]._update_available_quantity(
                product, warehouse.lot_stock_id, quantity
            )

    def _move(self, product, quantity, source, destination, done=True, **values):
        """A stock move, reserved, and carried out if ``done``."""
        move = self.env["stock.move"].create({
            "product_id": product.id, "product_uom_qty": quantity,
            "product_uom": product.uom_id.id,
            "location_id": source.id, "location_dest_id": destination.id, **values,
        })
        move._action_confirm()
        move._action_assign()
        if done:
            move.quantity = quantity
            move.picked = True
            move._action_done()
        return move

    def recorded(self):
        """What the transaction would put in the outbox if it ended now, oldest first."""
        before = self.env["enord.webhook.event"].search([])
        self.env.flush_all()
        self.env.cr.precommit.run()
        return (self.env["enord.webhook.event"].search([], order="id") - before)

    def leaving(self):
        """``data`` of what leaves if the transaction ends now, acknowledged at once.

        :rtype: list[dict]
        """
        self.recorded()
        deliveries = self.claim(room=1000)
        if deliveries:
            self.env["enord.webhook.event"].sudo()._record(
                [Result(delivery, 200, "", 0.01) for delivery in deliveries]
            )
        self.env.invalidate_all()
        return [json.loads(delivery.body)["data"] for delivery in deliveries]

    def stock_leaving(self):
        """``{(sku, location code): (reason, quantity)}``, each key once."""
        stock = [data for data in self.leaving() if "new_quantity" in data]
        by_key = {
            (data["sku"], data["location_code"]): (data["change_reason"], data["new_quantity"])
            for data in stock
        }
        self.assertEqual(len(by_key), len(stock), "one event for each key")
        return by_key

    def snapshot(self, warehouses=None):
        """``{sku: quantity}`` as the storefront's snapshot has it."""
        warehouses = self.warehouses if warehouses is None else warehouses
        items = json.load(snapshot(self.storefront, warehouses).body)
        return {item["sku"]: item["qty"] for item in items}

    def catalog_data(self, template, storefront=None):
        """``data`` of a product's ``catalog.update``, as it would be sent now."""
        return self.env["enord.catalog.update"]._data(storefront or self.storefront, template)

    def inventory_data(self, product, warehouse, reason):
        """``data`` of an ``inventory.change``, as it would be sent now."""
        stock = self.storefront._sellable(product, warehouse)
        return self.env["enord.inventory.change"]._data(
            product, warehouse, reason, stock.get((product.id, warehouse.id), 0.0)
        )

    def published(self, domain=None):
        return self.env["product.product"]._enord_published_for(self.storefront, domain)

    def claim(self, room=100):
        """Claim what is due and build it: the deliveries that a dispatcher would send now."""
        self.env.flush_all()
        Event = self.env["enord.webhook.event"].sudo()
        claimed, _due_in = Event._claim(lambda _storefront, probing: 1 if probing else room)
        deliveries, _unchanged = Event._prepare(claimed)
        self.env.invalidate_all()
        return deliveries

    def told(self, events):
        """``{(sku, location code): reason}`` of stock events."""
        return {
            (event.product_id.default_code, event.warehouse_id.enord_location_code):
                event.change_reason
            for event in events if event.event_type == "inventory.change"
        }


class SalesSyncHttpCommon(SalesSyncCommon, HttpCase):
    """The same over real HTTP, with an API key."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api_key = cls.storefront._generate_api_key()

    def call(self, method, path, body=None, key=None, headers=None):
        """Call the API as the storefront does, and hold the answer against the API document.

        :param body: bytes as they are, or anything else as JSON
        """
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        key = self.api_key if key is None else key
        sent = {"Authorization": f"Bearer {key}"} if key else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
        self.env.flush_all()
        response = self.opener.request(
            method, self.base_url() + path, data=body, headers={**sent, **(headers or {})},
            allow_redirects=False, timeout=30,
        )
        self.wait_for_the_log()
        self.env.invalidate_all()
        hold_to_document(self, method, path, response)
        return response

    def wait_for_the_log(self):
        """Wait for what the server does once its answer is sent: it writes the call down."""
        with self.allow_requests():
            self._wait_remaining_requests()

    def assertProblem(self, response, status, code, pointer=None):
        self.assertEqual(response.status_code, status, response.text)
        self.assertEqual(response.headers["Content-Type"], "application/problem+json")
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        problem = response.json()
        self.assertEqual((problem["status"], problem["code"]), (status, code))
        self.assertTrue(problem["title"] and problem["detail"])
        if pointer is not None:
            self.assertIn(pointer, [error["pointer"] for error in problem["errors"]])
        return problem

    def sellable(self, product):
        stock = self.storefront._sellable(product)
        return [stock.get((product.id, warehouse.id), 0) for warehouse in self.warehouses]


__all__ = ["SalesSyncCommon", "SalesSyncHttpCommon", "example", "new_test_user"]

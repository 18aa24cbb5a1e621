from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..outbox.listening import check_listening, listening
from ..outbox.webhook_event import RESYNC
from ..sellable.unpublished import reasons
from ..storefront.administration import done

#: Products that are compared at a time.
BATCH = 1000
#: Name space of the advisory lock of who looks for drift (the others: ``api/locked_transaction``).
DRIFT_LOCK = 0x454E06


class EnordOnlinePlace(models.TransientModel):
    """One product at one location of one storefront: what is, beside what was told, as it was when
    staff asked."""

    _name = "enord.online.place"
    _description = "Product Online"
    _order = "storefront_id, product_id, id"
    _rec_name = "product_id"

    storefront_id = fields.Many2one("enord.storefront", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, ondelete="cascade")
    sku = fields.Char("SKU Online")
    warehouse_id = fields.Many2one("stock.warehouse", required=True, ondelete="cascade")
    is_online = fields.Boolean("Published")
    why = fields.Char("Why Not")
    sellable = fields.Char()
    told = fields.Char("Told Last")
    told_at = fields.Datetime(help="When the storefront answered.")
    step = fields.Selection(
        [("in_step", "In Step"), ("waiting", "Waiting"), ("differs", "Differs"),
         ("not_told", "Not Told Yet"), ("not_online", "Not Online")],
        "State", required=True,
        help="Waiting: the storefront is about to be told what is. Differs: it was told something "
             "else last.",
    )

    @api.model
    def _of_products(self, products):
        """Rows of these products, in every storefront of the user's companies."""
        places = self
        for storefront in self.env["product.product"]._enord_storefronts():
            places += self._make(
                storefront, products, products._enord_why_unpublished(storefront),
            )
        return places

    @api.model
    def _that_drift(self, storefront):
        """Rows of what a storefront sells and was told otherwise, and is not about to be told."""
        Product = self.env["product.product"].sudo().with_context(active_test=False)
        products = Product._enord_published_for(storefront)
        places = self
        for start in range(0, len(products), BATCH):
            batch = products[start:start + BATCH]
            places += self._make(
                storefront, batch, dict.fromkeys(batch, ()), ("differs", "not_told"),
            )
            self.env.invalidate_all()
        return places

    def _make(self, storefront, products, why, steps=None):
        """
        :param dict why: ``{product: [why it is not online]}``
        :param steps: only places in these
        """
        with_sku = products.sudo().with_context(active_test=False).filtered("enord_sku")
        words = reasons(self.env)

        def row(product, warehouse):
            return {
                "storefront_id": storefront.id, "product_id": product.id,
                "warehouse_id": warehouse.id, "is_online": not why[product], "step": "not_online",
                "why": ". ".join(words[reason] for reason in why[product]),
            }

        rows = [
            row(place.product, place.warehouse) | {
                "sku": place.data["sku"], "sellable": self._shown(place.data),
                "told": place.told and self._shown(place.told.data),
                "told_at": place.told and place.told.at,
                "step": "not_online" if why[place.product] else _step(place),
            }
            for place in self.env["enord.inventory.change"].sudo()._against_told(
                storefront, with_sku
            )
        ] + [
            row(product, warehouse)
            for product in products - with_sku for warehouse in storefront.warehouse_ids
        ]
        return self.sudo().create(
            [one for one in rows if not steps or one["step"] in steps]
        ).sudo(self.env.su)

    def _shown(self, data):
        if data.get("unlimited"):
            return self.env._("Without limit")
        return f"{data['new_quantity']:g}"

    def action_send_now(self):
        """Tell the storefronts what is, of the products and of their stock here."""
        if not self.env.user.has_group("enord_sales_sync.group_user"):
            raise AccessError(self.env._("Only users of Online Sales send events."))
        self.check_access("read")
        places = self.sudo()
        check_listening(places.storefront_id)
        catalogue = self.env["enord.catalog.update"].sudo()
        stock = self.env["enord.inventory.change"].sudo()
        for storefront, of_storefront in places.grouped("storefront_id").items():
            catalogue._queue_of(storefront, of_storefront.product_id.product_tmpl_id.ids, RESYNC)
            for warehouse, here in of_storefront.grouped("warehouse_id").items():
                stock._queue_resync(storefront, here.product_id, warehouse)
        places.filtered(lambda place: place.is_online).step = "waiting"
        return done(self.env._("The products and their stock are on their way."))

    @api.model
    def _action(self, name, places, **more):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "enord_sales_sync.action_online_place"
        )
        return action | {"display_name": name, "domain": [("id", "in", places.ids)], **more}

    @api.model
    def action_drift(self, storefront_ids=()):
        """Show where storefronts were told something else than what is.

        :param storefront_ids: all that are told anything by default
        :raise UserError: while somebody else looks for that of one of them
        """
        storefronts = self.env["enord.storefront"].browse(storefront_ids) or (
            self.env["enord.storefront"].search([("active", "=", True)])
        )
        storefronts.check_access("read")
        places = self
        for storefront in listening(storefronts.sudo()):
            _check_alone(storefront)
            places += self._that_drift(storefront)
        return self._action(self.env._("Drift"), places)


def _check_alone(storefront):
    """It is the work of some seconds, which is not done twice at the same time."""
    [[is_alone]] = storefront.env.execute_query(SQL(
        "SELECT pg_try_advisory_xact_lock(%s, %s)", DRIFT_LOCK, storefront.id,
    ))
    if not is_alone:
        raise UserError(storefront.env._(
            "Somebody is looking for the drift of %s right now. Try again in a moment.",
            storefront.name,
        ))


def _step(place):
    if place.is_waiting:
        return "waiting"
    if not place.told:
        return "not_told"
    return "differs" if place.is_untold else "in_step"


class ProductProduct(models.Model):
    _inherit = "product.product"

    def action_enord_online(self):
        """Show each storefront's answer: online or why not, what can be sold, what was told."""
        places = self.env["enord.online.place"]
        places.check_access("read")
        self.check_access("read")
        return places._action(self.env._("Online"), places._of_products(self))


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def action_enord_online(self):
        """The same of all its variants."""
        variants = self.with_context(active_test=False).product_variant_ids
        return variants.action_enord_online()

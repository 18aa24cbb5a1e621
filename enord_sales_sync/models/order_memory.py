"""While online orders are recorded, Odoo does some things again and again; here it does them once.

It looks the same up for every line of every order. Nobody changes analytic rules or routes in that
transaction, so the first answer is remembered for its length: in the context, as Odoo itself
remembers quants (``quants_cache``).
"""

from odoo import api, models

MEMORY = "enord_memory"


def remembered(env, key, look_up, *args):
    """What ``look_up(*args)`` returned for this key in this recording; outside of one it is
    called."""
    memory = env.context.get(MEMORY)
    if memory is None:
        return look_up(*args)
    if key not in memory:
        memory[key] = look_up(*args)
    return memory[key]


class AnalyticDistributionModel(models.Model):
    _inherit = "account.analytic.distribution.model"

    @api.model
    def _get_distribution(self, vals):
        key = (self._name, *sorted((name, str(value)) for name, value in vals.items()))
        # callers may change what they get
        return dict(remembered(self.env, key, super()._get_distribution, vals))


class StockRule(models.Model):
    _inherit = "stock.rule"

    @api.model
    def _search_rule_for_warehouses(
        self, route_ids, packaging_uom_id, product_id, warehouse_ids, domain
    ):
        asked = (route_ids, packaging_uom_id, product_id, warehouse_ids)
        key = (self._name, self.env.su, *(part._ids if part else () for part in asked), str(domain))
        return remembered(
            self.env, key, super()._search_rule_for_warehouses, *asked, domain,
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Where there is nothing to create, no invoice needs to be computed again: posting asks
        for the lines of what goods have cost, of which there are none in most countries."""
        if not vals_list and MEMORY in self.env.context:
            return self.browse()
        return super().create(vals_list)


class AccountAccountTag(models.Model):
    _inherit = "account.account.tag"

    def exists(self):
        """A country's accounting looks its tags up by name for every line; Odoo's ``env.ref`` asks
        the database each time whether they are still there."""
        found = remembered(self.env, (self._name, self._ids), super().exists)
        return self.browse(found._ids)


class StockMove(models.Model):
    """Reordering rules are looked for at each step of each move; most products have none."""

    _inherit = "stock.move"

    def _update_orderpoints(self):
        return super(StockMove, self._enord_with_orderpoints())._update_orderpoints()

    def _trigger_scheduler(self):
        return super(StockMove, self._enord_with_orderpoints())._trigger_scheduler()

    def _enord_with_orderpoints(self):
        """While orders are recorded, those of these whose product has a reordering rule."""
        memory = self.env.context.get(MEMORY)
        if memory is None:
            return self
        Orderpoint = self.env["stock.warehouse.orderpoint"].sudo().with_context(active_test=False)
        new = self.product_id.filtered(lambda product: (Orderpoint._name, product.id) not in memory)
        if new:
            known = Orderpoint.search([("product_id", "in", new.ids)]).product_id
            memory.update({(Orderpoint._name, product.id): product in known for product in new})
        return self.filtered(lambda move: memory[Orderpoint._name, move.product_id.id])

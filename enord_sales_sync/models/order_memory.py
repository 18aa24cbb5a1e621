"""While online orders are recorded, Odoo does some things again and again; here it does them once.

It looks the same up for every line of every order. Nobody changes analytic rules or products in
that transaction, so the first answer is remembered for its length: in the context, as Odoo itself
remembers quants (``quants_cache``).
"""

from odoo import api, models

MEMORY = "enord_memory"


class Memory(dict):
    """Of one block of code, in its context. Environments are found by their context's value: two
    of these that are still empty are not the same."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__


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
    def _get_applicable_models(self, vals):
        """Odoo asks three times for each line; in most companies there are none."""
        if MEMORY in self.env.context and not remembered(self.env, self._name, self._enord_any):
            return self.browse()
        return super()._get_applicable_models(vals)

    def _enord_any(self):
        return bool(self.sudo().search([], limit=1))


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _prepare_invoice_line(self, **optional_values):
        """Odoo creates the line without an amount, computes it with the taxes, and writes to each
        line by itself what has come out differently. With what the order has come to, there is
        mostly nothing to write."""
        values = super()._prepare_invoice_line(**optional_values)
        if MEMORY in self.env.context and "product_id" in values:
            values["amount_currency"] = values["balance"] = -self.price_subtotal
        return values


class AccountAccountTag(models.Model):
    _inherit = "account.account.tag"

    def exists(self):
        """A country's accounting looks its tags up by name for every line; Odoo's ``env.ref`` asks
        the database each time whether they are still there."""
        found = remembered(self.env, (self._name, self._ids), super().exists)
        return self.browse(found._ids)

from typing import NamedTuple

from odoo import api, models

#: From the worst to the best.
STATES = ("problem", "warning", "ok")


class Check(NamedTuple):
    """What was looked at before a storefront goes live."""

    code: str
    state: str
    """One of :data:`STATES`."""
    name: str
    """What was found."""
    why: str = ""
    """Why it matters, and what is to be done."""
    button: str = ""
    """What is written on the button that mends it, or opens where it is mended."""
    action: dict | None = None
    """An action of Odoo's; ``{"products": code}`` opens :meth:`_products`; ``{"mend": code}`` calls
    ``_mend_<code>(storefront)``."""


class EnordCheck(models.AbstractModel):
    """Looks at a storefront; another add-on adds checks by extending :meth:`_checks`."""

    _name = "enord.check"
    _description = "Checks of a Storefront"

    @api.model
    def _checks(self, storefront):
        """Everything that is looked at, whatever was found.

        :rtype: list[Check]
        """
        return []

    @api.model
    def _products(self, storefront, code):
        """The products that a check found fault with."""
        raise KeyError(code)

    @api.model
    def _products_window(self, storefront, code):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Products of %s", storefront.name),
            "res_model": "product.product",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self._products(storefront, code).ids)],
            "context": {"active_test": False},
        }


def close_dialog():
    """Back to the storefront's form."""
    return {"type": "ir.actions.act_window_close"}

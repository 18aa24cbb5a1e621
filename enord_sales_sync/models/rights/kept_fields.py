"""Fields that say ``readonly`` are kept by this add-on: nobody else sets them, whatever the form.

``readonly`` alone is a hint to the web client. Whoever may write a record would set its fields over
RPC, in an import or by ``default_…`` in a context, and jobs would go by what they find there.
"""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS

ADDONS = "enord_sales_sync"
#: Value of the context key ``enord_keeps`` where Odoo, for a user, carries kept values from one
#: record to another. An object, which nobody can send over RPC.
MAY_SET_KEPT = object()


def is_kept(field):
    """Whether this add-on alone decides what is in a field of the registry."""
    return bool(
        field.readonly and field.store and not field.inherited
        and field.name not in MAGIC_COLUMNS
        and (field._modules or (field._module or "",))[0].startswith(ADDONS)
    )


class Base(models.AbstractModel):
    """Of every model: no list of models could be forgotten in."""

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        # what is copied comes along wherever Odoo makes a record from another one, for any user
        self._enord_check_kept(
            name for vals in vals_list for name in vals if not self._enord_is_copied(name)
        )
        return super().create(vals_list)

    def write(self, vals):
        self._enord_check_kept(vals)
        return super().write(vals)

    @api.model
    def default_get(self, fields):
        """Neither a context nor a user's own defaults set what is kept, not even for a superuser
        to whom a method has handed them on."""
        values = super().default_get(fields)
        for name in [name for name in values if self._enord_keeps(name)]:
            field = self._fields[name]
            if field.default:
                values[name] = field.convert_to_write(
                    field.convert_to_cache(field.default(self), self, validate=False), self,
                )
            else:
                del values[name]
        return values

    def _enord_check_kept(self, names):
        """:raise odoo.exceptions.AccessError: where a user sets what this add-on keeps"""
        if self.env.su or self.env.context.get("enord_keeps") is MAY_SET_KEPT:
            return
        for name in names:
            if self._enord_keeps(name):
                raise AccessError(self.env._(
                    "%(model)s: “%(label)s” (%(field)s) is kept by Online Sales and cannot be set "
                    "by anybody. Nothing was written.",
                    model=self._description, label=self._fields[name].string, field=name,
                ))

    def _enord_keeps(self, name):
        # a window's values are its user's own
        return not self._transient and name in self._fields and is_kept(self._fields[name])

    def _enord_is_copied(self, name):
        return name in self._fields and self._fields[name].copy

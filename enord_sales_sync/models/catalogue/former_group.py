from odoo import fields, models
from odoo.tools import SQL

from ...contract import events as contract


class EnordCatalogUpdate(models.AbstractModel):
    """Under a group that a product has no longer nothing is left, as far as a storefront is told.

    Such an event has a key of its own, with the former group at its end.
    """

    _inherit = "enord.catalog.update"

    def _build(self, storefront, events, acknowledged):
        former = events.filtered(lambda event: event.key.count(":") > 1)
        taken = self._taken_groups(storefront, [
            acknowledged[event.key]["group_id"] for event in former if event.key in acknowledged
        ])
        bodies = super()._build(storefront, events - former, acknowledged)
        for event in former:
            # as it was told before; it is sent again
            known = acknowledged.get(event.key)
            bodies[event] = None if known and known["group_id"] in taken else known
        return bodies

    def _about_to_send(self, storefront, data_of, acknowledged):
        former = {
            event.product_tmpl_id.id: known for event, data in data_of.items()
            if (known := acknowledged.get(event.key)) and known["is_active"]
            and known["group_id"] != data["group_id"]
        }
        taken = self._taken_groups(storefront, [known["group_id"] for known in former.values()])
        self._withdraw_groups(storefront, {
            template_id: {**known, "is_active": False, "variants": []}
            for template_id, known in former.items() if known["group_id"] not in taken
        })
        return super()._about_to_send(storefront, data_of, acknowledged)

    def _taken_groups(self, storefront, groups):
        """Those of these groups that a product has now which the storefront sells: it tells of
        itself."""
        return set(self.env["product.product"]._enord_published_for(
            storefront, [("product_tmpl_id.enord_group_id", "in", groups)],
        ).mapped("enord_group_id")) if groups else set()

    def _withdraw_groups(self, storefront, data_of):
        """
        :param dict data_of: ``data`` by the id of the product that had the group
        """
        if not data_of:
            return
        moment = fields.Datetime.now()
        bodies = [contract.encode(self._event_type, moment, data).decode()
                  for data in data_of.values()]
        self._queue(
            SQL(
                """
                SELECT %(storefront)s AS storefront_id, %(key)s AS key, NULL AS change_reason,
                       told.product_tmpl_id, told.body,
                       nextval('enord_webhook_event_sequence') AS sequence
                  FROM unnest(%(templates)s::int[], %(groups)s::text[], %(bodies)s::text[])
                       AS told (product_tmpl_id, former, body)
                """,
                storefront=storefront.id, key=self._key(SQL("told.product_tmpl_id"),
                                                        SQL("told.former")),
                templates=list(data_of), bodies=bodies,
                groups=[data["group_id"] for data in data_of.values()],
            ),
            more_columns=("body", "sequence"),
        )

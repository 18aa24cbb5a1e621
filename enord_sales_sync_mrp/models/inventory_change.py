from odoo import models
from odoo.tools import SQL


class EnordInventoryChange(models.AbstractModel):
    _inherit = "enord.inventory.change"

    def _change_reasons(self, stock, reasons, move_ids):
        """A component's change is told of every kit that uses it, with the component's reason."""
        reasons = super()._change_reasons(stock, reasons, move_ids)
        if reasons:
            for component_id, kit_id in self._kits_using({product for product, _place in reasons}):
                for (product_id, warehouse_id), reason in list(reasons.items()):
                    if product_id == component_id:
                        reasons.setdefault((kit_id, warehouse_id), reason)
        return reasons

    def _kits_using(self, product_ids):
        """``(component_id, kit_id)`` pairs, kits of kits included."""
        for model in ("mrp.bom", "mrp.bom.line", "product.product"):
            self.env[model].flush_model()
        return self.env.execute_query(SQL(
            """
            WITH RECURSIVE part AS (
                SELECT line.product_id AS component_id, kit.id AS kit_id
                  FROM mrp_bom_line line
                  JOIN mrp_bom bom ON bom.id = line.bom_id AND bom.type = 'phantom' AND bom.active
                  JOIN product_product kit ON kit.product_tmpl_id = bom.product_tmpl_id
                   AND kit.id = COALESCE(bom.product_id, kit.id)
            ), used (component_id, kit_id) AS (
                SELECT component_id, kit_id FROM part WHERE component_id IN %s
                 UNION
                SELECT used.component_id, part.kit_id
                  FROM used JOIN part ON part.component_id = used.kit_id
            )
            SELECT component_id, kit_id FROM used
            """, tuple(product_ids),
        ))

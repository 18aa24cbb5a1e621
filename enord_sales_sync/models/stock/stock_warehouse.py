from odoo import api, fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    enord_location_code = fields.Char(
        "Storefront Location Code",
        compute="_compute_enord_location_code", store=True, readonly=False, copy=False,
        help="How storefronts know this warehouse (location_code). The short name, unless you "
             "enter another code.",
    )

    _enord_location_code_uniq = models.Constraint(
        "unique (enord_location_code, company_id)",
        "Each warehouse of a company needs a storefront location code of its own.",
    )

    def _enord_by_code(self):
        """``{location code: warehouse}``."""
        return {warehouse.enord_location_code: warehouse for warehouse in self}

    @api.depends("code")
    def _compute_enord_location_code(self):
        for warehouse in self:
            if not warehouse.enord_location_code or (
                warehouse.enord_location_code == warehouse._origin.code
            ):
                warehouse.enord_location_code = warehouse.code

    @api.constrains("active")
    def _check_storefronts_have_a_warehouse(self):
        self.env["enord.storefront"].sudo().search(
            [("warehouse_ids", "in", self.ids)]
        )._check_warehouses()

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._enord_with_code(vals) for vals in vals_list])

    def write(self, vals):
        if len(self) > 1 and not {"code", "enord_location_code"}.isdisjoint(vals):
            for warehouse in self:  # each has a code of its own
                warehouse.write(vals)
            return True
        vals = self._enord_with_code(vals)
        before = {warehouse.id: warehouse.enord_location_code for warehouse in self}
        result = super().write(vals)
        renamed = self.filtered(
            lambda warehouse: warehouse.enord_location_code != before[warehouse.id]
        )
        storefronts = self.env["enord.storefront"].sudo().search(
            [("warehouse_ids", "in", renamed.ids)]
        )
        for warehouse in renamed:
            for storefront in storefronts if before[warehouse.id] else ():
                if warehouse in storefront.warehouse_ids:
                    self.env["enord.inventory.change"].sudo()._withdraw_location(
                        storefront, warehouse, before[warehouse.id]
                    )
        storefronts._queue_everything()
        if not {"route_ids", "lot_stock_id"}.isdisjoint(vals):
            self.env["enord.inventory.change"]._sources_changed()
        return result

    def _enord_with_code(self, vals):
        """Values of at most one warehouse, with the short name where no location code is given."""
        if "enord_location_code" in vals:
            code = (vals["enord_location_code"] or "").strip()
        elif "code" in vals and self.enord_location_code == self.code:
            code = ""
        else:
            return vals
        return {**vals, "enord_location_code": code or vals.get("code") or self.code}

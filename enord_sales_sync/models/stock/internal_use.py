"""Goods that the company's own people use up: an operation type of its own in every warehouse."""

from odoo import fields, models

TYPE = "enord_internal_use_type_id"


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    enord_internal_use_type_id = fields.Many2one(
        "stock.picking.type", "Internal Use Type", check_company=True, copy=False,
    )

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name=name, code=code)
        values[TYPE] = {
            "name": self.env._("%(warehouse)s Sequence internal use", warehouse=name or self.name),
            "prefix": f"{code or self.code}/{self[TYPE].sequence_code or 'USE'}/",
            "padding": 5,
            "company_id": self.company_id.id,
        }
        return values

    def _get_picking_type_create_values(self, max_sequence):
        values, max_sequence = super()._get_picking_type_create_values(max_sequence)
        values[TYPE] = {
            "name": self.env._("Internal Use"),
            "code": "internal",
            "use_create_lots": False,
            "use_existing_lots": True,
            "default_location_src_id": self.lot_stock_id.id,
            "default_location_dest_id": self.company_id._enord_internal_use_location().id,
            "sequence": max_sequence + 1,
            "sequence_code": "USE",
            "company_id": self.company_id.id,
        }
        return values, max_sequence + 1

    def _get_picking_type_update_values(self):
        values = super()._get_picking_type_update_values()
        values[TYPE] = {"barcode": self.code.replace(" ", "").upper() + "USE"}
        return values

    def _enord_create_internal_use_type(self):
        """For warehouses older than this add-on; nothing else of theirs is touched."""
        Type = self.env["stock.picking.type"]
        for warehouse in self.filtered(lambda warehouse: not warehouse[TYPE]):
            last = Type.with_context(active_test=False).search([], order="sequence desc", limit=1)
            values, _max_sequence = warehouse._get_picking_type_create_values(last.sequence)
            warehouse[TYPE] = Type.create({
                **values[TYPE],
                **warehouse._get_picking_type_update_values()[TYPE],
                "warehouse_id": warehouse.id,
                "color": warehouse.in_type_id.color,
                "active": warehouse.active,
                "sequence_id": self.env["ir.sequence"].sudo().create(
                    warehouse._get_sequence_values()[TYPE]
                ).id,
            })


class ResCompany(models.Model):
    _inherit = "res.company"

    def _enord_internal_use_location(self):
        """Where what is used up goes; made if need be.

        Of the usage of customers: goods leave the company's valuation, and the location's *Stock
        Valuation Account* takes their cost where one is set. Odoo takes what goes to an inventory
        location for scrap, which cannot be returned, and takes the first production location for
        that of its manufacturing orders.
        """
        self.ensure_one()
        Location = self.env["stock.location"].sudo()
        return Location.search(
            [("enord_internal_use", "=", True), ("company_id", "=", self.id)],
            order="id", limit=1,
        ) or Location.create({
            "name": self.env._("Internal Use"),
            "usage": "customer",
            "company_id": self.id,
            "enord_internal_use": True,
        })

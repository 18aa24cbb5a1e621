"""What `order_memory` is for orders and invoices, for transfers and quants."""

from odoo import api, models

from .order_memory import MEMORY, remembered

GATHERED = "enord_sales_sync.gathered"


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


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _enord_create_references(self):
        """What joins an order's transfers; Odoo would create it for each order by itself."""
        lines = [
            goods[0] for order in self
            if not order.stock_reference_ids
            and (goods := order.order_line.filtered(lambda line: line.product_id.type == "consu"))
        ]
        self.env["stock.reference"].create([line._prepare_reference_vals() for line in lines])


class StockMove(models.Model):
    _inherit = "stock.move"

    def _search_picking_for_assignation(self):
        """The transfers of an order that has just been made need not be looked for."""
        references = self.reference_ids
        if MEMORY in self.env.context and references and not references.move_ids.picking_id:
            domain = self._search_picking_for_assignation_domain()
            # an add-on may want the transfers of several orders joined
            joined = ("reference_ids", "=", references.ids) not in domain
            if not joined and not any(isinstance(leaf, str) for leaf in domain):
                return self.env["stock.picking"]
        return super()._search_picking_for_assignation()

    # Reordering rules are looked for at each step of each move; most products have none.

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


class StockQuant(models.Model):
    """Odoo looks a product's quants up several times for each move, and locks them once more.

    Nobody else can move what is locked, and reserving units changes neither which quants there
    are nor their order.
    """

    _inherit = "stock.quant"

    def _gather(
        self, product_id, location_id, lot_id=None, package_id=None, owner_id=None, strict=False,
        qty=0,
    ):
        asked = (product_id, location_id, lot_id, package_id, owner_id)
        context = self.env.context
        if (
            MEMORY not in context or "quants_cache" in context or not self.env.su
            or self._get_removal_strategy(product_id, location_id) == "least_packages"
        ):
            return super()._gather(*asked, strict=strict, qty=qty)
        # forgotten at the end of the transaction, and where a savepoint takes changes back
        gathered = self.env.cr.precommit.data.setdefault(GATHERED, {})
        # whatever an add-on asks for besides is in the domain
        key = (product_id.id, location_id.id, strict, str(self._get_gather_domain(*asked, strict)))
        if key not in gathered:
            gathered[key] = super()._gather(*asked, strict=strict, qty=qty)._ids
        return self.browse(gathered[key])

    def _create(self, data_list):
        quants = super()._create(data_list)
        self._enord_forget_gathered()
        return quants

    def write(self, vals):
        reserves = vals.keys() <= {"reserved_quantity", "in_date"} and all(
            quant.in_date == vals.get("in_date", quant.in_date) for quant in self
        )
        result = super().write(vals)
        if not reserves:
            self._enord_forget_gathered()
        return result

    def unlink(self):
        result = super().unlink()
        self._enord_forget_gathered()
        return result

    @api.model
    def _merge_quants(self):
        result = super()._merge_quants()
        self._enord_forget_gathered()
        return result

    def _enord_forget_gathered(self):
        self.env.cr.precommit.data.pop(GATHERED, None)

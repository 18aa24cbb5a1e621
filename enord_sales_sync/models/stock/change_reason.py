from odoo import models


def _is_zero(units):
    # infinity less infinity is not a number, and not nothing
    return abs(units) < 5e-7


def _reason_of_quantities(on_hand, *taken):
    if not _is_zero(on_hand):
        return "ADJUSTMENT"
    return "RESERVATION" if sum(taken) > 0 else "RELEASE"


class EnordInventoryChange(models.AbstractModel):
    """Whether what was collected changes what can be sold, and why."""

    _inherit = "enord.inventory.change"

    def _change_reasons(self, stock, reasons, move_ids):
        """What is to be told, and why. Override to tell of products that depend on others.

        :param dict stock: ``{(product_id, warehouse_id): {(location_id,): units}}``, ``()`` for
            what is not of one location; the units on hand, reserved, promised
            online and promised otherwise
        :param dict reasons: ``{(product_id, warehouse_id): reason}`` of the context
        :param move_ids: the moves that were carried out
        :return: ``{(product_id, warehouse_id): reason}``
        """
        if not stock:
            return {}
        product_ids, warehouse_ids = map(set, zip(*stock, strict=True))
        sources = self.env["product.product"]._enord_sources(
            self.env["stock.warehouse"].browse(warehouse_ids), product_ids
        )
        changed = {}
        for key, places in stock.items():
            units = self._sum_of_places(places, sources.of(*key).path)
            if not all(map(_is_zero, units)):
                changed[key] = units
        if not changed:
            return {}
        by_move = self._reasons_of_moves(move_ids, sources)
        return {
            # a move's reason beats the reservation that changed along with it
            key: by_move.get(key) or reasons.get(key) or _reason_of_quantities(*units)
            for key, units in changed.items()
        }

    def _sum_of_places(self, places, path):
        Location = self.env["stock.location"]
        counted = [
            units for place, units in places.items()
            if not place or Location.browse(place)._enord_is_within(path)
        ]
        return tuple(map(sum, zip(*counted, strict=True))) if counted else ()

    def _reasons_of_moves(self, move_ids, sources):
        """``{(product_id, warehouse_id): reason}`` of the moves done in this transaction.

        :param Sources sources: of the products that changed
        """
        def sold_from(product, location):
            warehouse = location._enord_stock_warehouse()
            if warehouse.id in sources.sources[0] and location._enord_is_within(
                sources.of(product.id, warehouse.id).path
            ):
                return warehouse
            return warehouse.browse()

        reasons = {}
        for move in self.env["stock.move"].browse(move_ids).exists():
            if move.state == "cancel":
                continue
            # a line may go elsewhere than its move
            for source, destination in {
                (part.location_id, part.location_dest_id) for part in (move, *move.move_line_ids)
            }:
                left = sold_from(move.product_id, source)
                reached = sold_from(move.product_id, destination)
                # within a source nothing was won or lost, so it says nothing about why
                if left != reached:
                    reason = move._enord_change_reason()
                    reasons.update(
                        ((move.product_id.id, warehouse.id), reason)
                        for warehouse in (left, reached) if warehouse
                    )
        return reasons

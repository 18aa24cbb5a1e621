"""What stock, holds and orders have to be after any sequence of events: a few dictionaries."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Hold:
    units: Counter
    state: str = "held"


@dataclass
class Order:
    units: Counter
    status: str = "confirmed"


@dataclass
class StockModel:
    """Units are counted by ``(sku, location code)``; ``locations`` in the order of the storefront.

    A method that is asked for something returns what it took, or None where it has to be refused,
    and then changes nothing.
    """

    locations: list
    on_hand: Counter
    holds: dict = field(default_factory=dict)
    orders: dict = field(default_factory=dict)

    def taken(self):
        """Units that belong to somebody already, though they still lie here."""
        taken = Counter()
        for order in self.orders.values():
            if order.status == "confirmed":
                taken.update(order.units)
        for hold in self.holds.values():
            if hold.state == "held":
                taken.update(hold.units)
        return taken

    def sellable(self):
        taken = self.taken()
        return {key: units - taken[key] for key, units in self.on_hand.items()}

    def reserve(self, reference, lines):
        units = self._allocate(lines, self.sellable())
        if units is not None:
            self.holds[reference] = Hold(units)
        return units

    def change(self, reference, lines):
        """What is held is this from now on, whatever it was."""
        hold = self.holds[reference]
        if hold.state == "converted":
            return None
        own = hold.units if hold.state == "held" else Counter()
        wanted, held = Counter(), Counter()
        for sku, units in lines:
            wanted[sku] += units
        for (sku, _location), units in own.items():
            held[sku] += units
        sellable = {key: units + own[key] for key, units in self.sellable().items()}
        units = own if wanted == held else self._allocate(lines, sellable, own)
        if units is not None:
            self.holds[reference] = Hold(units)
        return units

    def order(self, reference, lines, hold_reference=None):
        hold = self.holds.get(hold_reference)
        if hold and hold.state == "converted":
            return None
        sellable = self.sellable()
        if hold and hold.state == "held":
            sellable = {key: units + hold.units[key] for key, units in sellable.items()}
        units = self._allocate(lines, sellable, hold and hold.units)
        if units is None:
            return None
        if hold:
            hold.state = "converted"
        self.orders[reference] = Order(units)
        return units

    def extend(self, reference):
        return self.holds[reference].state == "held" or None

    def expire(self, reference):
        if self.holds[reference].state == "held":
            self.holds[reference].state = "expired"

    def release(self, reference):
        hold = self.holds[reference]
        if hold.state == "converted":
            return None
        if hold.state == "held":
            hold.state = "released"
        return hold.state

    def cancel(self, reference):
        order = self.orders[reference]
        if order.status == "delivered":
            return None
        order.status = "cancelled"
        return order.status

    def deliver(self, reference):
        order = self.orders[reference]
        self.on_hand.subtract(order.units)
        order.status = "delivered"

    def adjust(self, changes):
        """
        :param changes: ``{(sku, location code): units, below 0 to take them}``
        """
        sellable = self.sellable()
        if any(sellable[key] + units < 0 for key, units in changes.items()):
            return None
        self.on_hand.update(changes)
        return changes

    def _allocate(self, lines, sellable, first=None):
        """What a hold has is taken first; else the first location that has everything gives it."""
        wanted = Counter()
        for sku, units in lines:
            wanted[sku] += units
        for sku, units in wanted.items():
            if sum(sellable[sku, location] for location in self.locations) < units:
                return None
        if not first:
            for location in self.locations:
                if all(sellable[sku, location] >= units for sku, units in wanted.items()):
                    return Counter({(sku, location): units for sku, units in wanted.items()})
        taken = Counter()
        for limits in (first, sellable) if first else (sellable,):
            for sku, units in wanted.items():
                for location in self.locations:
                    key = (sku, location)
                    missing = units - sum(taken[sku, other] for other in self.locations)
                    taken[key] += min(missing, limits[key] - taken[key] * (limits is first),
                                      sellable[key] - taken[key])
        return +taken

"""Whose stock has changed, and why.

The event ``inventory.change``, from which warehouse an order
takes its units, and what keeps two from selling one unit. Uses the sellable quantity and the
outbox.
"""

from . import stock_warehouse
from . import stock_location
from . import internal_use
from . import inventory_change
from . import change_reason
from . import former_location
from . import stock_quant
from . import stock_move
from . import source_triggers
from . import exclusive_reservation
from . import allocation
from . import availability
from . import snapshot

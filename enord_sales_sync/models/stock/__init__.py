"""What can be sold, from where, and why it has changed.

The one definition of the sellable quantity, which products a storefront sells, the event
``inventory.change``, and what keeps two from selling one unit. Uses the outbox.
"""

from . import stock_warehouse
from . import stock_location
from . import internal_use
from . import published
from . import source
from . import unit
from . import sellable_quantity
from . import inventory_change
from . import untold_stock
from . import former_location
from . import stock_quant
from . import stock_move
from . import exclusive_reservation
from . import allocation
from . import availability
from . import snapshot

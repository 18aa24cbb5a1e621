"""Which products a storefront sells, and how much of them an order could be given now.

It is the one definition that every event, answer and check uses; Odoo's delivery rules say from
where.
"""

from . import product_filter
from . import published
from . import sku
from . import unpublished
from . import unit
from . import source
from . import sellable_quantity

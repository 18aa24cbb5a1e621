"""What a product looks like online: the event ``catalog.update`` and what brings it about.

Uses the stock, for ``current_stock`` and for which products are sold, and the outbox.
"""

from . import product_attribute
from . import product_template
from . import product_product
from . import prices
from . import catalog_update
from . import catalogue_queue
from . import former_group
from . import known_products
from . import catalogue_page
from . import catalogue_triggers
from . import distant_triggers
from . import catalogue_prices
from . import comparison

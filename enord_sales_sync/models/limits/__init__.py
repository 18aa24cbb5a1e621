"""What a storefront's key is good for without anybody looking: prices, and units that come back.

Uses the catalogue.
"""

from . import low_prices
from . import return_limit

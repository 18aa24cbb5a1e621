"""Units are held while a customer checks out. Uses the stock."""

from . import storefront_limits
from . import reservation
from . import transfer
from . import hold
from . import ending
from . import order
from . import expiry
from . import retention

"""From a draft to a live storefront: a test event, checks, what would be published."""

from . import test_event
from . import check
from . import checks_of_settings
from . import checks_of_products
from . import checks_of_work
from . import connecting

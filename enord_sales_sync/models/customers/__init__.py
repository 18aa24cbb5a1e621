"""Who bought: matching, contacts, addresses. Uses neither stock nor catalogue."""

from . import address
from . import storefront_customers
from . import res_partner
from . import customer
from . import new_customers
from . import vies
from . import matching
from . import contact

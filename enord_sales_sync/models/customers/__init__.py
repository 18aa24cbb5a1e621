"""Who bought: matching, contacts, addresses. Uses neither stock nor catalogue."""

from . import address
from . import customer
from . import contact

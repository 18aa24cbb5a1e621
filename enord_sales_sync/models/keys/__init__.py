"""API keys: their making and end, and what each may do. Uses the storefront."""

from . import storefront_key
from . import storefront_keys
from . import admission
from . import call_rate
from . import key_settings
from . import ending

"""A storefront: its settings and its secret. Uses no other room."""

from . import storefront
from . import responsible
from . import webhook_secret
from . import sending_database
from . import res_config_settings
from . import used_elsewhere

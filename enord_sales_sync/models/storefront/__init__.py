from . import storefront
from . import delivery_state
from . import res_config_settings

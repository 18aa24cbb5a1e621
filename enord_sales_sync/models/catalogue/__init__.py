from . import catalogue
from . import catalogue_page
from . import catalogue_prices
from . import catalogue_triggers
from . import product_attribute
from . import product_media
from . import product_product
from . import product_template

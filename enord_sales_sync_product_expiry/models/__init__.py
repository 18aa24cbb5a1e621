from . import product_product
from . import stock_lot
from . import webhook_event

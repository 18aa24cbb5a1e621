from . import check
from . import pos_order
from . import pos_session
from . import product_product
from . import stock_picking
from . import webhook_event

from . import product_product
from . import event_recorder
from . import mrp_bom
from . import storefront
from . import stock_move

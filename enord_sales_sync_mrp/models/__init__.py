from . import product_product
from . import inventory_change
from . import mrp_bom
from . import stock_move

"""A sale becomes an order; adjustments; status, cancellation. Uses every other room."""

from . import promised
from . import sale_order_line
from . import money
from . import online_order
from . import creation
from . import fulfilment
from . import answers
from . import status
from . import cancellation
from . import adjustment

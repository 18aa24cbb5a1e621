"""What can be sold now beside what storefronts were told of it last."""

from . import told_last
from . import against_told
from . import stock_check

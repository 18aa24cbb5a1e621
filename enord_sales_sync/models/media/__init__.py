"""Which pictures of a product are public, and under which links. Uses what is sold online."""

from . import product_document
from . import pictures

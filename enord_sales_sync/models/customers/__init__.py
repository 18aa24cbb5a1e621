from . import customer
from . import address

from . import invoice
from . import payment

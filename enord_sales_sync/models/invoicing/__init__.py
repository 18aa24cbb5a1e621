"""Invoice, payment and credit note of an online order; their failure never refuses the order."""

from . import invoice
from . import retry
from . import completion
from . import payment
from . import credit_note
from . import received

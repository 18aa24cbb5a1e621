from . import reservation
from . import checkout_reservation
from . import reservation_ending
from . import reservation_transfer
from . import expired_reservation

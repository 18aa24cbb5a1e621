from . import ir_http
from . import api_call
from . import api_transaction
from . import in_flight_limit
from . import storefront_api_key
from . import storefront_key
from . import session_locks
from . import locked_transaction

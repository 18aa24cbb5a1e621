"""What every request has in common: authentication, accepted references, the call log, limits, and
transactions that hold locks. Uses the keys.
"""

from . import ir_http
from . import api_transaction
from . import accepted_documents
from . import notices
from . import api_call
from . import kept_data
from . import in_flight_limit
from . import locked_transaction

"""What staff are shown, in Odoo's own screens, of what the other rooms do, and what of it they send
again."""

from . import call_reason
from . import dead_letters
from . import event_origin
from . import event_told
from . import internal_use_report
from . import online_state
from . import online_place
from . import online_order
from . import product_template
from . import reports
from . import send_again
from . import storefront_deletion

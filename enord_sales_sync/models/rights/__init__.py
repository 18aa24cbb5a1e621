"""Who may do what with the fields and buttons that this add-on brings."""

from . import kept_fields
from . import online_users
from . import order_form
from . import partner_merge

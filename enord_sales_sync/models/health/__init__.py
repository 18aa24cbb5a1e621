"""How each storefront does: its status and figures, what is wrong with it, and who is told.

Reads what all other rooms write, and changes nothing there.
"""

from . import waiting
from . import incident
from . import refused
from . import watch
from . import status
from . import latency
from . import figures
from . import group_labels

"""What storefronts are to be told, and what became of it.

Record, claim, build, send, result, retention, for events of any type; a type is a model of the
room that it speaks of (``event_type.py``). Uses the storefront's settings and ``delivery``.
"""

from . import event_type
from . import event_recorder
from . import webhook_event
from . import queue
from . import event_claim
from . import timed_jobs
from . import event_body
from . import event_result
from . import event_retention
from . import dead_letters
from . import delivery_state
from . import storefront_events
from . import resync

from . import event_recorder
from . import webhook_event
from . import event_claim
from . import event_body
from . import event_result
from . import event_retention
from . import full_resync

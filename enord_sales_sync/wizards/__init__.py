from . import api_key_wizard
from . import erase_wizard
from . import credential
from . import replay_wizard
from . import sending_database
from . import secret_wizard
from . import internal_use

from . import problem_dispatcher
from . import no_database
from . import api
from . import api_document
from . import orders
from . import reservations
from . import catalogue
from . import media

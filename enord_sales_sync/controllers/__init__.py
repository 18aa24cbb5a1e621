from . import problem_dispatcher
from . import api
from . import media

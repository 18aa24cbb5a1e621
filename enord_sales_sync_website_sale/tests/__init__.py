from . import test_extra_pictures

from . import test_removal_dates, test_translations

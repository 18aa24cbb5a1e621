from . import test_kits_that_expire, test_removal_dates, test_translations

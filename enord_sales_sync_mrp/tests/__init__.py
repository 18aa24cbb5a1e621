from . import test_kits, test_production, test_returned_kits

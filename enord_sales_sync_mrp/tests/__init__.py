from . import test_kits, test_production, test_waiting_kits

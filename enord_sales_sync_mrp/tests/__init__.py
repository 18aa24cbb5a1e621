from . import test_kit_sources, test_kits, test_production, test_returned_kits

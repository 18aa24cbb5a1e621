from . import test_api_beside_website, test_extra_pictures, test_free_quantity, test_translations

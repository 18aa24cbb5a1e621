from . import test_counter_sales

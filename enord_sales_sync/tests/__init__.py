from . import (
    test_access,
    test_adjust_api,
    test_catalogue,
    test_dispatcher_start,
    test_event_delivery,
    test_event_recording,
    test_media,
    test_orders_api,
    test_problem_details,
    test_safety_stock,
    test_snapshot_api,
    test_storefront,
)

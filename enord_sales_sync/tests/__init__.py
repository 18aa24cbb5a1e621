from importlib.util import find_spec

from . import (
    test_access,
    test_adjust_api,
    test_api_keys,
    test_api_log,
    test_bad_requests,
    test_catalogue,
    test_catalogue_causes,
    test_catalogue_prices,
    test_extension,
    test_catalogue_api,
    test_delivery_states,
    test_description,
    test_dispatcher_start,
    test_event_delivery,
    test_event_recording,
    test_foreign_keys,
    test_event_sequence,
    test_indian_localisation,
    test_media,
    test_neighbour_routes,
    test_openapi,
    test_order_customers,
    test_order_invoices,
    test_order_money,
    test_order_stock,
    test_order_status_api,
    test_orders_api,
    test_problem_details,
    test_reservation_becomes_order,
    test_reservation_screens,
    test_reservations_api,
    test_safety_stock,
    test_snapshot_api,
    test_stock_causes,
    test_storefront,
    test_waiting_orders,
)

# a tool of the developers (requirements/dev.txt), which an Odoo that is in use does not have
if find_spec("hypothesis"):
    from . import test_stateful_model

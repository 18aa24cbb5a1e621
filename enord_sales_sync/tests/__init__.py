from importlib.util import find_spec

# Odoo runs the modules that it finds here by name, and pytest those that it finds in the folders
from . import test_odoo_lint, test_overrides
from .rights import (
    test_every_view,
    test_kept_fields,
    test_own_windows,
    test_rights_table,
    test_screens_by_role,
)
from .storefront import (
    test_access,
    test_description,
    test_failure_words,
    test_foreign_keys,
    test_odd_codes,
    test_odd_settings,
    test_responsible,
    test_storefront,
    test_used_by_storefronts,
)
from .keys import (
    test_api_keys,
    test_credentials,
    test_key_ends,
    test_key_limits,
)
from .api import (
    test_api_log,
    test_every_call_is_logged,
    test_growth,
    test_kept_data,
    test_bad_requests,
    test_locked_transaction,
    test_neighbour_routes,
    test_openapi,
    test_problem_details,
)
from .outbox import (
    test_any_event_type,
    test_dead_letters,
    test_delivery_states,
    test_dispatcher_failures,
    test_dispatcher_start,
    test_event_delivery,
    test_event_sequence,
    test_long_outages,
    test_numbers_in_body,
    test_secret_change,
    test_sending_database,
)
from .sellable import (
    test_unpublished,
)
from .stock import (
    test_counted_stock,
    test_event_recording,
    test_exclusive_reservation,
    test_internal_use,
    test_safety_stock,
    test_snapshot_api,
    test_source_triggers,
    test_causes_inside,
    test_causes_of_trade,
)
from .catalogue import (
    test_branches,
    test_broken_filter,
    test_catalogue,
    test_catalogue_api,
    test_catalogue_causes,
    test_catalogue_prices,
    test_comparison,
    test_distant_causes,
    test_extension,
    test_former_groups,
    test_lost_answers,
    test_shared_skus,
    test_shown_and_sold,
)
from .media import test_media
from .limits import (
    test_low_prices,
    test_return_limit,
)
from .checkout import (
    test_ended_holds,
    test_expired_holds,
    test_held_transfers,
    test_hold_buys_nothing,
    test_hold_is_no_demand,
    test_put_reservation,
    test_reservation_becomes_order,
    test_reservation_promises,
    test_reservation_screens,
    test_reservations_api,
    test_shares,
)
from .health import (
    test_dashboard,
    test_group_labels,
    test_incidents,
    test_languages,
    test_latency,
)
from .invoicing import (
    test_days,
    test_invoice_audit,
    test_order_invoices,
    test_payment_references,
    test_replaced_invoices,
)
from .customers import (
    test_customer_tax_ids,
    test_existing_customers,
    test_indian_states,
    test_new_customers,
    test_order_contacts,
    test_order_customers,
    test_places,
    test_vies,
)
from .orders import (
    test_adjust_api,
    test_cancellations,
    test_escaped_notes,
    test_fractions,
    test_indian_localisation,
    test_made_to_order,
    test_order_confirmation,
    test_order_conflicts,
    test_order_content,
    test_order_money,
    test_order_money_api,
    test_order_notices,
    test_order_replay,
    test_order_status_api,
    test_order_stock,
    test_warehouse_order,
    test_orders_api,
    test_other_add_ons,
    test_paid_amount,
    test_promised_stock,
    test_received_money,
    test_refunds,
    test_returns,
    test_skus,
    test_tax_table,
)
from .told import (
    test_reconciliation,
)
from .staff import (
    test_buttons_say_what_they_did,
    test_call_words,
    test_internal_use_screen,
    test_event_screens,
    test_order_screens,
    test_product_online,
)

from .connecting import (
    test_checks,
    test_connecting,
    test_stage,
)
from .privacy import (
    test_erasure,
    test_retention,
)

# a tool of the developers (requirements/dev.txt), which an Odoo that is in use does not have
if find_spec("hypothesis"):
    from .orders import test_stateful_model, test_told_is_accepted

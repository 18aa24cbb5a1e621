"""Who may set which field of these add-ons and call which of their methods.

The tests beside this file compare it with the registry: a field or method without a row fails, and
so does a row without one. A row is ``model | who | names``, and the add-on where it is not the
first one. Who sets a field:

========== ========================================================================================
kept       nobody but the add-on (``readonly=True``, stored, ``copy=False``)
shown      nobody: computed as it is read
made       nobody: of rows that the add-on makes for one window, and gives nobody a right to
staff      whoever may write the record, by the rights of Odoo or of the add-on that it belongs to
========== ========================================================================================

or kinds of users (:data:`KINDS`), as for a method: ``employees`` are all but ``portal``, ``none``
are those with every right, who need not be named; what is ``unread`` a method shows, or nobody.
"""

#: Kinds of users, and the groups that each is in.
KINDS = {
    "nobody": "base.group_user",
    "online_user": "enord_sales_sync.group_user",
    "online_admin": "enord_sales_sync.group_manager",
    "sales": "sales_team.group_sale_salesman_all_leads",
    "sales_manager": "sales_team.group_sale_manager",
    "stock": "stock.group_stock_user",
    "invoicing": "account.group_account_invoice",
    "portal": "base.group_portal",
    # whatever there is, and yet a user
    "everything": "base.group_system,base.group_partner_manager,enord_sales_sync.group_manager,"
                  "sales_team.group_sale_manager,stock.group_stock_manager,"
                  "account.group_account_manager",
}

FIELDS = """
account.move | kept | enord_storefront_id
enord.api.call | kept | answer body called_at code duration_ms is_last key_id method operation path
enord.api.call | kept | query reference remote_address status storefront_id user_agent
enord.api.call | shown | is_refused_order reason reservation_id sale_order_id
enord.api.key.wizard | online_admin | addresses calls_a_minute expiration_date may_adjust may_read
enord.api.key.wizard | online_admin | may_sell name storefront_id
enord.api.transaction | kept | content_hash kind member_hashes payment_method payment_reference
enord.api.transaction | kept | picking_ids reference response sale_order_id storefront_id
enord.comparison | kept | done is_finished position size started_at storefront_id
enord.connecting | online_admin | is_preview line_ids problems products published storefront_id
enord.connecting | online_admin | warnings
enord.connecting | shown | stage
enord.connecting.line | online_admin | action button code connecting_id count name state why
enord.internal.use | stock | barcode note product_id purpose quantity warehouse_id
enord.internal.use | shown | uom_id
enord.kept.data | kept | day model rows size_kib
enord.kept.data | shown | growth_kib what
enord.erase.wizard | online_admin | done_report partner_id
enord.erase.wizard | shown | report
enord.incident | kept | began_at cause count ended_at kind last_count storefront_id told_at
enord.incident | shown | lasted
enord.online.place | made | is_online product_id sellable sku step storefront_id told told_at
enord.online.place | made | warehouse_id why
enord.replay.wizard | online_user online_admin | date_from date_to storefront_id what
enord.reservation | kept | content_hash ended ended_at expires_at held_since member_hashes
enord.reservation | kept | picking_ids reference sale_order_id skus storefront_id
enord.reservation | shown | company_id content move_ids state
enord.resync.wizard | online_admin | storefront_id
enord.resync.wizard | shown | products
enord.stock.check | kept | checked_at compared difference_ids drift storefront_id warehouse_id
enord.stock.difference | kept | check_id kind product_id qty sku yours
enord.storefront | kept | delivery_state failure_streak key_ids last_delivery_error next_probe_at
enord.storefront | kept | previous_secret previous_secret_until prices_seen_at service_user_id
enord.storefront | kept | incident_ids sending_database takes_secret told_stopped_in
enord.storefront | none | allow_private_addresses test_mode
enord.storefront | online_admin | active company_id comparison_minutes https_only
enord.storefront | online_admin | delivery_policy invoice_policy max_in_flight name numbers_in_body
enord.storefront | online_admin | new_customers_like_id other_sales_policy oversell_policy
enord.storefront | online_admin | own_customers_only
enord.storefront | online_admin | payment_journal_id price_policy pricelist_id product_domain
enord.storefront | online_admin | accounting_user_id daily_returns low_price_percent
enord.storefront | online_admin | alarm_minutes responsible_user_id stage
enord.storefront | online_admin | reservation_max_minutes reservation_minutes reservation_share
enord.storefront | online_admin | reservation_total_share safety_stock sequence shipping_product_id
enord.storefront | online_admin | team_id to_order_policy tz warehouse_ids webhook_secret
enord.storefront | online_admin | webhook_url
enord.storefront | shown | api_base_url api_endpoints api_key_count currency_id dead_count
enord.storefront | shown | last_delivery_at pending_count resync_left sending_stopped
enord.storefront | shown | has_webhook_url is_api_plain secrets_overlap
enord.secret.wizard | online_admin | is_typed secret storefront_id
enord.storefront.key | kept | addresses apikey_id calls_a_minute created_at created_by_id
enord.storefront.key | kept | expires_at last_used_at may_adjust may_read may_sell name prefix
enord.storefront.key | kept | revoked_at revoked_by_id storefront_id
enord.storefront.key | shown | state
enord.storefront | shown | hold_count last_snapshot_at latency oldest_wait oldest_waiting_at
enord.storefront | shown | order_count problem_count refused_count status
enord.storefront | shown | kept_size last_check_at last_check_drift status_text
enord.test.event | online_user online_admin | answer duration_ms is_accepted meaning status
enord.test.event | online_user online_admin | storefront_id url
enord.test.event | shown | stage
enord.told.hour | kept | begins storefront_id told
enord.webhook.event | kept | attempts body change_reason content_hash
enord.webhook.event | kept | delivered_at event_type key last_error last_status latency_ms
enord.webhook.event | kept | lease_token lease_until next_attempt_at priority product_id
enord.webhook.event | kept | product_tmpl_id recorded_at sequence state storefront_id uuid
enord.webhook.event | kept | pos_order_id | enord_sales_sync_pos
enord.webhook.event | kept | attempt_log move_id sent_headers warehouse_id
enord.webhook.event | shown | attempt_table body_pretty header_text origin reason told told_before
product.attribute | staff | enord_in_specifications
product.document | staff | enord_to_storefronts
product.product | kept | enord_sku
product.product | shown | enord_online enord_sku_problem
product.product | staff | enord_mrp enord_variant_title
product.template | shown | enord_online enord_sku_problem
product.template | staff | enord_group_id enord_mrp enord_published enord_tax_code
product.template | staff | enord_variant_title
res.config.settings | none | enord_api_key_calls enord_api_key_days
res.config.settings | none | enord_api_log_days enord_event_retention_days
res.config.settings | none | enord_request_detail_days enord_reservation_retention_days
res.config.settings | shown | enord_storefront_count
res.partner | kept | enord_storefront_id enord_tax_id
sale.order | kept | enord_delivery_error enord_failed_step
sale.order | kept | enord_invoice_attempts enord_invoice_due enord_invoice_error enord_notices
sale.order | kept | enord_payment_amount enord_payment_date enord_payment_id enord_payment_method
sale.order | kept | enord_payment_reference enord_received_amount enord_storefront_id
sale.order | kept | enord_transaction_reference
sale.order | shown | enord_notice_text enord_payment_state enord_problem
sale.order.line | kept | enord_sku enord_unit_price enord_warehouse_id
stock.location | kept | enord_holds
stock.location | staff | enord_internal_use
stock.lot | kept | enord_end_told enord_sold_until | enord_sales_sync_product_expiry
stock.move | kept | enord_kit_id | enord_sales_sync_mrp
stock.picking | kept | enord_reservation_id enord_transaction_id
stock.picking | shown | enord_held_until enord_reservation_state enord_web_number
stock.picking | staff | enord_purpose
stock.warehouse | kept | enord_hold_type_id
stock.warehouse | staff | enord_internal_use_type_id enord_location_code
uom.uom | staff | enord_fractions
"""

METHODS = """
enord.api.key.wizard | online_admin | action_create
enord.connecting | online_admin | action_checks action_go_live
enord.connecting.line | online_admin | action_open
enord.internal.use | stock | action_use
enord.kept.data | online_admin | action_open
enord.erase.wizard | online_admin | action_erase
enord.online.place | online_user online_admin | action_send_now
enord.online.place | online_user online_admin sales sales_manager stock invoicing | action_drift
enord.replay.wizard | online_user online_admin | action_send
enord.reservation | online_user online_admin stock | action_release
enord.resync.wizard | online_admin | action_send
enord.stock.check | online_user online_admin | action_correct
enord.storefront | online_admin | action_end_overlap action_pause action_resume action_resync
enord.storefront | online_admin | action_revoke_api_keys
enord.secret.wizard | online_admin | action_rotate
enord.storefront | online_user online_admin | action_view_events
enord.storefront.key | online_admin | action_revoke
enord.test.event | online_admin | action_send_again
enord.webhook.event | online_user online_admin | action_open_origin action_send_again
product.product | employees | action_enord_online
product.template | employees | action_enord_online
res.config.settings | none | action_enord_storefronts
sale.order | invoicing | action_enord_invoice
sale.order | sales sales_manager stock invoicing | action_enord_deliver
stock.picking | online_user online_admin stock | action_enord_release
"""

#: Models of these add-ons, and who may read them.
MODELS = """
enord.api.call | online_user online_admin | read
enord.api.key.wizard | online_admin | read
enord.api.transaction | online_user online_admin stock | read
enord.comparison | online_user online_admin | read
enord.connecting | online_admin | read
enord.connecting.line | online_admin | read
enord.internal.use | stock | read
enord.internal.use.report | stock | read
enord.kept.data | online_admin | read
enord.erase.wizard | online_admin | read
enord.online.place | employees | read
enord.replay.wizard | online_user online_admin | read
enord.reservation | online_user online_admin sales sales_manager stock | read
enord.resync.wizard | online_admin | read
enord.secret.wizard | online_admin | read
enord.incident | online_user online_admin sales sales_manager stock invoicing | read
enord.stock.check | online_user online_admin | read
enord.stock.difference | online_user online_admin | read
enord.storefront | online_user online_admin sales sales_manager stock invoicing | read
enord.storefront.key | online_user online_admin | read
enord.test.event | online_user online_admin | read
enord.told.hour | online_user online_admin | read
enord.webhook.event | online_user online_admin | read
"""

#: Fields that fewer may read than their model.
HIDDEN = """
enord.api.transaction | unread | member_hashes
enord.storefront | online_admin | kept_size last_delivery_error webhook_url
enord.storefront | unread | previous_secret webhook_secret
enord.webhook.event | online_admin | attempt_log attempt_table last_error
"""


def rows(table, installed):
    """``{(model, name): who}`` of the add-ons that are installed."""
    found = {}
    for line in table.strip().splitlines():
        model, who, names, *addon = (cell.strip() for cell in line.split("|"))
        if set(addon) <= set(installed):
            found |= {(model, name): who for name in names.split()}
    return found


def kinds(who):
    """The kinds of users that a row names."""
    named = {"everything", *who.split()} - {"none"}
    if who == "unread":
        return set()
    if who == "employees":
        named = set(KINDS) - {"portal"}
    assert named <= set(KINDS), f"no kinds of users: {named - set(KINDS)}"
    return named

def post_init_hook(env):
    """Give what was there before what it gets when it is made: a storefront group to products,
    an operation type for internal use to warehouses."""
    env["product.template"].with_context(active_test=False).search([])._compute_enord_group_id()
    env["stock.warehouse"].with_context(active_test=False).search([])\
        ._enord_create_internal_use_type()


def uninstall_hook(env):
    """Leave nothing that works without the add-on: no key, no user, no counter, no setting.

    The users stay as archived ones, because orders name them as their makers.
    """
    storefronts = env["enord.storefront"].with_context(active_test=False).search([])
    users = storefronts.service_user_id
    env["res.users.apikeys"].search([("user_id", "in", users.ids)]).unlink()
    storefronts.active = False  # of one that is not, the user cannot be archived
    users.active = False
    # they restrict the deletion of storefronts, which is not meant to stop an uninstallation
    env["enord.api.transaction"].search([]).unlink()
    reservations = env["enord.reservation"].search([])
    reservations.action_release()
    reservations.unlink()
    env["stock.location"].search([("enord_holds", "=", True)]).active = False
    env.cr.execute("DROP SEQUENCE IF EXISTS enord_webhook_event_sequence")
    # those of the settings are nobody's data: Odoo leaves them
    env["ir.config_parameter"].search([("key", "=like", "enord_sales_sync.%")]).unlink()
    # products and warehouses of the demonstration may be in use: they stay, as the user's own
    env["ir.model.data"].search([
        ("module", "=", "enord_sales_sync"),
        "|", ("model", "=like", "product.%"), ("model", "=like", "stock.%"),
    ]).unlink()

def post_init_hook(env):
    """A storefront's own user and the group numbers of the products that were there before."""
    env["product.template"].with_context(active_test=False).search([])._compute_enord_group_id()


def uninstall_hook(env):
    """The users behind API keys have no purpose without the add-on."""
    env["enord.storefront"].with_context(active_test=False).search([]).service_user_id.unlink()

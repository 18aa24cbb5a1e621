def migrate(cr, version):
    """Odoo deletes keys that have expired; what was known of them stayed, and stood in the way of
    revoking the others."""
    cr.execute(
        """
        DELETE FROM enord_storefront_key known
         WHERE NOT EXISTS (SELECT FROM res_users_apikeys apikey WHERE apikey.id = known.apikey_id)
        """
    )

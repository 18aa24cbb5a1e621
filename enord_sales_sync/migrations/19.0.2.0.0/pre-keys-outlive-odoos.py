def migrate(cr, version):
    """What is known of a key stays when Odoo deletes it: until now it stood in Odoo's row alone."""
    cr.execute(
        """
        ALTER TABLE enord_storefront_key
              ALTER COLUMN apikey_id DROP NOT NULL,
              ADD COLUMN name varchar, ADD COLUMN prefix varchar,
              ADD COLUMN created_at timestamp, ADD COLUMN expires_at timestamp
        """
    )
    cr.execute(
        """
        UPDATE enord_storefront_key known
           SET name = apikey.name, prefix = apikey.index, created_at = apikey.create_date,
               expires_at = apikey.expiration_date
          FROM res_users_apikeys apikey WHERE apikey.id = known.apikey_id
        """
    )
    # of one that was deleted before, only what it has called
    cr.execute(
        "UPDATE enord_storefront_key SET name = 'Former key', apikey_id = NULL WHERE name IS NULL"
    )

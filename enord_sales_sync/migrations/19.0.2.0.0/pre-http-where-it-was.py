def migrate(cr, version):
    """Storefronts that are there may go on calling over http, as they could; new ones may not."""
    cr.execute("ALTER TABLE enord_storefront ADD COLUMN https_only boolean")
    cr.execute("UPDATE enord_storefront SET https_only = false")

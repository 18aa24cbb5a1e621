def migrate(cr, version):
    """What was set up goes on; only new storefronts begin as drafts."""
    cr.execute("ALTER TABLE enord_storefront ADD COLUMN stage varchar")
    cr.execute("UPDATE enord_storefront SET stage = 'live'")

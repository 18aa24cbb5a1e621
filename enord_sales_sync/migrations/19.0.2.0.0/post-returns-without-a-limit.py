def migrate(cr, version):
    """Storefronts that are there already return as many units as they did."""
    cr.execute("UPDATE enord_storefront SET daily_returns = 0")

"""The wire: what goes over HTTP between Odoo and a storefront.

Nothing in this package imports Odoo, so that it runs, and is tested, without a database.
"""

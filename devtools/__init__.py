"""Fetches Odoo and runs it with PostgreSQL and the reference storefront.

Standard library only, so that it works before anything is installed; psycopg2 is imported
where PostgreSQL is spoken to, by which time the virtual environment exists.
"""

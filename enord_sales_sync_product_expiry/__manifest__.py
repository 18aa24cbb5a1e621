{
    "name": "Online Sales Sync: Expiration Dates",
    "summary": "Lots past their removal date are not for sale, and storefronts learn it on time",
    "version": "19.0.2.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "Enord",
    "website": "https://github.com/enord/enord_sales_sync",
    "depends": ["enord_sales_sync", "product_expiry"],
    "data": ["data/cron.xml"],
    "auto_install": True,
}

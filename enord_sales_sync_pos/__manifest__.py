{
    "name": "Online Sales Sync: Point of Sale",
    "summary": "Counter sales reach the web shop at once, even before the session closes",
    "version": "19.0.2.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "Enord",
    "website": "https://github.com/enord/enord_sales_sync",
    "depends": ["enord_sales_sync", "point_of_sale"],
    "auto_install": True,
}

{
    "name": "Online Sales Sync: Manufacturing",
    "summary": "Kits are sold online as long as their components last",
    "version": "19.0.2.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "Enord",
    "website": "https://github.com/enord/enord_sales_sync",
    "depends": ["enord_sales_sync", "sale_mrp"],
    "auto_install": True,
}

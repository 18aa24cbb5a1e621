{
    "name": "Online Sales Sync: eCommerce",
    "summary": "The extra pictures of products are sent to storefronts",
    "version": "19.0.2.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "Enord",
    "website": "https://github.com/enord/enord_sales_sync",
    "depends": ["enord_sales_sync", "website_sale"],
    "auto_install": True,
}

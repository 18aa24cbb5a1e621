"""A small web shop that shows how a storefront integrates with an ERP through enord_sales_sync."""

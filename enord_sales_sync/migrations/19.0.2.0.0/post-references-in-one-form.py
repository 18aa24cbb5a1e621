REFERENCES = (
    ("enord_api_transaction", "storefront_id", "reference"),
    ("enord_reservation", "storefront_id", "reference"),
    ("sale_order", "enord_storefront_id", "enord_transaction_reference"),
)


def migrate(cr, version):
    """A reference is the same in every Unicode normal form: it is looked for in NFC. Of two that
    were taken for different ones the first has it."""
    for table, storefront, reference in REFERENCES:
        cr.execute(
            f"""
            UPDATE {table} SET {reference} = normalize({reference}, NFC)
             WHERE id IN (
                   SELECT min(id) FROM {table} WHERE {reference} IS NOT NULL
                 GROUP BY {storefront}, normalize({reference}, NFC)
                   HAVING bool_and({reference} IS NOT NFC NORMALIZED))
            """
        )

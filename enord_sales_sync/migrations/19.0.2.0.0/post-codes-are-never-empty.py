def migrate(cr, version):
    """A cleared group or location code was told as ``false``: it is the product's own, or the short
    name, unless another has that."""
    cr.execute(
        """
        UPDATE product_template template
           SET enord_group_id = 'GRP-' || id || CASE WHEN EXISTS (
                   SELECT FROM product_template other
                    WHERE other.enord_group_id = 'GRP-' || template.id)
                   THEN '-' || left(gen_random_uuid()::text, 8) ELSE '' END
         WHERE COALESCE(btrim(enord_group_id), '') = ''
        """
    )
    cr.execute(
        """
        UPDATE stock_warehouse warehouse
           SET enord_location_code = code || CASE WHEN EXISTS (
                   SELECT FROM stock_warehouse other
                    WHERE other.enord_location_code = warehouse.code
                      AND other.company_id = warehouse.company_id)
                   THEN '-' || id ELSE '' END
         WHERE COALESCE(btrim(enord_location_code), '') = ''
        """
    )

def migrate(cr, version):
    """Documents that are pictures of what is sold online went out unasked: those that did are still
    shown, so that no storefront loses a picture."""
    cr.execute(
        """
        UPDATE product_document document SET enord_to_storefronts = TRUE
          FROM ir_attachment attachment
          JOIN product_template template ON template.active AND template.sale_ok
               AND template.enord_published
         WHERE attachment.id = document.ir_attachment_id
           AND document.active AND attachment.type = 'binary'
           AND attachment.mimetype LIKE 'image/%'
           AND EXISTS (SELECT FROM enord_storefront)
           AND CASE attachment.res_model
               WHEN 'product.template' THEN template.id = attachment.res_id
               WHEN 'product.product' THEN EXISTS (
                    SELECT FROM product_product variant
                     WHERE variant.id = attachment.res_id AND variant.active
                       AND variant.product_tmpl_id = template.id)
               END
        """
    )

def migrate(cr, version):
    """Contacts that orders have made bear their storefront: e-mails are known by them, and other
    sales do not go there."""
    cr.execute(
        """
        UPDATE res_partner contact SET enord_storefront_id = storefront.id
          FROM sale_order sale JOIN enord_storefront storefront
               ON storefront.id = sale.enord_storefront_id
         WHERE contact.id IN (sale.partner_invoice_id, sale.partner_shipping_id)
           AND contact.parent_id = sale.partner_id AND contact.type IN ('invoice', 'delivery')
           AND contact.create_uid = storefront.service_user_id
           AND contact.enord_storefront_id IS NULL
        """
    )

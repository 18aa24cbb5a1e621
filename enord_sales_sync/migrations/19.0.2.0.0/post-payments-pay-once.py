def migrate(cr, version):
    """A payment of a storefront pays one order. Of those that came with several before, the first
    order has it; the others stay as they are."""
    cr.execute(
        """
        UPDATE enord_api_transaction known
           SET payment_method = first.enord_payment_method,
               payment_reference = first.enord_payment_reference
          FROM (SELECT DISTINCT ON (transaction.storefront_id, lower(enord_payment_method),
                                    enord_payment_reference)
                       transaction.id, enord_payment_method, enord_payment_reference
                  FROM enord_api_transaction transaction
                  JOIN sale_order ON sale_order.id = transaction.sale_order_id
                 WHERE transaction.kind = 'order' AND enord_payment_reference IS NOT NULL
              ORDER BY transaction.storefront_id, lower(enord_payment_method),
                       enord_payment_reference, transaction.id) first
         WHERE first.id = known.id
        """
    )

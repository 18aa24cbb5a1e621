def migrate(cr, version):
    """What failed of an order is known by its kind; credit notes that are missing are made by the
    job, and carry the storefront."""
    cr.execute(
        """
        UPDATE sale_order
           SET enord_failed_step = CASE
                   WHEN state = 'cancel' THEN 'credit'
                   WHEN EXISTS (SELECT FROM sale_order_line line
                                  JOIN sale_order_line_invoice_rel rel
                                    ON rel.order_line_id = line.id
                                  JOIN account_move_line item ON item.id = rel.invoice_line_id
                                 WHERE line.order_id = sale_order.id
                                   AND item.parent_state = 'posted') THEN 'payment'
                   ELSE 'invoice' END,
               enord_invoice_due = CASE
                   WHEN state = 'cancel' THEN now() AT TIME ZONE 'UTC'
                   ELSE enord_invoice_due END
         WHERE enord_invoice_error IS NOT NULL AND enord_storefront_id IS NOT NULL
        """
    )
    cr.execute(
        """
        UPDATE account_move credit_note SET enord_storefront_id = invoice.enord_storefront_id
          FROM account_move invoice
         WHERE invoice.id = credit_note.reversed_entry_id
           AND credit_note.move_type = 'out_refund' AND credit_note.enord_storefront_id IS NULL
           AND invoice.enord_storefront_id IS NOT NULL
        """
    )

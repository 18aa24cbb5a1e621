def migrate(cr, version):
    """Who follows a storefront is told of its incidents, as who will follow it."""
    cr.execute(
        """
        INSERT INTO mail_followers_mail_message_subtype_rel
               (mail_followers_id, mail_message_subtype_id)
        SELECT follower.id, subtype.res_id
          FROM mail_followers follower, ir_model_data subtype
         WHERE follower.res_model = 'enord.storefront'
           AND subtype.module = 'enord_sales_sync' AND subtype.name = 'subtype_incident'
        ON CONFLICT DO NOTHING
        """
    )

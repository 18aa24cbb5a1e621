def migrate(cr, version):
    """The longest time of a hold counts from when it was made; the limits of holds are shares of
    what is for sale, and who had switched one off has none."""
    cr.execute("UPDATE enord_reservation SET held_since = create_date")
    cr.execute(
        """
        UPDATE enord_storefront
           SET reservation_total_share = CASE
                   WHEN reservation_total_units = 0 THEN 100 ELSE reservation_total_share END,
               reservation_share = CASE
                   WHEN reservation_max_units <> 0 THEN reservation_share
                   WHEN reservation_total_units = 0 THEN 100 ELSE reservation_total_share END
        """
    )

def block(test, location):
    """Odoo reserves nothing there, though it counts what lies there: as where another add-on
    narrows what it gathers, blocked lots for one."""
    gather = test.env.registry["stock.quant"]._gather

    def without_blocked(quants, product, place, *args, **kwargs):
        found = gather(quants, product, place, *args, **kwargs)
        return found.filtered(lambda quant: quant.location_id != location)

    test.patch(test.env.registry["stock.quant"], "_gather", without_blocked)

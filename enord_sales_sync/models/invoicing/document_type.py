"""Which kind of document an invoice is, where the law has several."""

TYPE = "l10n_latam_document_type_id"
#: Of a taxpayer in Chile: who buys for its own use.
END_CONSUMER = "3"


def document_values(order):
    """Values of the ``account.move`` of an online order.

    In Chile an end consumer gets a receipt (boleta); Odoo begins with the invoice between
    businesses and leaves the choice to whoever is looking.
    """
    customer = order.partner_invoice_id.commercial_partner_id
    if (
        not order.enord_storefront_id
        or order.company_id.account_fiscal_country_id.code != "CL"
        or "l10n_cl_sii_taxpayer_type" not in customer._fields
        or customer.l10n_cl_sii_taxpayer_type != END_CONSUMER
    ):
        return {}
    receipt = order.env.ref("l10n_cl.dc_b_f_dte", raise_if_not_found=False)
    return {TYPE: receipt.id} if receipt and receipt.active else {}

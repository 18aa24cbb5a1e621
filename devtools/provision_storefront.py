"""Connect the demonstration storefront to this stack, and register its company for taxes.
Runs inside Odoo's shell.

Reads ENORD_PROVISION (JSON: odoo_url, storefront_url, webhook_secret, want_key) and prints
one line of JSON with the API key, where a new one was wanted.
"""

import json
import os

env = globals()["env"]
wanted = json.loads(os.environ["ENORD_PROVISION"])

parameters = env["ir.config_parameter"].sudo()
parameters.set_param("web.base.url", wanted["odoo_url"])
# Otherwise the first login would replace it with whatever address the browser used.
parameters.set_param("web.base.url.freeze", "True")

#: Goods and Services Tax of everything that the demonstration sells, in per cent.
GST = 18
#: The services code of parcels.
SHIPPING_CODE = "996812"


def register(company):
    """Have Odoo's Indian localisation charge GST: a company in a state, registered there, and
    products with its tax and their HSN codes."""
    company.write(
        {"state_id": env.ref("base.state_in_ka").id, "city": "Bengaluru", "vat": "29FANCY1234AAZA"}
    )
    gst = env["account.chart.template"].with_company(company).ref(f"sgst_sale_{GST}")
    company.account_sale_tax_id = gst
    for template in env["product.template"].with_context(active_test=False).search([]):
        template.taxes_id = gst
        code = (template.enord_tax_code or "").removeprefix("HSN-")
        template.l10n_in_hsn_code = SHIPPING_CODE if template.type == "service" else code


storefront = env.ref("enord_sales_sync.storefront_demo")
company = storefront.company_id
if "l10n_in_is_gst_registered" in company._fields and not company.l10n_in_is_gst_registered:
    register(company)
webhook_url = wanted["storefront_url"] + "/webhooks/erp"
if storefront.stage == "live":  # the same shop on another port, which knows what it was told
    env.cr.execute(
        "UPDATE enord_storefront SET webhook_url = %s WHERE id = %s", [webhook_url, storefront.id]
    )
    env.invalidate_all()
storefront.write(
    {
        "webhook_url": webhook_url,
        "webhook_secret": wanted["webhook_secret"],
        # Plain http to a loopback address is refused otherwise.
        "test_mode": True,
    }
)
# what was changed until here is part of all that it is told as it goes live, and no late change
env.cr.commit()
if storefront.stage != "live":  # as a person does it, though the shop is started only later
    preview = env["enord.connecting"]._open_preview(storefront)
    env["enord.connecting"].browse(preview["res_id"]).action_go_live()
api_key = storefront._generate_api_key() if wanted["want_key"] else None
env.cr.commit()
print(json.dumps({"api_key": api_key}))

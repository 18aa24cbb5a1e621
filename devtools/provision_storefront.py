"""Connect the demonstration storefront to this stack. Runs inside Odoo's shell.

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

storefront = env.ref("enord_sales_sync.storefront_demo")
storefront.write(
    {
        "webhook_url": wanted["storefront_url"] + "/webhooks/erp",
        "webhook_secret": wanted["webhook_secret"],
        # Plain http to a loopback address is refused otherwise.
        "test_mode": True,
    }
)
api_key = storefront._generate_api_key() if wanted["want_key"] else None
env.cr.commit()
print(json.dumps({"api_key": api_key}))

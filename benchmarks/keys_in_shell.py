"""Runs inside Odoo's shell: prints an API key of the storefront ``BENCH_STOREFRONT``, and one of
the administrator's for Odoo's JSON-2."""

import json
import os

env = globals()["env"]
storefront = env["enord.storefront"].browse(int(os.environ["BENCH_STOREFRONT"]))
keys = {
    "api": storefront._generate_api_key(),
    "json2": env["res.users.apikeys"].with_user(env.ref("base.user_admin")).sudo()._generate(
        None, "Benchmark", None,
    ),
}
env.cr.commit()
print(json.dumps(keys))

"""Prints the terms of add-ons as JSON: `{add-on: its .pot file}`. Runs inside Odoo's shell.

Reads ENORD_ADDONS (names, with commas). It is Odoo's own export, without what differs from one
day or one build of Odoo to the next.
"""

import io
import json
import os

import polib
from odoo.tools.translate import trans_export

env = globals()["env"]


def template(addon):
    exported = io.BytesIO()
    trans_export(None, [addon], exported, "po", env)
    pot = polib.pofile(exported.getvalue().decode())
    pot.metadata["Project-Id-Version"] = "Odoo Server 19.0"
    for date in ("POT-Creation-Date", "PO-Revision-Date"):
        del pot.metadata[date]
    return f"{str(pot).rstrip()}\n"


print(json.dumps({addon: template(addon) for addon in os.environ["ENORD_ADDONS"].split(",")}))

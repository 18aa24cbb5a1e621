"""A dark back end, for pictures: what an add-on that brings one does, in the pictures' database.

Odoo Community has the bundles and says nowhere that they are to be used; Enterprise, or an add-on,
gives the page its scheme and the bundles their colours. Both are done here with records, so that
each page follows the browser's cookie ``color_scheme``, as Odoo's charts do.
"""

import base64
from pathlib import Path

from .odoo_client import Staff

COOKIE = "color_scheme"
COLOURS = Path(__file__).with_name("dark.scss")
ADDRESS = "/devtools/dark.scss"
BUNDLES = ("web.assets_web_dark", "web.assets_backend_lazy_dark")
SCHEME = """\
<xpath expr="//t[@t-set='head_web']" position="before">
    <t t-set="color_scheme" t-value="request.cookies.get('color_scheme')"/>
</xpath>
"""


def make_possible(staff: Staff) -> None:
    """Let an administrator's database show its back end in dark where the cookie says so."""
    staff.call("ir.attachment", "create", {
        "name": COLOURS.name, "url": ADDRESS, "type": "binary", "mimetype": "text/scss",
        "datas": base64.b64encode(COLOURS.read_bytes()).decode(),
    })
    staff.call("ir.asset", "create", [
        {"name": bundle, "bundle": bundle, "path": ADDRESS, "directive": "prepend"}
        for bundle in BUNDLES
    ])
    page = staff.one("ir.ui.view", [("key", "=", "web.webclient_bootstrap")])
    staff.call("ir.ui.view", "create", {
        "name": "The scheme that the browser asks for", "type": "qweb", "mode": "extension",
        "inherit_id": page["id"], "arch": SCHEME,
    })

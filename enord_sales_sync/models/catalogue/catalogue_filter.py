"""By what storefronts choose which of the published products they sell."""

import re

from ..outbox.listening import LISTENING

QUANTITIES = {
    "qty_available", "free_qty", "virtual_available", "incoming_qty", "outgoing_qty",
}
COSTS = {"standard_price"}
SUPPLIERS = {"seller_ids", "variant_seller_ids"}
TAGS = {"product_tag_ids", "additional_product_tag_ids", "all_product_tag_ids"}


def chosen_by(env, names):
    """Whether a storefront chooses what it sells by one of these fields."""
    domains = env["enord.storefront"].sudo().search(
        [*LISTENING, ("product_domain", "not in", (False, "[]"))]
    ).mapped("product_domain")
    return not names.isdisjoint(re.findall(r"\w+", " ".join(domains)))

from ipaddress import ip_address, ip_network

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...contract.operations import SCOPES, find
from ...contract.problem import Problem


class EnordStorefrontKey(models.Model):
    """What a key may do, and from where."""

    _inherit = "enord.storefront.key"

    may_read = fields.Boolean("Read Stock and Catalogue", default=True, readonly=True)
    may_sell = fields.Boolean("Sell and Hold", default=True, readonly=True)
    may_adjust = fields.Boolean("Adjust Stock", default=True, readonly=True)
    addresses = fields.Char(
        "Only from These Addresses", readonly=True,
        help="IP addresses and networks, with commas between them: 203.0.113.7, 198.51.100.0/24. "
             "Empty: from everywhere.",
    )

    @api.constrains(*(f"may_{scope}" for scope in SCOPES))
    def _check_scopes(self):
        for key in self:
            if not key._scopes():
                raise ValidationError(self.env._("API key: choose what it may do."))

    @api.constrains("addresses")
    def _check_addresses(self):
        for key in self:
            for text in _listed(key.addresses):
                try:
                    ip_network(text)
                except ValueError as error:
                    raise ValidationError(self.env._(
                        "API key, addresses: “%s” is neither an IP address nor a network. Expected "
                        "for instance 203.0.113.7, 198.51.100.0/24 or 2001:db8::/32.", text,
                    )) from error

    def _admit(self, httprequest):
        """Check that this key may make a call as it has come.

        :param httprequest: of Werkzeug; what a proxy says of it counts where ``proxy_mode`` is on
        :raise Problem: 403 or 429
        """
        self.ensure_one()
        if self.storefront_id.https_only and httprequest.scheme != "https":
            raise Problem(
                403, "https_required", "This storefront calls over https only: over http everybody "
                "on the way can read the key. Have it replaced.",
            )
        if self.addresses and not _is_in(httprequest.remote_addr, self.addresses):
            raise Problem(
                403, "address_not_allowed",
                f"The API key may not be used from {httprequest.remote_addr}.",
            )
        self._check_rate()
        self._check_scope(httprequest)

    def _check_scope(self, httprequest):
        operation = find(httprequest.method, httprequest.path)
        # for a route that another add-on has made without declaring it all are needed
        missing = {operation.scope} if operation else set(SCOPES)
        missing -= set(self._scopes())
        if missing:
            needed = " ".join(scope for scope in SCOPES if scope in missing)
            raise Problem(
                403, "insufficient_scope",
                f"The API key has the scopes: {', '.join(self._scopes())}. Needed is: {needed}.",
                headers={"WWW-Authenticate":
                         'Bearer realm="enord_sales_sync", error="insufficient_scope", '
                         f'scope="{needed}"'},
            )


def _listed(addresses):
    return (addresses or "").replace(",", " ").split()


def _is_in(caller, addresses):
    try:
        address = ip_address(caller or "")
    except ValueError:
        return False  # a socket of the machine's own, for instance
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in ip_network(text) for text in _listed(addresses))

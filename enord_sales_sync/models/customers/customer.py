import hashlib
import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ..api.locked_transaction import CUSTOMER_LOCK
from .address import postal_values
from .place_of_supply import state_of_tax_id

#: Shorter ones, and those without a digit, are “none” and “n/a”: they identify nobody.
SHORTEST_TAX_ID = 5


class EnordCustomer(models.AbstractModel):
    """Who bought: one partner for each customer."""

    _name = "enord.customer"
    _description = "Customers of Storefronts"

    @api.model
    def _locks(self, storefront, customer):
        """Advisory locks on everything that identifies the customer: of two orders that share one
        of them, the second finds the partner that the first has made."""
        identities = {
            "tax": min(_tax_id_forms(storefront, customer.tax_id), key=len, default=""),
            "email": _email(customer.email),
            "name": f"{storefront.id}:{customer.name}",
        }
        return [
            (CUSTOMER_LOCK, _number(f"{storefront.company_id.id}:{kind}:{value}"))
            for kind, value in identities.items() if value
        ]

    @api.model
    def _of(self, storefront, customer):
        """Find the customer by tax id, by e-mail, by exact name within this storefront; or create.

        What a partner has is never changed; what it lacks is filled in.

        :param customer: :class:`~...contract.requests.CustomerDetails`
        :rtype: res.partner
        """
        partner = (
            self._by_tax_id(storefront, customer)
            or self._by_email(storefront, customer)
            or self._by_name(storefront, customer)
        )
        if not partner:
            return self._create_partner(storefront, customer)
        values = {"email": customer.email, "phone": customer.phone}
        if not partner.vat and not partner.enord_tax_id:
            values.update(self._tax_id_values(customer, partner.country_id))
        missing = {
            field: value for field, value in values.items() if value and not partner[field]
        }
        if missing:
            partner.write(missing)
        return partner

    def _by_tax_id(self, storefront, customer):
        forms = tuple(_tax_id_forms(storefront, customer.tax_id))
        if not forms:
            return self.env["res.partner"]
        self.env["res.partner"].flush_model(["vat", "enord_tax_id"])
        # the indexes of res.partner below
        return self._first(storefront, Domain("id", "in", SQL(
            """(SELECT id FROM res_partner
                 WHERE upper(regexp_replace(vat, '[^0-9A-Za-z]', '', 'g')) IN %(forms)s
                UNION ALL
                SELECT id FROM res_partner
                 WHERE upper(regexp_replace(enord_tax_id, '[^0-9A-Za-z]', '', 'g')) IN %(forms)s)
            """, forms=forms,
        )))

    def _by_email(self, storefront, customer):
        if not customer.email:
            return self.env["res.partner"]
        # staff who buy for themselves are customers beside
        domain = Domain([("email_normalized", "=", _email(customer.email)),
                         ("partner_share", "=", True)])
        if _tax_id_forms(storefront, customer.tax_id):
            # who has another tax id is another customer, though one person buys for both
            domain &= Domain([("vat", "=", False), ("enord_tax_id", "=", False)])
        return self._first(storefront, domain)

    def _by_name(self, storefront, customer):
        if _tax_id_forms(storefront, customer.tax_id):
            return self.env["res.partner"]
        domain = Domain([
            ("enord_storefront_id", "=", storefront.id), ("name", "=", customer.name),
            ("vat", "=", False), ("enord_tax_id", "in", [False, customer.tax_id]),
        ])
        if customer.email:
            domain &= Domain("email", "=", False)
        return self._first(storefront, domain)

    def _first(self, storefront, domain):
        found = self.env["res.partner"].search(
            domain & Domain([("parent_id", "=", False),
                             ("company_id", "in", [False, storefront.company_id.id])]),
            order="id", limit=50,
        )
        own = found.filtered(lambda partner: partner.enord_storefront_id == storefront)
        return (own or found)[:1]

    def _create_partner(self, storefront, customer):
        address = customer.billing_address or customer.shipping_address
        own = address and (address.name or customer.name).casefold() == customer.name.casefold()
        postal = postal_values(storefront, address) if own else {
            "country_id": storefront.company_id.country_id.id,
        }
        country = self.env["res.country"].browse(postal["country_id"])
        tax_id = self._tax_id_values(customer, country)
        if tax_id.get("vat") and not postal.get("state_id"):
            postal["state_id"] = state_of_tax_id(self.env, tax_id["vat"], country).id
        return self.env["res.partner"].create({
            "name": customer.name,
            "email": customer.email,
            "phone": customer.phone,
            "company_id": storefront.company_id.id,
            "enord_storefront_id": storefront.id,
            **postal,
            **tax_id,
        })

    def _tax_id_values(self, customer, country):
        """A tax id that Odoo's validation refuses never refuses a paid order: it is kept beside."""
        if not customer.tax_id:
            return {}
        valid, _country = self.env["res.partner"]._run_vat_checks(
            country, customer.tax_id, customer.name, validation="setnull",
        )
        return {"vat": valid} if valid else {"enord_tax_id": customer.tax_id}


def _tax_id_forms(storefront, tax_id):
    """The ways in which a tax id may be written: capitals and digits, with and without the
    country's prefix. Empty where it identifies nobody."""
    plain = re.sub(r"[^0-9A-Z]", "", (tax_id or "").upper())
    if len(plain) < SHORTEST_TAX_ID or not re.search(r"\d", plain):
        return set()
    prefix = storefront.company_id.country_id.code or ""
    bare = plain.removeprefix(prefix)
    return {plain, bare, prefix + bare}


class ResPartner(models.Model):
    _inherit = "res.partner"

    enord_storefront_id = fields.Many2one(
        "enord.storefront", "Storefront", readonly=True, copy=False, index="btree_not_null",
        help="The storefront through which this customer came.",
    )
    enord_tax_id = fields.Char(
        "Tax ID as Entered", readonly=True, copy=False, index="btree_not_null",
        help="What the customer entered in the storefront, where it is not a valid tax ID.",
    )

    _enord_vat_idx = models.Index(
        "(upper(regexp_replace(vat, '[^0-9A-Za-z]', '', 'g'))) WHERE vat IS NOT NULL"
    )
    _enord_tax_id_idx = models.Index(
        "(upper(regexp_replace(enord_tax_id, '[^0-9A-Za-z]', '', 'g')))"
        " WHERE enord_tax_id IS NOT NULL"
    )
    _enord_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")


def _email(email):
    return (email_normalize(email, strict=False) or email.lower()) if email else ""


def _number(identity):
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:4], "big", signed=True)

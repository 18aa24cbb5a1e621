from ...contract.requests import CustomerDetails, read
from ..orders_common import OrdersCommon

PUNE = {"street": "1 Main Road", "city": "Pune", "state": "MH", "zip": "411001", "country": "IN"}
DELHI = {"name": "Aunt May", "street": "2 Ring Road", "city": "New Delhi", "state": "Delhi"}
GSTIN = "27AAPFU0939F1ZV"
OTHER_GSTIN = "29AABCT1332L1ZU"


class CustomersCommon(OrdersCommon):
    """Orders that differ in who bought."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what an address or a tax id leaves out is the company's own
        cls.company.country_id = cls.env.ref("base.in")
        cls.number = 0

    def bought(self, **customer):
        """The order of a customer, who is called Jane Doe where no name is given."""
        type(self).number += 1
        reference = f"BUYER-{self.number}"
        self.post(reference, customer, line_items=self.lines(("PROP-GUARD-X1", 1, 500.0)))
        return self.sale(reference)

    def details(self, **customer):
        return read(CustomerDetails, {"name": "Jane Doe", **customer})

    def buyer(self, **customer):
        """Whom an order of this customer would be booked on."""
        return self.env["enord.customer"]._of(self.storefront, self.details(**customer))

    def staff_made(self, **values):
        """A customer that did not come through a storefront, and what of it may not change."""
        return self.env["res.partner"].create({
            "name": "ACME", "country_id": self.company.country_id.id, **values,
        })

    def everything(self, partner):
        """All that a user sees of a partner, less what Odoo counts and logs by itself."""
        self.env.invalidate_all()
        names = [
            name for name, field in partner._fields.items()
            if field.store and field.type not in ("one2many", "many2many")
            and name not in ("write_date", "write_uid", "customer_rank")
        ]
        return partner.read(names)

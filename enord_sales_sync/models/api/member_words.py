"""What staff call the members of a request."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

WORDS = {
    "transaction_id": _lt("Order"),
    "transaction_date": _lt("Date"),
    "reference_id": _lt("Reference"),
    "reservation_id": _lt("Reservation"),
    "customer_details": _lt("Customer"),
    "name": _lt("Name"),
    "tax_id": _lt("Tax ID"),
    "email": _lt("E-mail"),
    "phone": _lt("Telephone"),
    "billing_address": _lt("Invoice address"),
    "shipping_address": _lt("Delivery address"),
    "street": _lt("Street"),
    "street2": _lt("Second line of the street"),
    "city": _lt("City"),
    "state": _lt("State or province"),
    "zip": _lt("Postal code"),
    "country": _lt("Country"),
    "line_items": _lt("Line"),
    "adjustments": _lt("Line"),
    "items": _lt("Line"),
    "sku": _lt("SKU"),
    "quantity": _lt("Quantity"),
    "quantity_change": _lt("Quantity"),
    "qty": _lt("Quantity"),
    "unit_price": _lt("Unit price"),
    "discount_amount": _lt("Discount"),
    "shipping_charge": _lt("Shipping"),
    "total_amount": _lt("Total"),
    "currency": _lt("Currency"),
    "location_code": _lt("Warehouse"),
    "payment": _lt("Payment"),
    "method": _lt("Payment Method"),
    "amount": _lt("Amount"),
    "date": _lt("Date"),
    "reference": _lt("Payment Reference"),
    "reason": _lt("Reason"),
    "expires_in_seconds": _lt("Time"),
    "cursor": _lt("Page"),
    "limit": _lt("Size of a page"),
    "complete": _lt("Complete"),
}


def named(env, pointer):
    """What a JSON Pointer points at, as staff read it: ``Line 1, Unit price``.

    :param str pointer: or the name of a query parameter
    """
    words = []
    for token in pointer.strip("/").split("/"):
        if token.isdecimal() and words:
            words[-1] = f"{words[-1]} {int(token) + 1}"
        elif token in WORDS:
            words.append(env._(WORDS[token]))  # pylint: disable=gettext-variable
        else:  # another add-on's
            words.append(token.replace("_", " ").capitalize())
    return ", ".join(words)

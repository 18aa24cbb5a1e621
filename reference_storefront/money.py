"""Rupees as India writes them, and sums that are exact."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

PAISA = Decimal("0.01")


def exact(amount: float) -> Decimal:
    """The decimal that was meant: 0.1 is a tenth, not 0.1000000000000000055."""
    return Decimal(str(amount))


def times(price: float, quantity: float) -> Decimal:
    return (exact(price) * exact(quantity)).quantize(PAISA, ROUND_HALF_UP)


def inr(amount: float | Decimal) -> str:
    """`₹1,23,456.00`: the last three digits, then groups of two."""
    value = exact(amount).quantize(PAISA, ROUND_HALF_UP)
    whole, paise = f"{abs(value):.2f}".split(".")
    head, groups = whole[:-3], [whole[-3:]]
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return f"{'-' if value < 0 else ''}₹{','.join(groups)}.{paise}"


def percent_off(price: float, mrp: float | None) -> int:
    """Whole percent below the maximum retail price, rounded down: never promise too much."""
    if not mrp or price >= mrp:
        return 0
    saved = (exact(mrp) - exact(price)) / exact(mrp) * 100
    return int(saved.quantize(Decimal(1), ROUND_DOWN))

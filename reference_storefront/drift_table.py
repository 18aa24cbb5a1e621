"""The reconciliation report as text for a terminal or a nightly mail."""

from .catalogue import OTHER_LOCATIONS
from .reconcile import Drift, Report, quantity
from .reconcile_catalogue import CatalogueReport


def render_catalogue(report: CatalogueReport, *, corrected: bool) -> str:
    """One line per group that drifted, then the sum of it."""
    result = "corrected" if corrected else "left as it is (dry run)"
    lines = [f"{drift.group_id}: {drift.what}  {result}" for drift in report.drifts]
    return "\n".join([*lines, *_sum(report, "products")])


def render(report: Report, *, corrected: bool) -> str:
    """One line per drifted SKU, below it one per location that differs, then the sum of it."""
    lines = []
    if report.drifts:
        width = max(28, *(len(drift.sku) for drift in report.drifts))
        row = f"{{:<{width}}}  {{:>10}}  {{:>10}}  {{:>10}}  {{}}"
        lines.append(row.format("SKU", "shop", "ERP", "difference", "result"))
        for drift in report.drifts:
            lines += _lines(row, drift, corrected)
    return "\n".join([*lines, *_sum(report, "SKUs")])


def _sum(report: Report | CatalogueReport, compared: str):
    if report.moving:
        yield "Changing too fast to compare, left alone: " + ", ".join(report.moving)
    if report.drifts:
        yield f"{len(report.drifts)} of {report.compared} {compared} drifted."
    else:
        agreeing = report.compared - len(report.moving)
        yield f"No drift: {agreeing} {compared} agree with the ERP."


def _lines(row: str, drift: Drift, corrected: bool):
    if not drift.correctable:
        result = "not in the shop's catalogue: resend it from the ERP"
        yield row.format(drift.sku, "unknown", drift.erp.total, "", result)
        return
    difference = quantity(drift.shop.total - drift.erp.total)
    result = "corrected" if corrected else "left as it is (dry run)"
    yield row.format(drift.sku, drift.shop.total, drift.erp.total, f"{difference:+}", result)
    for code, units in sorted(drift.shop.by_location.items()):
        real = drift.erp.by_location.get(code, 0)
        if code != OTHER_LOCATIONS and quantity(units) != real:
            yield row.format(f"  at {code}", units, real, f"{quantity(units - real):+}", "")

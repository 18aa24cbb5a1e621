import json

import pytest

from reference_storefront import drift_table
from reference_storefront.erp import ErpUnreachable
from reference_storefront.reconcile import EmptySnapshot, reconcile

PRO, GUARD = "DRONE-X1-PRO-KIT", "PROP-GUARD-X1"
HERE, THERE = "WH-TECH-01", "WH-CITY-02"


@pytest.fixture
def run(shop):
    return lambda **options: reconcile(shop.store, shop.erp, settle=0, **options)


@pytest.fixture
def stock(client):
    return lambda sku: client.get(f"/api/products/{sku}").json["stock"]


def skus(report):
    return [drift.sku for drift in report.drifts]


def test_the_specifications_snapshot_agrees(run, send_catalogue, erp, example):
    rows = json.loads(example("snapshot"))
    erp.snapshot = lambda location: rows
    send_catalogue({row["sku"]: row["qty"] for row in rows})
    report = run()
    assert (report.compared, report.drifts, report.moving) == (2, [], [])


def test_a_missed_webhook_is_found_and_corrected(run, send_catalogue, send_stock, erp, stock):
    send_catalogue({PRO: 15, GUARD: 100})
    send_stock(PRO, 15, HERE)
    erp.stock = {HERE: {PRO: 14, GUARD: 105}}
    report = run()
    assert skus(report) == [PRO, GUARD]
    assert (report.drifts[0].shop.total, report.drifts[0].erp.total) == (15, 14)
    assert (stock(PRO), stock(GUARD)) == (14, 105)
    assert run().drifts == []


def test_a_dry_run_only_reports(run, send_catalogue, erp, stock):
    send_catalogue({PRO: 15})
    erp.stock = {HERE: {PRO: 14}}
    assert skus(run(correct=False)) == [PRO]
    assert stock(PRO) == 15


def test_each_location_is_corrected_even_where_the_sum_is_right(
    run, send_catalogue, send_stock, erp, client
):
    send_catalogue({PRO: 10})
    send_stock(PRO, 4, HERE)
    send_stock(PRO, 6, THERE)
    erp.stock = {HERE: {PRO: 7}, THERE: {PRO: 3}}
    assert skus(run()) == [PRO]
    assert client.get(f"/api/products/{PRO}").json["stock_by_location"] == {HERE: 7, THERE: 3}


def test_a_location_that_never_spoke_is_counted_and_later_not_counted_twice(
    run, send_catalogue, send_stock, erp, client, stock
):
    send_catalogue({PRO: 15})
    send_stock(PRO, 9, HERE)
    erp.stock = {HERE: {PRO: 9}, THERE: {PRO: 5}}
    assert skus(run()) == [PRO]
    assert stock(PRO) == 14
    assert run().drifts == []
    send_stock(PRO, 4, THERE)
    assert stock(PRO) == 13


def test_a_location_closed_in_the_erp_holds_nothing(run, send_catalogue, send_stock, erp, stock):
    send_catalogue({PRO: 15})
    send_stock(PRO, 9, "WH-CLOSED")
    send_stock(PRO, 5, HERE)
    erp.stock = {HERE: {PRO: 5}}
    assert skus(run()) == [PRO]
    assert stock(PRO) == 5


def test_a_webhook_during_the_download_is_not_overwritten(
    run, send_catalogue, send_stock, erp, stock
):
    """The snapshot was read before a sale; the sale's webhook overtakes the snapshot's answer."""
    send_catalogue({PRO: 15})
    send_stock(PRO, 15, HERE)
    erp.stock = {HERE: {PRO: 15}}

    def sale(_location):
        erp.before_snapshot = lambda location: None
        erp.stock = {HERE: {PRO: 14}}
        send_stock(PRO, 14, HERE)

    erp.before_snapshot = sale
    report = run()
    assert (report.drifts, report.moving) == ([], [])
    assert stock(PRO) == 14


def test_a_webhook_after_two_equal_readings_is_not_overwritten(
    run, send_catalogue, send_stock, erp, stock
):
    """Real drift, read twice; a sale and its webhook come before the second answer arrives."""
    send_catalogue({PRO: 15})
    send_stock(PRO, 16, HERE)
    erp.stock = {HERE: {PRO: 15}}
    calls = []

    def sale_in_the_last_call_of_the_second_reading(_location):
        calls.append(1)
        if len(calls) == 4:
            erp.stock = {HERE: {PRO: 14}}
            send_stock(PRO, 14, HERE)

    erp.before_snapshot = sale_in_the_last_call_of_the_second_reading
    report = run()
    assert (report.drifts, report.moving) == ([], [])
    assert stock(PRO) == 14


def test_a_webhook_still_on_its_way_is_not_called_drift(
    run, send_catalogue, send_stock, erp, shop, stock, monkeypatch
):
    """The snapshot already knows a sale whose webhook arrives while reconcile lets it settle."""
    send_catalogue({PRO: 15})
    send_stock(PRO, 15, HERE)
    erp.stock = {HERE: {PRO: 14}}
    monkeypatch.setattr(
        "reference_storefront.reconcile.time.sleep", lambda _s: send_stock(PRO, 14, HERE)
    )
    report = run()
    assert (report.drifts, report.moving) == ([], [])


def test_a_sku_that_never_rests_is_left_alone(run, send_catalogue, send_stock, erp, stock):
    send_catalogue({PRO: 15})
    send_stock(PRO, 1000, HERE)
    numbers = iter(range(10_000))

    def sale(_location):
        erp.stock = {HERE: {PRO: next(numbers)}}

    sale(None)
    erp.before_snapshot = sale
    report = run()
    assert (report.drifts, report.moving) == ([], [PRO])
    assert stock(PRO) == 1000


def test_what_was_corrected_is_told_by_the_next_webhook_whatever_its_number(
    run, send_catalogue, send_stock, erp, stock
):
    send_catalogue({PRO: 15})
    send_stock(PRO, 32, HERE, sequence=2**53 - 1)
    assert send_stock(PRO, 29, HERE, sequence=10) == "stale"
    erp.stock = {HERE: {PRO: 29}}
    run()
    assert stock(PRO) == 29
    assert send_stock(PRO, 28, HERE, sequence=11) == "applied"
    assert send_stock(PRO, 30, HERE, sequence=10) == "stale"
    assert stock(PRO) == 28


def test_a_corrected_total_is_told_by_the_next_catalogue_whatever_its_number(
    run, send_catalogue, erp, stock
):
    send_catalogue({PRO: 32}, sequence=2**53 - 1)
    erp.stock = {HERE: {PRO: 29}}
    run()
    assert stock(PRO) == 29
    assert send_catalogue({PRO: 28}, sequence=10) == "applied"
    assert stock(PRO) == 28


def test_what_agrees_keeps_its_number(run, send_catalogue, send_stock, erp):
    send_catalogue({PRO: 15})
    send_stock(PRO, 15, HERE, sequence=10)
    erp.stock = {HERE: {PRO: 15}}
    run()
    assert send_stock(PRO, 99, HERE, sequence=9) == "stale"


def test_what_only_one_side_knows(run, send_catalogue, erp, stock):
    send_catalogue({PRO: 15, GUARD: 2})
    erp.stock = {HERE: {PRO: 15, "NEW": 3}}
    report = run()
    assert skus(report) == ["NEW", GUARD]
    assert stock(GUARD) == 0
    assert "not in the shop's catalogue" in drift_table.render(report, corrected=True)


def test_what_is_withdrawn_on_both_sides_is_no_drift(run, send_catalogue, erp):
    send_catalogue({PRO: 15, GUARD: 2})
    send_catalogue({PRO: 15})
    erp.stock = {HERE: {PRO: 15}}
    assert run().drifts == []


def test_an_empty_or_missing_snapshot_empties_no_shop(run, send_catalogue, erp, stock):
    send_catalogue({PRO: 15})
    with pytest.raises(EmptySnapshot):
        run()
    for broken in ({"error": "no"}, [{"sku": PRO}], [{"sku": PRO, "qty": "many"}]):
        erp.snapshot = lambda location, broken=broken: broken
        with pytest.raises(ErpUnreachable):
            run()
    erp.close()
    with pytest.raises(ErpUnreachable):
        run()
    assert stock(PRO) == 15


def test_the_report_shows_both_sides(run, send_catalogue, send_stock, erp):
    send_catalogue({PRO: 15})
    send_stock(PRO, 15, HERE)
    erp.stock = {HERE: {PRO: 14}}
    lines = drift_table.render(run(), corrected=True).splitlines()
    assert lines[1].split() == [PRO, "15", "14", "+1", "corrected"]
    assert lines[2].split() == ["at", HERE, "15", "14", "+1"]
    assert lines[3] == "1 of 1 SKUs drifted."

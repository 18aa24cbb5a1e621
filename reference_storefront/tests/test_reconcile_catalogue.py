import copy

import pytest

from reference_storefront import drift_table
from reference_storefront.erp import ErpUnreachable
from reference_storefront.reconcile import EmptySnapshot, reconcile
from reference_storefront.reconcile_catalogue import reconcile_catalogue

PRO, GUARD = "DRONE-X1-PRO-KIT", "PROP-GUARD-X1"
GROUP, OTHER = "GRP-UAV-X1", "GRP-OTHER"


@pytest.fixture
def run(shop):
    return lambda **options: reconcile_catalogue(shop.store, shop.erp, settle=0, **options)


@pytest.fixture
def both(send_catalogue):
    send_catalogue({PRO: 15})
    send_catalogue({GUARD: 2}, group_id=OTHER)


@pytest.fixture
def product(client):
    return lambda sku: client.get(f"/api/products/{sku}").json


def whats(report):
    return {drift.group_id: drift.what for drift in report.drifts}


def test_what_agrees_is_left_alone(run, both, erp):
    erp.products[GROUP]["variants"][0]["current_stock"] = 99
    report = run()
    assert (report.compared, report.drifts, report.moving) == (2, [], [])


def test_a_missed_change_is_found_and_taken_over(run, both, erp, product):
    erp.products[GROUP]["variants"][0]["selling_price"] = 44000.0
    assert whats(run()) == {GROUP: "other variants"}
    assert product(PRO)["price"] == 44000.0
    assert run().drifts == []


@pytest.mark.parametrize(
    ("member", "value", "name"),
    [
        ("group_name", "Hawk", "name"),
        ("description", "Flies", "description"),
        ("category_path", ["Other"], "category_path"),
        ("tax_code", "HSN-1", "tax_code"),
    ],
)
def test_every_member_of_a_group_counts(run, both, erp, member, value, name):
    erp.products[GROUP][member] = value
    assert whats(run()) == {GROUP: f"other {name}"}
    assert run().drifts == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("variant_title", "Kit"),
        ("mrp", 1.0),
        ("specifications", {"Range": "6 km"}),
        ("media_assets", ["https://erp.example.com/enord/media/1"]),
        ("sku", "DRONE-X2"),
    ],
)
def test_every_member_of_a_variant_counts(run, both, erp, member, value):
    erp.products[GROUP]["variants"][0][member] = value
    assert whats(run()) == {GROUP: "other variants"}
    assert run().drifts == []


def test_a_dry_run_only_reports(run, both, erp, product):
    erp.products[GROUP]["variants"][0]["selling_price"] = 44000.0
    assert whats(run(correct=False)) == {GROUP: "other variants"}
    assert product(PRO)["price"] == 45000.0


def test_what_is_no_longer_sold_is_withdrawn(run, both, erp, product, client):
    del erp.products[OTHER]
    assert whats(run()) == {OTHER: "no longer sold"}
    assert client.get(f"/api/products/{GUARD}").status_code == 404
    assert product(PRO)
    assert run().drifts == []


def test_a_group_that_the_erp_lists_without_selling_it_is_withdrawn(run, both, erp):
    erp.products[OTHER].update(is_active=False, variants=[])
    assert whats(run()) == {OTHER: "no longer sold"}
    assert run().drifts == []


def test_a_product_that_never_came_is_put_on_sale_with_its_stock(run, both, erp, product, shop):
    new = copy.deepcopy(erp.products[GROUP])
    new["group_id"] = "GRP-NEW"
    new["variants"][0].update(sku="NEW", current_stock=3)
    erp.products["GRP-NEW"] = new
    erp.stock = {"WH-TECH-01": {PRO: 15, GUARD: 2, "NEW": 3}}
    assert whats(run()) == {"GRP-NEW": "missing in the shop"}
    assert product("NEW")["stock"] == 3
    assert reconcile(shop.store, shop.erp, settle=0).drifts == []


def test_a_withdrawn_product_comes_back(run, both, erp, product, send_catalogue):
    erp_has = copy.deepcopy(erp.products[OTHER])
    send_catalogue({}, group_id=OTHER, is_active=False)
    erp.products[OTHER] = erp_has
    assert whats(run()) == {OTHER: "missing in the shop"}
    assert product(GUARD)["price"] == 45000.0


def test_a_catalogue_of_several_pages(run, both, erp):
    erp.page = 1
    assert run().drifts == []


def test_a_webhook_meanwhile_is_not_overwritten(run, both, erp, product, send_catalogue):
    old = copy.deepcopy(erp.products[GROUP])
    old["variants"][0]["selling_price"] = 1.0
    erp.products[GROUP] = old

    def changed():
        erp.before_catalogue = lambda: None
        send_catalogue({PRO: 15}, price=43000.0)

    erp.before_catalogue = changed
    report = run()
    assert (report.drifts, report.moving) == ([], [])
    assert product(PRO)["price"] == 43000.0


def test_a_webhook_on_its_way_is_not_called_drift(run, both, erp, send_catalogue, monkeypatch):
    erp.products[GROUP]["variants"][0]["selling_price"] = 44000.0
    monkeypatch.setattr(
        "reference_storefront.reconcile_catalogue.time.sleep",
        lambda _seconds: send_catalogue({PRO: 15}, price=44000.0),
    )
    assert run().drifts == []


def test_a_group_that_never_rests_is_left_alone(run, both, erp, product):
    prices = iter(range(100))

    def change():
        erp.products[GROUP]["variants"][0]["selling_price"] = next(prices)

    change()
    erp.before_catalogue = change
    report = run()
    assert (report.drifts, report.moving) == ([], [GROUP])
    assert product(PRO)["price"] == 45000.0


def test_an_empty_or_broken_catalogue_empties_no_shop(run, both, erp, product):
    erp.products = {}
    with pytest.raises(EmptySnapshot):
        run()
    for broken in ([], {}, {"products": [{"group_id": 1}], "next_cursor": None}):
        erp.catalogue = lambda _cursor, broken=broken: broken
        with pytest.raises(ErpUnreachable):
            run()
    erp.close()
    with pytest.raises(ErpUnreachable):
        run()
    assert product(PRO)["price"] == 45000.0


def test_the_report_names_what_differs(run, both, erp):
    erp.products[GROUP].update(group_name="Hawk", tax_code="HSN-1")
    del erp.products[OTHER]
    assert drift_table.render_catalogue(run(), corrected=True).splitlines() == [
        f"{OTHER}: no longer sold  corrected",
        f"{GROUP}: other name, tax_code  corrected",
        "2 of 2 products drifted.",
    ]


def test_a_corrected_group_is_told_by_the_next_webhook_whatever_its_number(
    run, send_catalogue, erp, product
):
    send_catalogue({PRO: 15}, sequence=2**53 - 1, price=1.0)
    erp.products[GROUP]["variants"][0]["selling_price"] = 45000.0
    run()
    assert send_catalogue({PRO: 15}, sequence=10, price=44000.0) == "applied"
    assert product(PRO)["price"] == 44000.0


def test_a_withdrawn_group_comes_back_whatever_its_number_was(run, send_catalogue, erp, product):
    send_catalogue({PRO: 15}, sequence=2**53 - 1)
    send_catalogue({GUARD: 2}, group_id=OTHER)
    del erp.products[GROUP]
    run()
    assert send_catalogue({PRO: 15}, sequence=10) == "applied"
    assert product(PRO)["price"] == 45000.0

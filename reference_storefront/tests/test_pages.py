import pytest

from reference_storefront.money import inr, percent_off

PRO = "DRONE-X1-PRO-KIT"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (45000.0, "₹45,000.00"),
        (0, "₹0.00"),
        (999.995, "₹1,000.00"),
        (123456.5, "₹1,23,456.50"),
        (12345678, "₹1,23,45,678.00"),
        (-1500, "-₹1,500.00"),
    ],
)
def test_rupees_are_grouped_as_in_india(amount, text):
    assert inr(amount) == text


def test_percent_off_is_rounded_down():
    assert percent_off(45000, 55000) == 18
    assert percent_off(1, 3) == 66
    assert percent_off(100, 100) == percent_off(100, None) == percent_off(120, 100) == 0


@pytest.mark.parametrize(
    ("stock", "label"), [(12, "12 in stock"), (3, "Only 3 left"), (0, "Sold out")]
)
def test_stock_is_told_in_words_on_both_pages(send_catalogue, client, stock, label):
    send_catalogue({PRO: stock})
    for path in ("/", f"/products/{PRO}"):
        assert f">{label}</span>" in client.get(path).text
    button = client.get(f"/products/{PRO}").text.split('data-testid="add-to-cart"')[1]
    assert ("disabled" in button.split(">")[0]) == (stock == 0)


def test_the_list_is_filtered_by_category_and_words(send_catalogue, client):
    send_catalogue({PRO: 1})
    send_catalogue(
        {"BAT": 1}, group_id="B", group_name="Battery", category_path=["Power"], description=""
    )

    def names(query):
        text = client.get("/" + query).text
        return [name for name in ("Falcon X1", ">Battery<") if name in text]

    assert names("") == ["Falcon X1", ">Battery<"]
    assert names("?category=Power") == [">Battery<"]
    assert names("?category=Professional") == ["Falcon X1"]
    assert names("?q=uav+4K") == ["Falcon X1"]
    assert names("?q=submarine") == []


def test_texts_from_the_erp_are_text(send_catalogue, client):
    send_catalogue({PRO: 1}, group_name="<script>alert(1)</script>")
    for path in ("/", f"/products/{PRO}"):
        assert "<script>alert" not in client.get(path).text


def test_pages_load_nothing_from_elsewhere(send_catalogue, client):
    send_catalogue({PRO: 1})
    answer = client.get(f"/products/{PRO}")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<style" not in answer.text and "style=" not in answer.text


def test_a_form_from_elsewhere_is_refused(send_catalogue, app, client, field):
    send_catalogue({PRO: 1})
    no_session = app.test_client()
    assert no_session.post("/cart/add", data={"sku": PRO, "csrf_token": ""}).status_code == 403
    token = field(client.get(f"/products/{PRO}"), "csrf_token")
    for wrong in ({}, {"csrf_token": ""}, {"csrf_token": "guess"}):
        assert client.post("/cart/add", data={"sku": PRO, **wrong}).status_code == 403
    assert client.post("/cart/add", data={"sku": PRO, "csrf_token": token}).status_code == 303


def test_the_cart_counts_changes_and_empties(send_catalogue, client, field):
    send_catalogue({PRO: 5})
    token = {"csrf_token": field(client.get(f"/products/{PRO}"), "csrf_token")}
    add = {"sku": PRO, "quantity": "2", **token}
    answer = client.post("/cart/add", data=add, headers={"Accept": "application/json"})
    assert answer.json["count"] == 2
    client.post("/cart/add", data=add)
    assert "₹1,80,000.00" in client.get("/cart").text
    client.post("/cart/change", data={"sku": PRO, "quantity": "9", **token})
    assert "You want 9, and we have 5." in client.get("/cart").text
    client.post("/cart/change", data={"sku": PRO, "quantity": "0", **token})
    assert "Nothing in it yet" in client.get("/cart").text


def test_what_is_withdrawn_can_not_be_checked_out(send_catalogue, client, field):
    send_catalogue({PRO: 5})
    token = {"csrf_token": field(client.get(f"/products/{PRO}"), "csrf_token")}
    client.post("/cart/add", data={"sku": PRO, **token})
    send_catalogue({})
    assert "No longer available" in client.get("/cart").text
    assert client.get("/checkout").status_code == 303
    assert client.post("/cart/add", data={"sku": PRO, **token}).status_code == 404

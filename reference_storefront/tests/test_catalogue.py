PRO, BASIC = "DRONE-X1-PRO-KIT", "DRONE-X1-BASIC"


def status(client, sku):
    return client.get(f"/api/products/{sku}").status_code


def skus(client):
    return [product["sku"] for product in client.get("/api/products").json]


def test_a_variant_that_is_not_in_the_group_any_more_is_withdrawn(send_catalogue, client):
    send_catalogue({PRO: 15, BASIC: 3})
    assert skus(client) == [PRO, BASIC]
    send_catalogue({PRO: 15})
    assert skus(client) == [PRO]
    assert status(client, BASIC) == 404
    page = client.get(f"/products/{BASIC}")
    assert page.status_code == 410
    assert "No longer available" in page.text


def test_a_withdrawn_variant_comes_back_with_the_next_catalogue(send_catalogue, client):
    send_catalogue({PRO: 15, BASIC: 3})
    send_catalogue({PRO: 15})
    send_catalogue({PRO: 15, BASIC: 4})
    assert client.get(f"/api/products/{BASIC}").json["stock"] == 4


def test_an_inactive_group_is_not_sold_and_a_stale_event_does_not_revive_it(send_catalogue, client):
    send_catalogue({PRO: 15}, sequence=5)
    send_catalogue({PRO: 15}, sequence=7, is_active=False)
    assert send_catalogue({PRO: 15}, sequence=6) == "stale"
    assert skus(client) == []
    assert status(client, PRO) == 404
    send_catalogue({PRO: 15}, sequence=8)
    assert skus(client) == [PRO]


def test_a_sku_that_moves_is_in_its_new_group_whichever_event_comes_first(send_catalogue, client):
    # the old group gives it away first
    send_catalogue({PRO: 1, BASIC: 2}, sequence=1)
    send_catalogue({PRO: 1}, sequence=2)
    send_catalogue({BASIC: 2}, sequence=3, group_id="GRP-NEW", group_name="New")
    assert client.get(f"/api/products/{BASIC}").json["group_id"] == "GRP-NEW"
    # the new group takes it first, and the old one repeats its old claim before it lets go
    send_catalogue({BASIC: 2, PRO: 1}, sequence=4, group_id="GRP-NEW", group_name="New")
    send_catalogue({PRO: 1}, sequence=5)
    send_catalogue({}, sequence=6)
    assert client.get(f"/api/products/{PRO}").json["group_id"] == "GRP-NEW"
    assert sorted(skus(client)) == sorted([PRO, BASIC])


def test_the_total_counts_only_until_a_location_is_known(send_catalogue, send_stock, client):
    send_catalogue({PRO: 15})
    assert client.get(f"/api/products/{PRO}").json["stock"] == 15
    send_stock(PRO, 4, "WH-TECH-01")
    send_stock(PRO, 3, "WH-CITY-02")
    product = client.get(f"/api/products/{PRO}").json
    assert product["stock"] == 7
    assert product["stock_by_location"] == {"WH-CITY-02": 3, "WH-TECH-01": 4}
    send_catalogue({PRO: 99})
    assert client.get(f"/api/products/{PRO}").json["stock"] == 7


def test_stock_may_be_known_before_the_product_is(send_catalogue, send_stock, client):
    send_stock(PRO, 4)
    assert status(client, PRO) == 404
    send_catalogue({PRO: 15})
    assert client.get(f"/api/products/{PRO}").json["stock"] == 4


def test_weights_keep_their_fraction_and_whole_numbers_are_integers(
    send_catalogue, send_stock, client
):
    send_catalogue({PRO: 2.0})
    assert client.get(f"/api/products/{PRO}").data.count(b'"stock":2,') == 1
    send_stock(PRO, 0.1, "A")
    send_stock(PRO, 0.2, "B")
    assert client.get(f"/api/products/{PRO}").json["stock"] == 0.3


def test_a_sku_may_hold_any_character(send_catalogue, client):
    sku = "A/B//ü 1?&<b>"
    send_catalogue({sku: 2})
    assert client.get("/api/products/A%2FB%2F%2F%C3%BC%201%3F%26%3Cb%3E").json["sku"] == sku
    page = client.get("/products/A%2FB%2F%2F%C3%BC%201%3F%26%3Cb%3E").text
    assert "<b>" not in page and "&lt;b&gt;" in page

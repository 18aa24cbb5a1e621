"""What a machine sees of a page's looks (devtools/looks.js): each fault, and no others."""

import pytest

from devtools import looks

PAGE = """<body class="o_web_client" style="margin: 0; width: 390px">
<div class="o_content" style="width: 100%; overflow: auto">BODY</div></body>"""
HEADING = """<style>.text-truncate {display: block; overflow: hidden; white-space: nowrap}</style>
<table class="o_list_table"><thead><tr><th data-name="dead_count">
<span class="text-truncate" style="width: WIDTHpx">Dead Letters</span></th></tr></thead></table>"""


@pytest.mark.parametrize("body, found", [
    (HEADING.replace("WIDTH", "20"), "heading cut: Dead Letters"),
    ("<p style='width: 600px'>Far out</p>", "scrolls sideways: DIV o_content"),
    ("<p>out_of_stock</p>", "technical: out_of_stock"),
    ("<p>INTERNAL_USE</p>", "technical: INTERNAL_USE"),
    ("<p>A sale.order of a shop</p>", "technical: A sale.order of a shop"),
    ("<p>Set web.base.url first</p>", "technical: Set web.base.url first"),
    ("<p>Last HTTP Status</p>", "technical: Last HTTP Status"),
    ("<p>half, p95</p>", "technical: half, p95"),
    ("<p>None</p>", "technical: None"),
    ("<p>Storefront</p>", "not translated: Storefront"),
    ("<div class='o_graph_view'><p class='o_nocontent_help'>No data</p></div>",
     "nothing is in it"),
])
def test_each_fault_is_seen(page, body, found):
    page.set_viewport_size({"width": 390, "height": 844})
    page.set_content(PAGE.replace("BODY", body))
    assert looks.faults(page, {"Storefront": "Shop"}) == [found]


def test_where_nothing_is_wrong_nothing_is_said(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.set_content(PAGE.replace("BODY", HEADING.replace("WIDTH", "200") + """
        <p>Shop</p><p>evt_6b61b30584c84e1188e5e362956e30f8</p><p>drone-x1@example.com</p>
        <pre>{"code": "out_of_stock"}</pre><p hidden>out_of_stock</p>"""))
    assert looks.faults(page, {"Storefront": "Shop", "Shop": "Laden"}) == []
    assert looks.terms("de")["Storefront"] == "Shop"
    assert looks.terms("") == {}


def test_a_white_box_in_the_dark_is_seen(page):
    page.set_content(PAGE.replace("margin: 0", "margin: 0; background: #111").replace(
        "BODY", "<p class='glaring' style='background: #eee; width: 300px; height: 50px'>Light</p>"
    ))
    assert looks.faults(page, is_dark=True) == ["light in the dark: P glaring"]
    assert looks.faults(page) == []

"""Odoo's screens, as staff open them in a browser."""

import re

from playwright.sync_api import expect

from devtools import looks


def log_in(page, connection, login=None, password=None):
    page.goto(f"{connection['odoo_url']}/web/login")
    page.locator("input[name=login]").fill(login or connection["admin_login"])
    page.locator("input[name=password]").fill(password or connection["admin_password"])
    page.locator("form.oe_login_form button[type=submit]").click()
    page.wait_for_url("**/odoo**")


def assert_fits(page):
    """Nothing of a screen is cut, has to be scrolled sideways, is empty or in technical words."""
    page.wait_for_timeout(300)  # columns get their widths after they are there
    found = looks.faults(page)
    assert not found, found


def choose(page, app, *names):
    """Choose from the menus, as whoever knows no addresses."""
    page.locator(".o_navbar_apps_menu button").click()
    page.locator(".o_app").filter(has_text=re.compile(f"^{app}$")).click()
    expect(page.locator(".o_menu_brand")).to_have_text(app)
    section, *entry = names
    page.locator(".o_menu_sections").get_by_text(section, exact=True).click()
    for name in entry:
        page.get_by_role("menuitem", name=name, exact=True).click()


def search(page, title, text):
    """Look for this in the view of this title, by the first field that it is searched by."""
    expect(page.locator(".o_last_breadcrumb_item")).to_contain_text(title)
    box = page.locator(".o_searchview_input")
    box.fill(text)
    expect(page.locator(".o_searchview_autocomplete")).to_be_visible()
    box.press("Enter")
    expect(page.locator(".o_facet_value", has_text=text)).to_be_visible()


def go_to_payment(page, name):
    """In the reference shop: from the checkout of a filled cart to the payment."""
    page.get_by_test_id("checkout-form").get_by_label("name").first.fill(name)
    page.get_by_test_id("go-to-payment").click()
    expect(page.get_by_test_id("place-order")).to_be_visible()

"""Odoo's screens, as staff open them in a browser."""


def log_in(page, connection):
    page.goto(f"{connection['odoo_url']}/web/login")
    page.locator("input[name=login]").fill(connection["admin_login"])
    page.locator("input[name=password]").fill(connection["admin_password"])
    page.locator("form.oe_login_form button[type=submit]").click()
    page.wait_for_url("**/odoo**")

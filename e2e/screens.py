"""Odoo's screens, as staff open them in a browser."""


def log_in(page, connection):
    page.goto(f"{connection['odoo_url']}/web/login")
    page.locator("input[name=login]").fill(connection["admin_login"])
    page.locator("input[name=password]").fill(connection["admin_password"])
    page.locator("form.oe_login_form button[type=submit]").click()
    page.wait_for_url("**/odoo**")


#: What does not fit: headings of lists that are cut, and what can be scrolled sideways.
NOT_FITTING = """() => {
    const seen = element => element.getBoundingClientRect().width > 0;
    const wider = element => element.scrollWidth > element.clientWidth + 1;
    const those = (selector, test) => [...document.querySelectorAll(selector)].filter(
        element => seen(element) && test(element));
    return [
        ...those(".o_list_table th[data-name]", heading => wider(
            heading.querySelector("span.text-truncate") || heading,
        )).map(heading => `heading cut: ${heading.innerText}`),
        ...those("html, body, .o_content, .o_form_sheet_bg, .o_list_renderer, .modal-body", wider)
            .map(element => `scrolls sideways: ${element.tagName} ${element.className}`),
    ];
}"""


def assert_fits(page):
    assert page.evaluate(NOT_FITTING) == []

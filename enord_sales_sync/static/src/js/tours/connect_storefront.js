import { markup } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** The five minutes of the guide in the README: from a name to a storefront that is live. */
registry.category("web_tour.tours").add("enord_connect_storefront", {
    url: "/odoo",
    steps: () => [
        // Odoo's own step for it is left out where a person follows the tour
        {
            trigger: ".o_navbar_apps_menu button:enabled",
            content: _t("Open the menu of apps."),
            run: "click",
        },
        {
            trigger: ".o_app[data-menu-xmlid='enord_sales_sync.menu_root']",
            content: _t("Connect your shop: it begins here."),
            run: "click",
        },
        {
            trigger: ".o_nav_entry[data-menu-xmlid='enord_sales_sync.menu_storefronts']",
            content: _t("Each shop that sells from your stock is a storefront."),
            run: "click",
        },
        {
            trigger: ".o_list_button_add",
            content: _t("Add yours."),
            tooltipPosition: "right",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name='name'] input",
            content: _t("Give it a name."),
            run: "edit Web Shop",
        },
        {
            trigger: ".o_form_view .o_field_widget[name='webhook_url'] input",
            content: markup(_t("Where the shop receives events: its developers know it. Tick <b>Test Storefront</b>, below, for a shop that is still being made.")),
            run: "edit https://shop.example.com/webhooks/erp",
        },
        // no pointer reaches into a window: those say themselves what to do
        {
            trigger: ".o_form_button_save",
            content: _t("Save it: a window hands over the secret, for the shop's developers. Nothing is sent to the shop yet."),
            run: "click",
        },
        {
            trigger: ".o_form_view button:contains(New API Key)",
            content: _t("The shop calls Odoo with a key. It is shown once, to be copied."),
            tooltipPosition: "top",
            run: "click",
        },
        {
            trigger: ".o_statusbar_buttons button:contains(Send Test Event)",
            content: _t("Once the developers have both: see whether the shop is there and knows the secret."),
            run: "click",
        },
        {
            trigger: ".o_statusbar_buttons button:contains(Checks)",
            content: _t("What is still amiss, and where it is mended."),
            run: "click",
        },
        {
            trigger: ".o_statusbar_buttons button:contains(Go Live)",
            content: _t("See what would be published, and decide."),
            run: "click",
        },
    ],
});

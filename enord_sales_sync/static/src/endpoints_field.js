import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The addresses of the API, each to be copied or, where it is a page, opened. */
export class EndpointsField extends Component {
    static template = "enord_sales_sync.EndpointsField";
    static components = { CopyButton };
    static props = { ...standardFieldProps };

    get endpoints() {
        return this.props.record.data[this.props.name] || [];
    }

    get copied() {
        return _t("Copied");
    }

    isPage(endpoint) {
        return endpoint.url.endsWith("/api/docs");
    }
}

registry.category("fields").add("enord_endpoints", {
    component: EndpointsField,
    supportedTypes: ["json"],
});

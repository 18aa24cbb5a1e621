import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { CopyText } from "./copy_text";

/** The addresses of the API, each to be copied or, where it is a page, opened. */
export class EndpointsField extends Component {
    static template = "enord_sales_sync.EndpointsField";
    static components = { CopyText };
    static props = { ...standardFieldProps };

    get endpoints() {
        return this.props.record.data[this.props.name] || [];
    }

    isPage(endpoint) {
        return endpoint.url.endsWith("/api/docs");
    }
}

registry.category("fields").add("enord_endpoints", {
    component: EndpointsField,
    supportedTypes: ["json"],
});

import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { CopyText } from "./copy_text";

/** A text that is read and copied. */
export class CopyableField extends Component {
    static template = "enord_sales_sync.CopyableField";
    static components = { CopyText };
    static props = { ...standardFieldProps, what: { type: String, optional: true } };

    get text() {
        return this.props.record.data[this.props.name] || "";
    }

    get what() {
        return this.props.what || this.props.record.fields[this.props.name].string;
    }
}

registry.category("fields").add("enord_copyable", {
    component: CopyableField,
    supportedTypes: ["char"],
    extractProps: ({ string }) => ({ what: string }),
});

import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { CopyText } from "./copy_text";

/** The webhook secret: it is fetched when it is asked for, and the storefront's history says so. */
export class SecretWidget extends Component {
    static template = "enord_sales_sync.SecretWidget";
    static components = { CopyText };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.shown = useState({ secret: "", standard_secret: "" });
        this.fetch = this.fetch.bind(this);
    }

    get names() {
        return { secret: _t("webhook secret"), standard: _t("secret for Standard Webhooks") };
    }

    reveal() {
        return this.orm.call("enord.credential", "reveal", [this.props.record.resId]);
    }

    async fetch() {
        return (await this.reveal()).secret;
    }

    async show() {
        Object.assign(this.shown, await this.reveal());
    }

    hide() {
        Object.assign(this.shown, { secret: "", standard_secret: "" });
    }
}

registry.category("view_widgets").add("enord_secret", { component: SecretWidget });

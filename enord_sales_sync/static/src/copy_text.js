import { Component } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** A button that copies a text, or what a function fetches, and says what it copies. */
export class CopyText extends Component {
    static template = "enord_sales_sync.CopyText";
    static props = { text: [String, Function], what: String };

    setup() {
        this.notification = useService("notification");
    }

    get label() {
        return _t("Copy %s", this.props.what);
    }

    async copy() {
        const { text } = this.props;
        const copied = typeof text === "string" ? text : await text();
        try {
            await browser.navigator.clipboard.writeText(copied);
        } catch {
            // over plain http browsers have no clipboard
            this.notification.add(_t("The browser does not allow to copy: select the text."), {
                type: "warning",
            });
            return;
        }
        this.notification.add(_t("%s copied", this.props.what), { type: "success" });
    }
}

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/** Shows the secret of a storefront that has just been made, to be handed over. */
export class StorefrontFormController extends FormController {
    setup() {
        super.setup();
        this.action = useService("action");
        this.isMaking = false;
    }

    async onWillSaveRecord(record) {
        this.isMaking = record.isNew;
        return super.onWillSaveRecord(...arguments);
    }

    async onRecordSaved(record) {
        await super.onRecordSaved(...arguments);
        if (this.isMaking) {
            this.isMaking = false;
            this.action.doAction(
                await this.orm.call("enord.credential", "hand_over", [record.resId])
            );
        }
    }
}

registry.category("views").add("enord_storefront_form", {
    ...formView,
    Controller: StorefrontFormController,
});

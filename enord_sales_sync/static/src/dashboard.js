import { Component, onMounted, onWillUnmount } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/core/utils/numbers";
import { formatInteger } from "@web/views/fields/formatters";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const REFRESH_MS = 10000;
/** The chart, in the units of its own drawing. */
const WIDTH = 240;
const HEIGHT = 60;

/** Shows the present without a reload, as long as somebody can see it. */
export class DashboardController extends KanbanController {
    setup() {
        super.setup();
        const refresh = () => document.visibilityState === "visible" && this.refresh();
        let timer;
        onMounted(() => {
            timer = setInterval(refresh, REFRESH_MS);
            document.addEventListener("visibilitychange", refresh);
        });
        onWillUnmount(() => {
            clearInterval(timer);
            document.removeEventListener("visibilitychange", refresh);
        });
    }

    async refresh() {
        if (this.model.root.selection?.length) {
            return;
        }
        await this.model.root.load();
        this.model.notify();
    }
}

registry.category("views").add("enord_dashboard", {
    ...kanbanView,
    Controller: DashboardController,
});

/**
 * How long changes took to arrive: the share within the limit, and of each hour of the last day the
 * median and the 95th percentile, on a logarithmic scale with a line at the limit.
 */
export class LatencyField extends Component {
    static template = "enord_sales_sync.LatencyField";
    static props = { ...standardFieldProps };

    get latency() {
        return this.props.record.data[this.props.name];
    }

    get rows() {
        const { hour, day } = this.latency;
        return [
            { name: _t("Last hour"), figures: hour },
            { name: _t("Last day"), figures: day },
        ];
    }

    get viewBox() {
        return `0 0 ${WIDTH} ${HEIGHT}`;
    }

    get limitY() {
        return this.y(this.latency.limit);
    }

    get bars() {
        const width = WIDTH / this.latency.hours.length;
        return this.latency.hours.flatMap((figures, index) => {
            if (!figures) {
                return [];
            }
            const top = this.y(figures.p95);
            return [{
                key: index,
                x: index * width + 1,
                width: width - 2,
                y: top,
                height: HEIGHT - top,
                medianY: this.y(figures.p50),
                isLate: figures.p95 > this.latency.limit,
                title: `${this.clock(index)}–${this.clock(index + 1)}\n${this.summary(figures)}`,
            }];
        });
    }

    /** From 10 ms at the bottom to 100 s at the top. */
    y(ms) {
        const share = (Math.log10(Math.max(10, Math.min(ms, 100000))) - 1) / 4;
        return Math.round((HEIGHT - 2) * (1 - share));
    }

    /** When an hour of the chart begins, as the reader's clock has it. */
    clock(index) {
        const begins = deserializeDateTime(this.latency.first).plus({ hours: index });
        return begins.toLocaleString(luxon.DateTime.TIME_SIMPLE);
    }

    took(ms) {
        if (ms < 1000) {
            return _t("%s ms", ms);
        }
        if (ms < 120000) {
            return _t("%s s", formatFloat(ms / 1000, { digits: [false, 1] }));
        }
        return ms < 7200000
            ? _t("%s min", Math.floor(ms / 60000))
            : _t("%s h", Math.floor(ms / 3600000));
    }

    percent(share) {
        // 99.96 % is not all of them
        const percent = Math.floor(share * 1000) / 10;
        return `${formatFloat(percent, { digits: [false, 1], trailingZeros: false })}\u00a0%`;
    }

    summary(figures) {
        return _t("%(count)s changes: half within %(median)s, 95 % within %(slow)s", {
            count: formatInteger(figures.count),
            median: this.took(figures.p50),
            slow: this.took(figures.p95),
        });
    }

    get chartName() {
        return _t("How long changes took in each hour of the last day");
    }
}

registry.category("fields").add("enord_latency", {
    component: LatencyField,
    supportedTypes: ["json"],
});

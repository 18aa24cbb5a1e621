import { registry } from "@web/core/registry";
import { GraphModel } from "@web/views/graph/graph_model";
import { graphView } from "@web/views/graph/graph_view";

/** Where nothing was delivered there is no latency: a gap, not 0. */
export class EventGraphModel extends GraphModel {
    _getProcessedDataPoints() {
        return super._getProcessedDataPoints().filter((dataPoint) => dataPoint.value !== false);
    }

    _getData(dataPoints, ...args) {
        const data = super._getData(dataPoints, ...args);
        if (this.metaData.measure !== "__count" && data.labels.length > 1) {
            for (const dataset of data.datasets) {
                // a label without a domain has no data point in this dataset
                dataset.data = dataset.data.map((value, index) =>
                    dataset.domains[index].length ? value : null
                );
            }
        }
        return data;
    }
}

registry.category("views").add("enord_event_graph", {
    ...graphView,
    Model: EventGraphModel,
});

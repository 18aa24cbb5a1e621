import { registry } from "@web/core/registry";

/** Points to each step of connecting a storefront, instead of the tour that is shown now. */
registry.category("actions").add("enord_connect_tour", (env) =>
    env.services.tour_service.startTour("enord_connect_storefront", { mode: "manual" })
);

/**
 * What is wrong with how a page looks, as far as a machine sees it.
 *
 * @param {[Object<string, string>, boolean]} the add-ons' terms and their translations, {} in
 *     English; and whether the page is to be dark
 * @returns {string[]} in words
 */
([terms, isDark]) => {
    const translations = new Set(Object.values(terms));
    const TECHNICAL = new RegExp(
        [
            "\\b[a-z]+(_[a-z]+)+\\b", // a field, a code
            "\\b[A-Z]{2,}(_[A-Z]+)+\\b", // an error's code
            // a model, a parameter
            "\\b(enord|sale|stock|product|account|res|ir|web)\\.[a-z]+(\\.[a-z]+)*\\b(?=$|\\s|,)",
            "\\b(cron|HTTP Status|Payload)\\b",
            "\\b(undefined|NaN|False|None|null|p50|p95)\\b",
            "\\[object",
        ].join("|")
    );
    // what developers read, and what a shop or a person wrote
    const RAW = "pre, code, script, style, textarea, .ace_editor, .font-monospace, .o-mail-Message";
    // names that somebody has given, and what was written down when an incident began
    const NAMES = ".o_field_many2one, .o_list_many2one, [name=name], [name=cause]";
    const ODOOS_LISTS = "[name=order_line], [name=invoice_line_ids], [name=move_ids]";
    /** Smaller ones are lines and marks. */
    const BOX = 3000;
    const seen = (element) => {
        const { width, height } = element.getBoundingClientRect();
        return width > 1 && height > 1 && getComputedStyle(element).visibility !== "hidden";
    };
    const wider = (element) => element.scrollWidth > element.clientWidth + 1;
    const those = (selector, test) =>
        [...document.querySelectorAll(selector)].filter((element) => seen(element) && test(element));
    const found = [
        ...those(".o_list_table th[data-name]", (heading) =>
            !heading.closest(ODOOS_LISTS) && wider(heading.querySelector("span.text-truncate") || heading)
        ).map((heading) => `heading cut: ${heading.innerText}`),
        ...those("html, body, .o_content, .o_form_sheet_bg, .o_list_renderer, .modal-body", wider).map(
            (element) => `scrolls sideways: ${element.tagName} ${element.className}`
        ),
        ...those(
            ".o_view_controller .badge, .o_statusbar_buttons .btn, .modal .btn, .modal-title",
            (element) => wider(element) && getComputedStyle(element).overflowX !== "visible"
        ).map((element) => `cut: ${element.innerText}`),
        ...those(
            ".o_graph_view .o_nocontent_help, .o_pivot_view .o_nocontent_help, " +
                ".o_view_controller .o_view_sample_data",
            () => true
        ).map(() => "nothing is in it"),
    ];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode.textContent.replace(/\s+/g, " ").trim();
        const element = texts.currentNode.parentElement;
        if (!text || element.closest(RAW) || !seen(element)) {
            continue;
        }
        // Odoo's own word for a group of records that have no value
        const isGroup = text === "None" && element.closest(".o_pivot, .o_group_header");
        if (TECHNICAL.test(text) && !isGroup) {
            found.push(`technical: ${text}`);
        }
        if (text in terms && !translations.has(text) && !element.closest(NAMES)) {
            found.push(`not translated: ${text}`);
        }
    }
    if (isDark) {
        const light = (element) => {
            const [red, green, blue, alpha = 1] = getComputedStyle(element)
                .backgroundColor.match(/[\d.]+/g).map(Number);
            const { width, height } = element.getBoundingClientRect();
            return alpha > 0.5 && Math.min(red, green, blue) > 200 && width * height > BOX;
        };
        found.push(
            ...those("body, body *:not(img):not(canvas)", light).map(
                (element) => `light in the dark: ${element.tagName} ${element.className}`
            )
        );
    }
    return [...new Set(found)];
};

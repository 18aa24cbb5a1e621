// What makes the pages live. Every page works without this file; stock is then as of loading.

const LIVE_EVERY_MS = 1000;
const rupees = new Intl.NumberFormat("en-IN", { style: "currency", currency: "INR" });

// Ask for `url` each second while somebody looks, and hand every change to `show`. The ETag makes
// an answer without news cost a few bytes: 304, no body.
function poll(url, show, gone) {
  let etag = "";
  async function ask() {
    if (document.visibilityState === "visible") {
      try {
        const response = await fetch(url, {
          headers: etag ? { "If-None-Match": etag } : {},
          cache: "no-store",
        });
        if (response.status === 200) {
          etag = response.headers.get("ETag") || "";
          if (show(await response.json()) === "stop") return;
        } else if (response.status === 404 && gone) {
          etag = "";
          gone();
        }
      } catch (_offline) {
        // The shop is restarting or the line is down: the next second tries again.
      }
    }
    setTimeout(ask, LIVE_EVERY_MS);
  }
  ask();
}

function showStock(element, stock) {
  if (!element || element.textContent === stock.label) return;
  element.textContent = stock.label;
  element.dataset.level = stock.level;
  element.dataset.stock = stock.stock;
  element.classList.remove("changed");
  void element.offsetWidth; // lets the animation start again
  element.classList.add("changed");
}

function setSoldOut(button, soldOut) {
  button.disabled = soldOut;
  button.textContent = soldOut ? "Sold out" : button.dataset.word;
}

function liveProduct(page) {
  const part = (name) => page.querySelector(`[data-live="${name}"]`);
  const badge = page.querySelector(".product-stock .stock");
  const button = page.querySelector("[data-add] button");
  const show = (product) => {
    showStock(badge, product);
    setSoldOut(button, product.level === "out");
    part("price").textContent = rupees.format(product.price);
    const off = product.mrp > product.price ? 1 - product.price / product.mrp : 0;
    part("was").hidden = off < 0.01;
    part("mrp").textContent = rupees.format(product.mrp || product.price);
    part("off").textContent = `${Math.floor(off * 100 + 1e-9)}% off`;
    const rows = Object.entries(product.stock_by_location).map(([place, units]) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = place;
      row.append(head, document.createElement("td"));
      row.lastChild.textContent = units;
      return row;
    });
    part("locations").replaceChildren(...rows);
    page.querySelector(".where").hidden = rows.length === 0;
  };
  const gone = () => {
    showStock(badge, { label: "No longer available", level: "out", stock: 0 });
    setSoldOut(button, true);
  };
  poll(page.dataset.liveProduct, show, gone);
}

function liveList(list) {
  poll(list.dataset.liveList, (groups) => {
    for (const card of list.querySelectorAll("[data-group]")) {
      const gone = { label: "No longer available", level: "out", stock: 0 };
      showStock(card.querySelector(".stock"), groups[card.dataset.group] || gone);
    }
  });
}

function liveOrder(page) {
  poll(page.dataset.liveOrder, (order) => {
    if (order.state === "pending") return "again";
    location.reload();
    return "stop";
  });
}

// The page holds on while it is open and looked at. A hold that has ended is not made anew here:
// a forgotten tab must not keep the goods from others.
const HOLD_ON_EVERY_MS = 30000;
function liveHold(held) {
  const time = held.querySelector("time");
  const show = (until) => {
    held.hidden = !until;
    if (!until) return;
    time.dateTime = until;
    time.textContent = new Date(until).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  };
  async function holdOn() {
    if (new Date(time.dateTime) <= new Date()) show(null);
    if (held.hidden) return;
    if (document.visibilityState === "visible") {
      try {
        const form = new FormData();
        form.set("csrf_token", document.querySelector("[name=csrf_token]").value);
        const response = await fetch(held.dataset.liveHold, { method: "POST", body: form });
        if (response.ok) show((await response.json()).until);
      } catch (_offline) {
        // The hold goes on until its time; the next turn tries again.
      }
    }
    setTimeout(holdOn, HOLD_ON_EVERY_MS);
  }
  if (held.hidden) return;
  show(time.dateTime);
  setTimeout(holdOn, HOLD_ON_EVERY_MS);
}

function toast(text) {
  const box = document.querySelector(".toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { box.hidden = true; }, 3000);
}

async function addToCart(event) {
  event.preventDefault();
  const form = event.target;
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
    if (!response.ok) throw new Error(response.status);
    const added = await response.json();
    document.querySelector(".cart-count").textContent = added.count;
    toast(`Added to your cart: ${added.title}`);
  } catch (_failed) {
    form.submit(); // the plain way, whose page tells what is wrong
  }
}

function gallery(button) {
  const main = document.querySelector("[data-gallery-main]");
  main.hidden = false;
  main.src = button.dataset.picture;
  for (const other of button.parentElement.children) other.removeAttribute("aria-current");
  button.setAttribute("aria-current", "true");
}

// A picture that can not be loaded leaves the neutral drawing behind it.
function hideIfBroken(image) {
  if (image.complete && image.naturalWidth === 0) image.hidden = true;
}
document.addEventListener("error", (event) => {
  if (event.target.matches?.(".picture img")) event.target.hidden = true;
}, true);
document.querySelectorAll(".picture img:not([loading=lazy])").forEach(hideIfBroken);

document.querySelectorAll("[data-live-product]").forEach(liveProduct);
document.querySelectorAll("[data-live-list]").forEach(liveList);
document.querySelectorAll("[data-live-order]").forEach(liveOrder);
document.querySelectorAll("[data-live-hold]").forEach(liveHold);
document.querySelectorAll("[data-add]").forEach((f) => f.addEventListener("submit", addToCart));
document.querySelectorAll("[data-picture]").forEach((b) => b.addEventListener("click", () => gallery(b)));
document.querySelectorAll("[data-autosubmit]").forEach((form) => {
  form.querySelector("button").hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
});
// A second click would be the same order anyway (the form's token); this only looks calmer.
document.querySelectorAll("[data-once]").forEach((form) => form.addEventListener("submit", () => {
  const button = form.querySelector("[data-busy]");
  setTimeout(() => { button.disabled = true; button.textContent = button.dataset.busy; });
}));
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // from the back-forward cache: old stock, used form
});

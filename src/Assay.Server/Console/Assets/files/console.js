// Makes pages that are complete without it more comfortable: live figures, chart tooltips, copy buttons.
// No framework, no build step. Pages stay correct when any part of this fails.

const refreshEveryMs = 4000;
const refreshAnywayMs = 30000;

// Live -------------------------------------------------------------------------------------------------------------
// The stream says that something has changed; the page is then fetched again and the parts whose content differs are
// put in place. So every figure on the page is made in one place only, on the server.

function live() {
  const url = document.body.dataset.live;
  if (!url || !("EventSource" in window)) return;
  let seen = null;
  let timer = 0;
  let lastRefresh = performance.now();

  const refreshSoon = () => {
    if (timer || document.hidden) return;
    const wait = Math.max(0, refreshEveryMs - (performance.now() - lastRefresh));
    timer = setTimeout(async () => {
      try { await refresh(); } finally { lastRefresh = performance.now(); timer = 0; }
    }, wait);
  };

  const source = new EventSource(url);
  source.addEventListener("open", () => document.body.classList.add("is-live"));
  source.addEventListener("error", () => document.body.classList.remove("is-live"));
  source.addEventListener("tick", (event) => {
    let tick;
    try { tick = JSON.parse(event.data); } catch { return; }
    strip(tick);
    const state = JSON.stringify(tick.sinceStart ?? null);
    if (seen !== null && seen !== state) refreshSoon();
    seen = state;
  });
  // Calls through other nodes are not in this node's ticks.
  setInterval(refreshSoon, refreshAnywayMs);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshSoon(); });
  addEventListener("pagehide", () => source.close());
}

// The figures of the last minute come from the tick itself, once a second.
function strip(tick) {
  const set = (name, text) => {
    const element = document.querySelector(`[data-tick="${name}"]`);
    if (element && element.textContent !== text) element.textContent = text;
  };
  set("in-flight", String(tick.inFlight ?? 0));
  if (tick.minute) {
    const dollars = Number(tick.minute.costUsd);
    set("minute-calls", tick.minute.requests.toLocaleString("en-US"));
    set("minute-cost", `$${dollars.toLocaleString("en-US", {
      minimumFractionDigits: dollars > 0 && dollars < 0.01 ? 4 : 2,
      maximumFractionDigits: dollars > 0 && dollars < 0.01 ? 4 : 2,
    })}`);
  }
  const bars = document.querySelectorAll("[data-tick-bars] rect");
  if (tick.spark && bars.length === tick.spark.length) {
    const most = Math.max(1, ...tick.spark);
    tick.spark.forEach((value, at) => {
      const height = value > 0 ? Math.max(1, Math.round((value / most) * 100)) : 0;
      bars[at].setAttribute("y", String(100 - height));
      bars[at].setAttribute("height", String(height));
    });
  }
}

async function refresh() {
  const response = await fetch(location.href, { headers: { "x-assay-refresh": "1" }, redirect: "manual", cache: "no-store" });
  if (response.type === "opaqueredirect" || response.status === 401) { location.reload(); return; }
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-part]")) {
    const next = fresh.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
    const typed = [...part.querySelectorAll("input[type=text], textarea")].some((field) => field.value !== field.defaultValue);
    if (!next || typed || part.contains(document.activeElement) || part.querySelector(".tip:not([hidden])")) continue;
    keepOpen(part, next);
    if (next.isEqualNode(shadowOf(part))) continue;
    const before = new Map([...part.querySelectorAll("[data-figure]")].map((f) => [f.dataset.figure, f.textContent]));
    const adopted = document.importNode(next, true);
    part.replaceWith(adopted);
    enhance(adopted);
    for (const figure of adopted.querySelectorAll("[data-figure]")) {
      if (before.has(figure.dataset.figure) && before.get(figure.dataset.figure) !== figure.textContent) {
        figure.classList.add("changed");
      }
    }
  }
}

// Compares without what this script added, so that an unchanged part is left alone.
function shadowOf(part) {
  const copy = part.cloneNode(true);
  for (const added of copy.querySelectorAll("[data-added]")) added.remove();
  for (const figure of copy.querySelectorAll(".changed")) {
    figure.classList.remove("changed");
    if (figure.classList.length === 0) figure.removeAttribute("class");
  }
  for (const title of copy.querySelectorAll("[data-title]")) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", "title");
    element.textContent = title.dataset.title;
    title.append(element);
    title.removeAttribute("data-title");
  }
  return copy;
}

function keepOpen(part, next) {
  for (const details of part.querySelectorAll("details[data-keep]")) {
    const same = next.querySelector(`details[data-keep="${CSS.escape(details.dataset.keep)}"]`);
    if (same) same.open = details.open;
  }
}

// Charts -----------------------------------------------------------------------------------------------------------
// The tooltip reads the chart's own table: one source for the figures.

function chart(figure) {
  const plot = figure.querySelector(".plot");
  const hits = [...figure.querySelectorAll(".hit")];
  if (!plot || hits.length === 0) return;
  for (const hit of hits) {
    const title = hit.querySelector("title");
    if (title) { hit.dataset.title = title.textContent; title.remove(); }
  }
  const heads = [...figure.querySelectorAll(".data thead th")].map((th) => th.textContent);
  const rows = [...figure.querySelectorAll(".data tbody tr")];
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.dataset.added = "";
  tip.setAttribute("aria-hidden", "true");
  plot.append(tip);

  const show = (hit) => {
    const row = rows[Number(hit.dataset.slot)];
    if (!row) { tip.hidden = true; return; }
    tip.replaceChildren();
    [...row.cells].forEach((cell, at) => {
      if (at === 0) {
        const head = document.createElement("b");
        head.textContent = cell.textContent;
        tip.append(head);
        return;
      }
      const line = document.createElement("span");
      const name = document.createElement("span");
      const value = document.createElement("span");
      name.textContent = heads[at];
      value.textContent = cell.textContent;
      line.append(name, value);
      if (at > 1 && at === row.cells.length - 1) line.className = "sum";
      tip.append(line);
    });
    tip.hidden = false;
    const box = hit.getBoundingClientRect();
    const frame = plot.getBoundingClientRect();
    const middle = box.left + box.width / 2 - frame.left;
    const left = middle + box.width / 2 + 10 + tip.offsetWidth > frame.width
      ? middle - box.width / 2 - 10 - tip.offsetWidth
      : middle + box.width / 2 + 10;
    tip.style.left = `${Math.max(0, left)}px`;
  };
  for (const hit of hits) {
    hit.addEventListener("pointerenter", () => show(hit));
  }
  plot.addEventListener("pointerleave", () => { tip.hidden = true; });
}

// Copy -------------------------------------------------------------------------------------------------------------

function copyButton(snippet) {
  const pre = snippet.querySelector("pre");
  if (!pre || !navigator.clipboard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.dataset.added = "";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(pre.textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1600);
  });
  (snippet.querySelector(".file") ?? snippet).append(button);
}

function enhance(root) {
  const charts = root.matches?.("[data-chart]") ? [root] : root.querySelectorAll("[data-chart]");
  for (const figure of charts) chart(figure);
  for (const snippet of root.querySelectorAll(".snippet")) copyButton(snippet);
  for (const table of root.querySelectorAll("table.budgets")) allocation(table);
  for (const form of root.querySelectorAll("form[data-auto]")) {
    form.addEventListener("change", (event) => { if (event.target.matches("select")) form.requestSubmit(); });
  }
}

// Allocation: what a limit that is being typed leaves of the budget above ------------------------------------------------

function allocation(table) {
  const rows = [...table.querySelectorAll("tr[data-budget]")];
  const amount = (row) => {
    const typed = row.querySelector(".allocate input[name=amount]");
    const number = Number(typed && typed.value !== typed.defaultValue ? typed.value : row.dataset.limit);
    return Number.isFinite(number) && number >= 0 ? number : NaN;
  };
  const say = (number, unit) => unit !== "tokens"
    ? `$${number.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
    : `${Math.round(number).toLocaleString("en-US")} tokens`;
  for (const row of rows) {
    const form = row.querySelector(".allocate");
    if (!form) continue;
    const effect = document.createElement("output");
    effect.className = "sub effect";
    effect.setAttribute("aria-live", "polite");
    form.after(effect);
    form.querySelector("input[name=amount]").addEventListener("input", (event) => {
      const typed = event.target;
      effect.classList.remove("over");
      effect.textContent = "";
      if (typed.value === typed.defaultValue) return;
      if (Number.isNaN(amount(row))) {
        effect.textContent = "Not an amount yet.";
        return;
      }
      const lines = [];
      const parent = rows.find((other) => other.dataset.budget === row.dataset.parent);
      const siblings = (id) => rows.filter((other) => other.dataset.parent === id && id !== "");
      const tell = (above, left) => {
        const name = above.querySelector(".name").textContent;
        if (left < 0) effect.classList.add("over");
        lines.push(left < 0
          ? `${say(-left, row.dataset.unit)} more than ${name} has`
          : `Leaves ${say(left, row.dataset.unit)} of ${name} to pass on`);
      };
      if (parent && parent.dataset.unit === row.dataset.unit) {
        tell(parent, amount(parent) - siblings(parent.dataset.budget).reduce((sum, other) => sum + amount(other), 0));
      }
      const below = siblings(row.dataset.budget);
      if (below.length > 0) tell(row, amount(row) - below.reduce((sum, other) => sum + amount(other), 0));
      effect.textContent = lines.join(". ");
    });
  }
}

enhance(document);
live();

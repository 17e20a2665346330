// After "show more" the reader stands at the first new entry; a request that fails says so.
function show(failed) {
  const status = document.getElementById("status"); // asked each time: going back brings another one
  status.className = failed ? "is-failed" : "visually-hidden";
  if (failed) status.textContent = status.dataset.failed;
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  show(false);
  detail.target.dataset.had = detail.target.children.length;
});

document.addEventListener("htmx:afterSwap", ({ target, detail }) => {
  if (!detail.requestConfig?.elt.closest(".pager")) return;
  target.children[target.dataset.had]?.querySelector("a")?.focus();
});

// The button of a filter leads to what it found, which on a telephone stands below the whole form.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const request = detail.requestConfig;
  if (!request?.triggeringEvent?.submitter?.closest(".filter-submit")) return;
  const filters = document.querySelector(".filters");
  if (filters && getComputedStyle(filters.querySelector("summary")).display !== "none") filters.open = false;
  const heading = document.querySelector("#results .results-count") ?? document.querySelector("#results .empty-state-title");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  heading.scrollIntoView();
});

for (const name of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(name, ({ detail }) => show(detail.requestConfig.verb === "get"));
}

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

for (const name of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(name, ({ detail }) => show(detail.requestConfig.verb === "get"));
}

// After "show more" the reader stands at the first new entry; a request that fails says so.
const status = document.getElementById("status");

function show(failed) {
  status.className = failed ? "is-failed" : "visually-hidden";
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  show(false);
  detail.target.dataset.had = detail.target.children.length;
});

document.addEventListener("htmx:afterSwap", ({ target, detail }) => {
  if (!detail.requestConfig?.elt.closest(".pager")) return;
  target.children[target.dataset.had]?.querySelector("a")?.focus();
});

function fail() {
  status.textContent = status.dataset.failed;
  show(true);
}

document.addEventListener("htmx:sendError", fail);
document.addEventListener("htmx:responseError", fail);

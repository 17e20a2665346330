// After "show more" the reader stands at the first new entry; a request that fails says so.
const status = document.getElementById("status");

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  status.classList.remove("is-failed");
  detail.target.dataset.had = detail.target.children.length;
});

document.addEventListener("htmx:afterSwap", ({ target, detail }) => {
  if (!detail.requestConfig.elt.closest(".pager")) return;
  target.children[target.dataset.had]?.querySelector("a")?.focus();
});

function fail() {
  status.textContent = status.dataset.failed;
  status.classList.add("is-failed");
}

document.addEventListener("htmx:sendError", fail);
document.addEventListener("htmx:responseError", fail);

// Buttons that only work with script stay hidden until it runs: copy the link of a page, print it.
function prepare(root) {
  for (const button of root.querySelectorAll("[data-copy], [data-print]")) {
    if (button.matches("[data-copy]") && !navigator.clipboard) continue;
    button.closest("[hidden]")?.removeAttribute("hidden");
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-print]");
  if (!button) return;
  if (button.matches("[data-print]")) return window.print();
  await navigator.clipboard.writeText(button.dataset.copy);
  document.getElementById("status").textContent = button.lastChild.textContent = button.dataset.copied;
});

document.addEventListener("htmx:load", (event) => prepare(event.target));
prepare(document);

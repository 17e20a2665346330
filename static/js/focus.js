// A page that has something to say about a form puts the reader there; so does a part that htmx brought.
function lead(root) {
  root.querySelector("[data-focus]")?.focus();
}

lead(document);
document.addEventListener("htmx:afterSettle", ({ target }) => lead(target));

// The menu of the account closes with Escape and with a click elsewhere.
document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
});

// Who has no account saves posts, events and articles in the browser; on signing in that moves to the account.
// Without script, or without storage, the link of a button leads to signing in.
const SAVED = "saved", MOST_SAVED = 60; // as portal/saved/views.py has it

function savedHere() {
  try {
    const found = JSON.parse(localStorage.getItem(SAVED) ?? "[]");
    return Array.isArray(found) ? found.filter((item) => typeof item === "string") : [];
  } catch {
    return null; // the browser keeps nothing
  }
}

function showSaved(root) {
  const items = savedHere();
  if (!items) return;
  for (const link of root.querySelectorAll("[data-save]")) {
    link.dataset.label ??= link.lastChild.textContent;
    const saved = items.includes(link.dataset.save);
    link.setAttribute("role", "button");
    link.classList.toggle("is-saved", saved);
    link.lastChild.textContent = saved ? link.dataset.saved : link.dataset.label;
  }
}

function toggleSaved(link) {
  const items = savedHere(), item = link.dataset.save;
  const others = items.filter((one) => one !== item);
  if (others.length === items.length && items.length >= MOST_SAVED) {
    document.getElementById("status").textContent = link.lastChild.textContent = link.dataset.full;
    link.removeAttribute("role"); // the next click follows the link to signing in
    return;
  }
  localStorage.setItem(SAVED, JSON.stringify(others.length === items.length ? [item, ...items] : others));
  showSaved(document);
  document.getElementById("status").textContent = link.lastChild.textContent;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-save][role=button]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  toggleSaved(link);
});
document.addEventListener("keydown", (event) => {
  const link = event.key === " " && event.target.closest("[data-save][role=button]");
  if (!link) return;
  event.preventDefault();
  toggleSaved(link);
});

const asItems = (items) => new URLSearchParams(items.map((item) => ["item", item]));

async function listSaved(place) {
  const items = savedHere();
  if (!items?.length) return;
  const answer = await fetch(`${place.dataset.saveList}?${asItems(items)}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return;
  place.outerHTML = await answer.text();
  showSaved(document);
}

async function moveSaved(menu) {
  const items = savedHere(), token = menu.querySelector("[name=csrf_token]")?.value;
  if (!items?.length || !token) return;
  const headers = { "HX-Request": "true", "X-CSRFToken": token };
  const answer = await fetch(menu.dataset.saveMove, { method: "POST", headers, body: asItems(items) });
  if (answer.status === 204) localStorage.removeItem(SAVED);
}

for (const place of document.querySelectorAll("[data-save-list]")) listSaved(place).catch(() => {});
for (const menu of document.querySelectorAll("[data-save-move]")) moveSaved(menu).catch(() => {});
document.addEventListener("htmx:load", (event) => showSaved(event.target));
showSaved(document);

// The search box proposes finds while one types: a combobox with a list box (WAI-ARIA), fed by /zoeken/suggesties.
// The focus stays in the field; the arrows choose, Enter follows, Escape closes. Without script the box just searches.
const WAIT = 180; // milliseconds of rest before asking
const ENOUGH = /[\p{L}\p{N}]{3}|\p{N}|\b[A-Z]{2}/u; // as portal/search/page/suggestions.py has it

function propose(form) {
  const field = form.querySelector("input[type=search]");
  let timer, asking, list, shown = "", chosen = -1;
  const options = () => (list ? [...list.children] : []);

  function say(text) {
    const status = document.getElementById("status");
    if (status.textContent !== text) status.textContent = text;
  }

  function choose(place) {
    const found = options();
    chosen = place;
    found.forEach((option, index) => option.setAttribute("aria-selected", index === place));
    if (place < 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", found[place].id);
    found[place].scrollIntoView({ block: "nearest" });
  }

  function toggle(open) {
    if (list) list.hidden = !open;
    field.setAttribute("aria-expanded", open);
    choose(-1);
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    if (isOpen()) say("");
    toggle(false);
  }

  function isOpen() {
    return Boolean(list) && !list.hidden;
  }

  function show(html, words) {
    list?.remove();
    form.insertAdjacentHTML("beforeend", html);
    list = form.querySelector("[role=listbox]");
    list.id = `${field.id}-list`;
    options().forEach((option, place) => { option.id = `${list.id}-${place}`; });
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    field.setAttribute("aria-controls", list.id);
    shown = words;
    toggle(list.children.length > 0);
    say(list.dataset.said);
  }

  async function ask() {
    const words = field.value.trim();
    asking?.abort(); // what was asked before answers a question that nobody has any more
    if (!ENOUGH.test(words)) return close();
    asking = new AbortController();
    try {
      const address = `${form.dataset.suggest}?${new URLSearchParams({ q: words })}`;
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asking.signal });
      const html = answer.ok && !answer.redirected ? await answer.text() : "";
      if (!html) return close();
      if (field.value.trim() === words && document.activeElement === field) show(html, words);
    } catch {
      if (field.value.trim() === words) close(); // overtaken, or no connection: the box still searches
    }
  }

  function type(event) {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  }

  function press(event) {
    const last = options().length - 1, moves = { ArrowDown: chosen < last ? chosen + 1 : -1, ArrowUp: chosen < 0 ? last : chosen - 1 };
    if (chosen >= 0) Object.assign(moves, { Home: 0, End: last });
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in moves && last >= 0 && shown === field.value.trim()) {
      if (!isOpen()) toggle(true);
      choose(moves[event.key]);
    } else if (event.key === "Enter" && chosen >= 0) options()[chosen].click();
    else if (event.key === "Escape" && isOpen()) close();
    else return;
    event.preventDefault();
  }

  field.type = "text"; // a search field may not be a combobox (ARIA in HTML)
  field.inputMode = field.enterKeyHint = "search";
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.addEventListener("input", type);
  field.addEventListener("compositionend", type);
  field.addEventListener("keydown", press);
  form.addEventListener("focusout", ({ relatedTarget: next }) => next === field || list?.contains(next) || close());
  form.addEventListener("submit", close);
}

for (const form of document.querySelectorAll("form[data-suggest]")) propose(form);

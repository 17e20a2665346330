// A passkey: ask the server for a question, the browser for an answer, and send that with the form it stands in.
// Without script, or in a browser that knows no passkeys, the buttons stay hidden and other ways remain.
const able = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

function prepare(root) {
  if (!able) return;
  for (const form of root.querySelectorAll("form[data-passkey][hidden]")) form.hidden = false;
  for (const note of root.querySelectorAll("[data-passkey-unable]")) note.hidden = true;
}

async function answerOf(form) {
  const headers = { "X-CSRFToken": form.elements.csrf_token.value };
  const response = await fetch(form.dataset.passkey, { method: "POST", headers });
  if (!response.ok || response.redirected) throw new Error("no question");
  const question = await response.json();
  const credential = "passkeyNew" in form.dataset
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(question) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(question) });
  return JSON.stringify(credential.toJSON());
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-passkey]");
  if (!form || !able) return;
  event.preventDefault();
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  try {
    if (!form.elements.name?.value && form.elements.name) return form.submit(); // the server says what is missing
    form.elements.credential.value = await answerOf(form);
    form.submit();
  } catch {
    problem.hidden = false;
    document.getElementById("status").textContent = problem.textContent;
  }
});

document.addEventListener("htmx:load", (event) => prepare(event.target));
prepare(document);

// What a form sent through htmx and did not get saved is said where it was asked, in the line that the server answers;
// a whole page never lands in a part of one. Nothing says "kept" while nothing is.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.isError || detail.requestConfig.verb !== "post" || /<html/i.test(detail.serverResponse)) return;
  detail.shouldSwap = true;
  detail.swapOverride = "innerHTML";
});

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, ({ detail }) => {
    const line = detail.target;
    if (!line.matches(".draft-state") || (name === "htmx:responseError" && !/<html/i.test(detail.xhr.responseText))) return;
    line.textContent = line.dataset.failed;
  });
}

// Keeping a draft says so when it could not, because one is no longer signed in.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 401 && detail.target.matches(".draft-state")) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});

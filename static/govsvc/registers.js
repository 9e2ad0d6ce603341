/* The page of an entry: Ctrl+S saves, Ctrl+Enter presses the first move, J opens the next answer; what is typed is not lost by leaving. */
(function () {
  "use strict";
  const form = document.getElementById("entry-form");
  if (!form) return;
  const byId = (id) => document.getElementById(id);
  const text = byId("text");
  const state = () => new URLSearchParams(Array.from(new FormData(form)).filter(([, value]) => typeof value === "string")).toString();
  const before = state();
  // A page that came back with what was typed holds it unsaved from the start.
  const refused = Boolean(form.parentElement.parentElement.querySelector("#conflict, .gs-banner-error"));
  let leaving = false;

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && button.hasAttribute("data-needs-text") && text && !text.value.trim()) {
      event.preventDefault();
      text.setAttribute("aria-invalid", "true");
      text.focus();
      return;
    }
    leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    const files = form.querySelector("input[type=file]");
    if (leaving || !(refused || state() !== before || (files && files.value))) return;
    event.preventDefault();
    event.returnValue = "";
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      const button = key === "s" ? byId("save") : key === "enter" ? byId("first-move") : null;
      if (button) { event.preventDefault(); button.click(); }
      return;
    }
    if (event.target.closest("input, select, textarea, summary, button")) {
      // Enter in a line must not press whichever button happens to be first.
      if (key === "enter" && event.target.matches("#entry-form input:not([type=file])")) event.preventDefault();
      return;
    }
    if (key === "j" && byId("next")) { event.preventDefault(); byId("next").click(); }
  });
  const fault = form.querySelector(".gs-has-error input, .gs-has-error select, .gs-has-error textarea");
  if (fault) fault.focus();
})();

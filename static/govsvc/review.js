/* Keys of the review page: A approves, R goes to the reason and then returns, J and K walk the queue. */
(function () {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const reason = byId("reason");

  const objections = () => Array.from(document.querySelectorAll("input[name^=why-]"));
  const hasReason = () => [reason, ...objections()].some((field) => field && field.value.trim());

  function returnForm() {
    const button = byId("return");
    if (!button) return;
    if (hasReason()) button.click();
    else reason.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target === reason) {
      // Enter in the reason must return the form, never press the first button of the form (approve).
      if (event.key === "Enter") { event.preventDefault(); returnForm(); }
      if (event.key === "Escape") reason.blur();
      return;
    }
    if (event.target.name && event.target.name.startsWith("why-") && event.key === "Enter") {
      // Enter in an objection must not press the form's first button (approve).
      event.preventDefault();
      return;
    }
    if (event.target.closest("input, select, textarea, dialog")) return;
    const key = event.key.toLowerCase();
    const target = { a: byId("approve"), j: byId("next"), k: byId("previous") }[key];
    if (target) { event.preventDefault(); target.click(); }
    if (key === "r") { event.preventDefault(); returnForm(); }
  });

  const decision = byId("decision");
  if (decision) decision.addEventListener("submit", (event) => {
    const pressed = event.submitter && event.submitter.value;
    if (pressed === "return" && !hasReason()) {
      event.preventDefault();
      reason.setAttribute("aria-invalid", "true");
      reason.focus();
    }
  });
})();

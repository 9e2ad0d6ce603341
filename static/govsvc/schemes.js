/* Another rule of points asks for other fields: the page brings them at once; without scripts its button does. */
(function () {
  "use strict";
  const rule = document.querySelector("[data-rule]");
  const button = document.querySelector("[data-rule-button]");
  if (!rule || !button) return;
  button.hidden = true;
  rule.addEventListener("change", () => button.form.requestSubmit(button));
})();

/* Keys of a unit's comparison: 1 to 9 choose a source and lead to the reason, J and K walk the table. */
(function () {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const decision = byId("decision");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const field = event.target.closest("input, select, textarea");
    if (field && field.type !== "radio") {
      if (event.key === "Escape") field.blur();
      return;
    }
    const link = { j: byId("next"), k: byId("previous") }[event.key.toLowerCase()];
    if (link) { event.preventDefault(); link.click(); }
    const source = decision && decision.querySelectorAll("input[name=source]")[Number(event.key) - 1];
    if (source) { event.preventDefault(); source.checked = true; byId("reason").focus(); }
  });
})();

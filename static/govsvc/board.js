/* The board: shows the newest period first, folds the units below another one away, and prints. */
(function () {
  "use strict";
  const rows = Array.from(document.querySelectorAll("tr[data-unit]"));
  const folded = () => new Set(rows.filter((row) => row.querySelector(".gs-fold[aria-expanded=false]")).map((row) => row.dataset.unit));
  const show = () => {
    const closed = folded();
    rows.forEach((row) => { row.hidden = (row.dataset.above || "").trim().split(" ").some((unit) => closed.has(unit)); });
  };
  document.querySelectorAll(".gs-fold").forEach((button) => button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", button.getAttribute("aria-expanded") === "true" ? "false" : "true");
    show();
  }));
  const newest = () => document.querySelectorAll("[data-newest]").forEach((box) => { box.scrollLeft = box.scrollWidth; });
  newest();
  window.addEventListener("load", newest);
  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
})();

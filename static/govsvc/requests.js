/* Choosing units: a group's box chooses or clears its units; the head counts. Deleting a draft asks once more. */
(function () {
  "use strict";
  const total = document.querySelector("[data-chosen-count]");
  const boxesOf = (group) => Array.from(group.querySelectorAll("input[name=units]"));
  const groups = Array.from(document.querySelectorAll("[data-unit-group]"));
  const show = () => {
    let all = 0;
    groups.forEach((group) => {
      const boxes = boxesOf(group);
      const chosen = boxes.filter((box) => box.checked).length;
      const head = group.querySelector("[data-all-units]");
      head.checked = boxes.length > 0 && chosen === boxes.length;
      head.indeterminate = chosen > 0 && chosen < boxes.length;
      group.querySelector("[data-unit-count]").textContent = chosen + "/" + boxes.length;
      all += chosen;
    });
    if (total) total.textContent = all;
  };
  groups.forEach((group) => {
    group.querySelector("[data-all-units]").addEventListener("change", (event) => {
      boxesOf(group).forEach((box) => { box.checked = event.target.checked; });
      show();
    });
    boxesOf(group).forEach((box) => box.addEventListener("change", show));
  });
  if (groups.length) show();
  document.querySelectorAll("[data-sure]").forEach((button) => {
    button.addEventListener("click", (event) => {
      if (!window.confirm(button.dataset.sure)) event.preventDefault();
    });
  });
})();

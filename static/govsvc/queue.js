/* The box in the head of the queue chooses or clears every form. */
(function () {
  "use strict";
  const all = document.querySelector("[data-all-rows]");
  if (!all) return;
  const boxes = Array.from(document.querySelectorAll("input[name=chosen]"));
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = boxes.length > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
})();

/* What stands beside the figures: comments at the cell, rows of one's own, finding a row, the file before it is sent. */
(function () {
  "use strict";
  const core = window.govsvcEntry;
  const { page, form, settings, texts, say, byId, element } = core;

  // Comments: the mark at a cell (or Alt+M in it) opens them there.
  const box = byId("remark-box"), writing = box.querySelector("textarea"), refusal = box.querySelector("[role=alert]");
  let opened = null;
  function line(remark) {
    const made = element("li");
    made.append(element("span", "gs-when", remark.at), " ", element("b", "", remark.by), " ", remark.text);
    return made;
  }
  function open(mark) {
    opened = mark;
    byId("remark-title").textContent = say(texts.comments, { name: mark.dataset.name });
    box.querySelector("ul").replaceChildren(...(settings.remarks[mark.dataset.remarks] || []).map(line));
    refusal.hidden = true;
    box.hidden = false;
    const at = mark.getBoundingClientRect(), home = page.getBoundingClientRect();
    const left = Math.min(at.left - home.left, home.width - box.offsetWidth - 4);
    box.style.left = `${Math.max(0, left)}px`;
    box.style.top = `${at.bottom - home.top + 4}px`;
    writing.focus();
  }
  function close() {
    if (box.hidden) return;
    box.hidden = true;
    const input = byId(`cell-${opened.dataset.remarks}`);
    (input || opened).focus();
  }
  async function add() {
    const cell = opened.dataset.remarks;
    let answer = { status: 0, body: {} };
    try { answer = await core.post(settings.comment, { cell, text: writing.value }); } catch (error) { answer.status = 0; }
    refusal.hidden = answer.status === 200;
    refusal.textContent = answer.body.message || texts.offline;
    if (answer.status !== 200) return;
    settings.remarks[cell] = answer.body.remarks;
    opened.textContent = answer.body.remarks.length;
    opened.classList.add("gs-marked");
    writing.value = "";
    open(opened);
  }
  page.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-remarks]");
    if (!mark) return;
    event.preventDefault();
    open(mark);
  });
  box.querySelector("[data-add]").addEventListener("click", add);
  box.querySelector("[data-close]").addEventListener("click", close);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); event.stopPropagation(); add(); }
  });
  form.addEventListener("keydown", (event) => {
    const place = event.target.closest(".gs-now");
    if (!place || !event.altKey || event.code !== "KeyM") return;
    event.preventDefault();
    open(place.querySelector("[data-remarks]"));
  });

  // Finding a row of a long table
  const find = byId("row-find");
  if (find) {
    find.hidden = false;
    find.addEventListener("input", (event) => {
      event.stopPropagation();
      const wanted = find.value.trim().toLowerCase();
      page.querySelectorAll("#category-rows tr").forEach((row) => {
        row.hidden = !row.querySelector("th").textContent.toLowerCase().includes(wanted);
      });
    });
  }

  // Enter in a small form of its own presses that form's button, not “Save draft”.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey) return;
    const group = event.target.closest(".gs-write, .gs-add-row");
    if (group && event.target.matches("input")) { event.preventDefault(); group.querySelector("button").click(); }
    if (event.target.matches(".gs-find, .gs-explain")) event.preventDefault();
  });
  if (!settings.editable) return;

  // A row of one's own joins the table without leaving the page.
  const adding = byId("add-row"), name = byId("row-name");
  if (adding) {
    adding.addEventListener("click", async (event) => {
      event.preventDefault();
      let answer = { status: 0, body: {} };
      try { answer = await core.post(settings.row, { name: name.value }); } catch (error) { answer.status = 0; }
      core.trouble(answer.status === 200 ? "" : answer.body.message || texts.offline);
      if (answer.status !== 200) return;
      const rows = byId("category-rows");
      const there = [...rows.children].find((row) => row.dataset.row === answer.body.code);
      if (!there) {
        rows.insertAdjacentHTML("beforeend", answer.body.html);
        core.adopt();
        core.check();
      }
      name.value = "";
      const row = there || rows.lastElementChild;
      row.hidden = false;
      row.querySelector(".gs-input").focus();
    });
  }

  // A file that is too large is refused before it travels; one under way is told of.
  const file = byId("file");
  file.addEventListener("change", () => {
    const large = file.files.length > 0 && file.files[0].size > settings.max_bytes;
    core.trouble(large ? texts.large : "");
    if (large) file.value = "";
  });
  form.addEventListener("submit", () => { if (file.files.length) core.state(texts.uploading); });
})();

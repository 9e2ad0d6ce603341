/* Pasting a block from a spreadsheet, taking over last period's stocks, and undoing either with one click each.
   In the category table rows go to rows and columns to columns; on the paper form one row fills the cells that follow. */
(function () {
  "use strict";
  const core = window.govsvcEntry;
  if (!core || !core.settings.editable) return;
  const { form, page, texts, say, byId } = core;
  const told = byId("told");
  // How much of what found no place is named.
  const NAMED = 8;
  // What each paste or copy replaced, the newest last.
  const done = [];
  let undo = [];

  // Rows of cells as a spreadsheet writes them: a cell with a tab or a line break stands in quotation marks.
  function rowsOf(text) {
    const rows = [[]];
    const cells = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r?\n|\r|$)/gy;
    const body = text.replace(/[\r\n]+$/, "");
    for (let match = cells.exec(body); match; match = cells.exec(body)) {
      const quoted = match[1] !== undefined ? match[1].replace(/""/g, '"') : match[2];
      rows[rows.length - 1].push(quoted.trim());
      if (match[3] === "") break;
      if (match[3] !== "\t") rows.push([]);
    }
    return rows;
  }
  const isComputed = (place) => "computed" in place.dataset;
  const visible = (place) => place.offsetParent !== null;

  // Where each row of the paste goes, and what found no place.
  function targets(from, rows) {
    const table = from.closest("table");
    if (!table) {
      const line = rows.length === 1 || rows.every((row) => row.length === 1) ? rows.flat() : rows[0];
      const left = rows.length === 1 || line !== rows[0] ? [] : rows.slice(1).flat();
      return fit(core.places().slice(core.places().indexOf(from)), line, left);
    }
    const lines = [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll(".gs-now")]).filter((line) => line.some(visible));
    const top = lines.findIndex((line) => line.includes(from)), column = lines[top].indexOf(from);
    const pairs = [], left = [];
    rows.forEach((row, down) => {
      const found = fit((lines[top + down] || []).slice(column), row, []);
      pairs.push(...found.pairs);
      left.push(...found.left);
    });
    return { pairs, left };
  }
  // A row that holds the rates too is recognised by its length or a percent sign; rates are computed, never pasted.
  function fit(here, row, left) {
    const entered = here.filter((place) => !isComputed(place));
    const withRates = row.length > entered.length || row.some((text, index) => text.endsWith("%") && here[index] && isComputed(here[index]));
    const cells = withRates ? here : entered;
    const pairs = row.slice(0, cells.length).map((text, index) => [cells[index], text]).filter(([place]) => !isComputed(place));
    return { pairs, left: [...row.slice(cells.length).filter((text) => text), ...left] };
  }
  function fill(place, text) {
    const code = place.dataset.code, reason = core.reasonOf(code);
    const option = reason && [...reason.options].find((one) => one.value && [one.textContent, `—（${one.textContent}）`].includes(text));
    undo.push([code, core.cell(code)]);
    core.put(code, option ? { text: "", reason: option.value } : { text, reason: "" });
    core.mark(code);
  }
  function tell(text) {
    if (undo.length) done.push(undo);
    told.querySelector("[data-text]").textContent = text;
    told.hidden = false;
  }
  form.addEventListener("paste", (event) => {
    const input = event.target.closest(".gs-input"), from = input && core.placeOf(input);
    const text = event.clipboardData.getData("text");
    if (!from || input.matches("textarea") || !/[\t\r\n]/.test(text.trim())) return;
    event.preventDefault();
    const { pairs, left } = targets(from, rowsOf(text));
    undo = [];
    pairs.forEach(([place, part]) => fill(place, part));
    const words = [say(texts.pasted, { n: pairs.length })];
    if (left.length) {
      const list = left.slice(0, NAMED).join("、") + (left.length > NAMED ? "…" : "");
      words.push(say(texts.overflow, { n: left.length, list }));
    }
    tell(words.join(" "));
    core.changed(core.SOON);
  });

  const stocks = byId("copy-stocks");
  if (stocks) {
    const offered = "[data-copy]:not([data-paragraph])";
    stocks.hidden = !page.querySelector(offered);
    stocks.addEventListener("click", (event) => {
      event.preventDefault();
      undo = [];
      page.querySelectorAll(offered).forEach((button) => {
        const code = button.dataset.to, now = core.cell(code);
        if (!now.text.trim() && !now.reason) fill(core.placeOf(byId(`cell-${code}`)), button.dataset.copy);
      });
      tell(say(texts.copied, { n: undo.length }));
      core.changed(core.SOON);
    });
  }
  told.querySelector("[data-undo]").addEventListener("click", () => {
    const last = done.pop() || [];
    last.forEach(([code, before]) => { core.put(code, before); core.mark(code); });
    told.hidden = !done.length;
    core.changed(core.SOON);
  });
  told.querySelector("[data-close]").addEventListener("click", () => { told.hidden = true; });
})();

/* The grid of one form for many units: moving, pasting blocks, rows that save themselves; nothing typed is lost.
   There is no arithmetic and no text of its own here: findings, totals and texts come from the server (table-settings). */
(function () {
  "use strict";
  const settings = JSON.parse(document.getElementById("table-settings").textContent);
  const texts = settings.texts;
  const form = document.getElementById("table-form");
  const byId = (id) => document.getElementById(id);
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const CHECK_AFTER = 250, SAVE_AFTER = 3000, SAVE_AFTER_LEAVING = 600, RETRY_AFTER = 10000, SHOWN = 6;

  // The grid as rows of columns; a place without an input is computed, locked or not asked
  const lines = [...form.querySelectorAll("tbody tr")];
  const grid = lines.map((line) => [...line.querySelectorAll("td:not(.gs-sheet-category):not(.gs-sheet-state)")].map((cell) => cell.querySelector("[data-key]")));
  const columns = [...form.querySelectorAll("tfoot [data-total]")];
  const computed = columns.map((_cell, index) => lines.some((line) => line.querySelectorAll("td:not(.gs-sheet-category):not(.gs-sheet-state)")[index].matches(".gs-sheet-computed")));
  const inputs = grid.flat().filter(Boolean);
  const unitOf = (input) => input.closest("tr").dataset.unit;
  const nameOf = (unit) => form.querySelector(`tr[data-unit="${unit}"]`).dataset.name;
  const inputFor = (unit, key) => byId(`cell-${unit}-${key}`);
  const versionOf = (unit) => form.elements[`version-${unit}`];
  const placeOf = (input) => {
    const row = lines.indexOf(input.closest("tr"));
    return [row, grid[row].indexOf(input)];
  };
  const dirty = new Map();
  let checkTimer, saveTimer, checks = 0, saving = false, blocked = false, pressed = null;

  function mark(input) {
    const unit = unitOf(input);
    if (!dirty.has(unit)) dirty.set(unit, new Set());
    dirty.get(unit).add(input.dataset.key);
    input.closest("td").classList.add("gs-sheet-dirty");
  }
  function clean(unit, key) {
    const keys = dirty.get(unit);
    if (!keys) return;
    keys.delete(key);
    if (!keys.size) dirty.delete(unit);
    const input = inputFor(unit, key);
    if (input) input.closest("td").classList.remove("gs-sheet-dirty");
  }
  function typed() {
    return Object.fromEntries([...dirty].map(([unit, keys]) => [unit, {
      version: Number(versionOf(unit).value),
      cells: Object.fromEntries([...keys].map((key) => [key, inputFor(unit, key).value])),
    }]));
  }

  // The copy on this computer
  function keep() {
    try {
      if (dirty.size) localStorage.setItem(settings.store, JSON.stringify({ at: new Date().toISOString(), rows: typed() }));
      else localStorage.removeItem(settings.store);
    } catch (error) { /* a full or forbidden store must not stop the typing */ }
  }
  function offerCopy() {
    let copy = null;
    try { copy = JSON.parse(localStorage.getItem(settings.store)); } catch (error) { copy = null; }
    const cells = copy ? Object.entries(copy.rows).flatMap(([unit, row]) => Object.entries(row.cells).map(([key, text]) => [inputFor(unit, key), text])) : [];
    const lost = cells.filter(([input, text]) => input && input.value !== text);
    if (!lost.length) return;
    const banner = byId("local-copy");
    const time = new Date(copy.at).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
    banner.querySelector("[data-text]").textContent = say(texts.found, { time });
    banner.hidden = false;
    banner.querySelector("[data-restore]").addEventListener("click", () => {
      lost.forEach(([input, text]) => { input.value = text; mark(input); });
      banner.hidden = true;
      changed(0);
    });
    banner.querySelector("[data-discard]").addEventListener("click", () => { localStorage.removeItem(settings.store); banner.hidden = true; });
  }

  // Showing what the server says
  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  function state(text) { byId("save-state").textContent = text; }
  function trouble(text, login) {
    const banner = byId("trouble"), link = banner.querySelector("[data-login]");
    banner.hidden = !text;
    banner.querySelector("[data-text]").textContent = text || "";
    link.hidden = !login;
    if (login) link.href = settings.login;
  }
  function show(answer) {
    Object.entries(answer.rows).forEach(([unit, row]) => showRow(unit, row));
    columns.forEach((cell) => { cell.textContent = answer.totals[cell.dataset.total] || ""; });
    byId("problems").hidden = !byId("problem-list").children.length;
    count();
  }
  function showRow(unit, row) {
    const rows = lines.filter((line) => line.dataset.unit === unit);
    rows.forEach((line) => line.querySelectorAll("[data-computed]").forEach((output) => { output.textContent = row.computed[output.dataset.computed] || ""; }));
    rows[0].dataset.complete = row.complete ? "1" : "0";
    rows[0].querySelector("[data-progress]").textContent = say(texts.filled, row);
    rows.flatMap((line) => [...line.querySelectorAll("[data-key]")]).forEach((input) => {
      const found = row.problems.filter((problem) => problem.item === input.dataset.key);
      const worst = ["error", "warning", "notice"].find((severity) => found.some((problem) => problem.severity === severity));
      const cell = input.closest("td");
      ["error", "warning", "notice"].forEach((severity) => cell.classList.toggle(`gs-has-${severity}`, severity === worst));
      input.setAttribute("aria-invalid", String(worst === "error"));
      input.title = found.map((problem) => problem.message).join("；");
    });
    const list = byId("problem-list");
    list.querySelectorAll(`li[data-unit="${unit}"]`).forEach((line) => line.remove());
    const said = row.problems.map((problem) => [problem.severity, problem.message, `#cell-${unit}-${problem.item}`]);
    if (row.message && !Object.keys(row.theirs).length) said.unshift(["error", row.message, ""]);
    said.forEach(([severity, message, href]) => {
      const line = element("li", `gs-${severity}`), words = element("span");
      line.dataset.unit = unit;
      words.append(href ? Object.assign(element("a", "", message), { href }) : message);
      line.append(element("b", "", nameOf(unit)), " ", words);
      list.append(line);
    });
  }
  function count() {
    const complete = lines.filter((line) => line.dataset.complete === "1").length;
    const chosen = form.querySelectorAll("input[name=row]:checked").length;
    const errors = form.querySelectorAll("#problem-list li.gs-error").length;
    byId("error-count").hidden = !errors;
    byId("error-count").querySelector("b").textContent = errors;
    byId("submit-complete").textContent = say(texts.complete, { n: complete });
    byId("submit-complete").disabled = !complete;
    byId("submit-chosen").textContent = say(texts.chosen, { n: chosen });
    byId("submit-chosen").disabled = !chosen;
  }

  // Talking to the server
  async function post(rows, save) {
    const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    const token = cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
    const response = await fetch(settings.cells, {
      method: "POST", credentials: "same-origin", redirect: "error",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ save, rows }),
    });
    const isJson = (response.headers.get("Content-Type") || "").includes("json");
    return { status: response.status, body: isJson ? await response.json() : {} };
  }
  async function check() {
    const mine = ++checks;
    try {
      const answer = await post(typed(), false);
      if (mine === checks && answer.status === 200) show(answer.body);
    } catch (error) { /* the save that follows says what is wrong with the connection */ }
  }
  async function save() {
    clearTimeout(saveTimer);
    if (saving || !dirty.size || blocked) return;
    const sent = typed();
    saving = true;
    state(texts.saving);
    try {
      const answer = await post(sent, true);
      if (answer.status === 200) saved(answer.body, sent);
      else if (answer.status === 401) { blocked = true; state(texts.unsaved); trouble(texts.session, true); retryLater(); }
      else { state(texts.unsaved); trouble(say(texts.refused, { reason: answer.body.message || answer.status })); pressed = null; }
    } catch (error) {
      state(texts.local);
      retryLater();
    }
    saving = false;
    if (pressed) handIn();
  }
  function retryLater() { clearTimeout(saveTimer); saveTimer = setTimeout(() => { blocked = false; save(); }, RETRY_AFTER); }
  function saved(answer, sent) {
    let rejected = 0;
    const theirs = {};
    checks += 1;
    show(answer);
    Object.entries(answer.rows).forEach(([unit, row]) => {
      if (Object.keys(row.theirs).length) { theirs[unit] = row; return; }
      versionOf(unit).value = row.version;
      if (row.message) return;
      Object.entries(sent[unit].cells).forEach(([key, text]) => {
        const input = inputFor(unit, key);
        if (row.rejected.includes(key)) rejected += 1;
        else if (input.value === text) {
          clean(unit, key);
          if (input !== document.activeElement) input.value = row.cells[key] || "";
        }
      });
    });
    const refused = Object.values(answer.rows).find((row) => row.message && !Object.keys(row.theirs).length);
    blocked = Boolean(refused);
    trouble(refused ? refused.message : "");
    state(refused ? texts.unsaved : rejected ? say(texts.rejected, { n: rejected }) : say(texts.saved, answer));
    keep();
    if (Object.keys(theirs).length) conflict(theirs);
    else if ([...dirty].some(([unit, keys]) => [...keys].some((key) => !(answer.rows[unit] || { rejected: [] }).rejected.includes(key)))) saveTimer = setTimeout(save, SAVE_AFTER_LEAVING);
  }
  function conflict(rows) {
    const dialog = byId("conflict"), body = dialog.querySelector("tbody"), cells = [];
    blocked = true;
    pressed = null;
    state(texts.unsaved);
    Object.entries(rows).forEach(([unit, row]) => Object.entries(row.theirs).forEach(([key, theirs]) => cells.push({ unit, key, row, theirs })));
    body.replaceChildren(...cells.map(({ unit, key, theirs }, index) => {
      const line = element("tr"), input = inputFor(unit, key);
      line.append(element("th", "", input.getAttribute("aria-label")));
      for (const [side, text] of [["mine", input.value || texts.blank], ["theirs", say(texts.by, { name: theirs.by, value: theirs.value || texts.blank })]]) {
        const label = element("label"), radio = element("input"), data = element("td");
        Object.assign(radio, { type: "radio", name: `side-${index}`, value: side, checked: side === "mine" });
        label.append(radio, " ", text);
        data.append(label);
        line.append(data);
      }
      return line;
    }));
    dialog.addEventListener("close", () => {
      cells.forEach(({ unit, key, row }, index) => {
        versionOf(unit).value = row.version;
        if (body.querySelector(`input[name="side-${index}"]:checked`).value === "theirs") {
          inputFor(unit, key).value = row.cells[key] || "";
          clean(unit, key);
        }
      });
      blocked = false;
      changed(0);
    }, { once: true });
    dialog.addEventListener("cancel", (event) => event.preventDefault(), { once: true });
    dialog.showModal();
  }

  // Typing and moving
  function changed(wait) {
    keep();
    clearTimeout(checkTimer);
    checkTimer = setTimeout(check, CHECK_AFTER);
    clearTimeout(saveTimer);
    if (!dirty.size) return;
    state(texts.unsaved);
    saveTimer = setTimeout(save, wait);
  }
  function move(input, down, right) {
    let [row, column] = placeOf(input);
    do { row += down; column += right; } while (grid[row] && column >= 0 && column < columns.length && !grid[row][column]);
    const next = grid[row] && grid[row][column];
    if (next) next.focus();
  }
  form.addEventListener("input", (event) => { if (event.target.dataset.key) { mark(event.target); changed(SAVE_AFTER); } });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) form.querySelectorAll("input[name=row]").forEach((box) => { box.checked = event.target.checked; });
    count();
  });
  form.addEventListener("focusin", (event) => { if (event.target.dataset.key && !event.target.matches("textarea")) event.target.select(); });
  form.addEventListener("focusout", (event) => {
    if (!event.target.dataset.key || !dirty.size) return;
    clearTimeout(saveTimer);
    saveTimer = setTimeout(save, SAVE_AFTER_LEAVING);
  });
  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (event.isComposing || !input.dataset.key || event.ctrlKey || event.altKey || event.metaKey) return;
    // Inside a paragraph these keys move within the text.
    if (input.matches("textarea")) return;
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const steps = { Enter: [event.shiftKey ? -1 : 1, 0], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
    if (!event.shiftKey && (whole || input.selectionEnd === 0)) steps.ArrowLeft = [0, -1];
    if (!event.shiftKey && (whole || input.selectionStart === input.value.length)) steps.ArrowRight = [0, 1];
    if (!steps[event.key]) return;
    event.preventDefault();
    move(input, ...steps[event.key]);
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); save(); }
  });

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
  // Pasting a block: one row that fits goes in at once, anything else is shown first
  form.addEventListener("paste", (event) => {
    const input = event.target, text = event.clipboardData.getData("text");
    if (!input.dataset.key || !/[\t\n]/.test(text.trim())) return;
    if (input.matches("textarea") && !text.includes("\t")) return;
    event.preventDefault();
    const block = rowsOf(text);
    const plan = planned(input, block);
    if (block.length === 1 && !plan.overColumns && !plan.names && !plan.undecided) apply(plan);
    else ask(plan, input, block);
  });
  function planned(input, block, computedToo) {
    const [top, left] = placeOf(input), width = Math.max(...block.map((line) => line.length));
    const visible = columns.map((_cell, index) => index).slice(left), entered = visible.filter((index) => !computed[index]);
    const undecided = entered.length !== visible.length && width > 1;
    const withComputed = computedToo === undefined ? width > entered.length || (undecided && width === visible.length) : computedToo;
    const targets = withComputed ? visible : entered;
    const cells = [];
    let locked = 0;
    block.forEach((parts, index) => {
      const row = grid[top + index];
      if (!row) return;
      if (row.every((place) => !place)) { locked += 1; return; }
      parts.forEach((part, column) => { if (row[targets[column]]) cells.push([row[targets[column]], part]); });
    });
    const first = block.map((line) => line[0]).filter(Boolean);
    return {
      cells, locked, width, undecided, withComputed, top,
      overRows: Math.max(top + block.length - lines.length, 0), overColumns: Math.max(width - targets.length, 0),
      names: input.matches(".gs-number") && first.length > 1 && first.every((part) => !/^[+\-－\d０-９.,，%％—/]+$/.test(part)),
    };
  }
  function ask(plan, input, block) {
    const dialog = byId("paste"), warning = dialog.querySelector("[data-warning]"), too = dialog.querySelector("[data-computed-too]");
    let chosen = plan;
    const draw = () => {
      const where = { rows: block.length, columns: chosen.width, unit: nameOf(unitOf(input)), item: input.getAttribute("aria-label").split(" · ").pop() };
      dialog.querySelector("[data-block]").textContent = say(texts.block, where);
      const said = [];
      if (chosen.names) said.push(texts.names);
      if (chosen.overRows || chosen.overColumns) said.push(say(texts.over, { rows: chosen.overRows, columns: chosen.overColumns }));
      if (chosen.locked) said.push(say(texts.locked, { rows: chosen.locked }));
      warning.textContent = said.join(" ");
      warning.hidden = !said.length;
    };
    dialog.querySelector("[data-computed-choice]").hidden = !plan.undecided;
    too.checked = plan.withComputed;
    too.onchange = () => { chosen = planned(input, block, too.checked); draw(); };
    dialog.querySelector("tbody").replaceChildren(...block.slice(0, SHOWN).map((parts, index) => {
      const line = element("tr"), at = lines[plan.top + index];
      line.append(element("th", "", at ? at.dataset.name : "—"), ...parts.slice(0, SHOWN * 2).map((part) => element("td", "gs-num", part)));
      return line;
    }));
    draw();
    dialog.addEventListener("close", () => { if (dialog.returnValue === "apply") apply(chosen); input.focus(); }, { once: true });
    dialog.returnValue = "";
    dialog.showModal();
  }
  function apply(plan) {
    plan.cells.forEach(([input, text]) => { if (input.value !== text) { input.value = text; mark(input); } });
    changed(SAVE_AFTER_LEAVING);
  }

  // Handing in: what is typed is saved first, so the form itself carries only the choice of rows.
  form.addEventListener("submit", (event) => {
    if (!event.submitter || event.submitter.dataset.ready) return;
    event.preventDefault();
    clearTimeout(saveTimer);
    clearTimeout(checkTimer);
    if (event.submitter.value === "save") { save(); return; }
    pressed = event.submitter;
    if (saving) return;
    // Not before this event is over: until then a browser ignores a second submission of the form.
    if (dirty.size) save(); else setTimeout(handIn);
  });
  function handIn() {
    const button = pressed;
    pressed = null;
    if (dirty.size) {
      const [unit, keys] = [...dirty][0];
      inputFor(unit, [...keys][0]).focus();
      return;
    }
    inputs.forEach((input) => { input.disabled = true; });
    button.dataset.ready = "1";
    form.requestSubmit(button);
  }
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  window.addEventListener("online", () => { blocked = false; save(); });
  window.addEventListener("pageshow", () => inputs.forEach((input) => { input.disabled = false; }));

  const all = form.querySelector("[data-all]");
  if (all) all.hidden = false;
  count();
  // What the page shows as typed but unsaved (a form sent back with errors) counts as typed here too.
  form.querySelectorAll("[data-key][aria-invalid=true]").forEach((input) => { if (input.value !== input.defaultValue) mark(input); });
  offerCopy();
})();

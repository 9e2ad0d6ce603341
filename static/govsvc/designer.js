/* The designer of a table: columns as lines, groups of rows, and the table drawn as it will print. */
(function () {
  "use strict";
  const core = window.govsvcTemplate;
  const { form, settings, texts, say, byId, element } = core;
  const columns = byId("columns"), groups = byId("groups"), conflict = byId("conflict");
  const all = () => [...columns.querySelectorAll("[data-column]")];
  const part = (row, name) => row.querySelector(`[name="column-${name}"]`);
  let version = "";

  function renumber() {
    all().forEach((row, place) => { row.querySelector("[data-number]").textContent = String(place + 1); });
  }
  // A code of its own: what stands before a column is not renamed by one that comes later.
  function freeCode(wanted) {
    const taken = new Set(all().map((row) => part(row, "code").value));
    let code = wanted, n = 1;
    while (!code || taken.has(code)) { n += 1; code = `${wanted || "c"}${n}`; }
    return code;
  }
  function add(given) {
    if (all().length >= settings.most.columns) { alert(say(texts.most, { n: settings.most.columns })); return; }
    const row = byId("column").content.querySelector("[data-column]").cloneNode(true);
    Object.entries(given || {}).forEach(([name, value]) => { part(row, name).value = value; });
    part(row, "code").value = freeCode(part(row, "code").value);
    columns.append(row);
    renumber();
    core.changed();
    part(row, "head").focus();
  }
  function remove(row) {
    const number = all().indexOf(row) + 1;
    if ((part(row, "head").value || part(row, "expression").value) && !confirm(say(texts.remove_column, { n: number }))) return;
    row.remove();
    renumber();
    core.changed();
  }
  columns.addEventListener("click", (event) => {
    const button = event.target.closest("button"), row = event.target.closest("[data-column]");
    if (!button || !row) return;
    if (button.dataset.move) core.move(row, button.dataset.move);
    if ("delete" in button.dataset) remove(row);
  });
  groups.addEventListener("click", (event) => {
    const button = event.target.closest("button"), row = event.target.closest("[data-group]");
    if (!button || !row) return;
    if (button.dataset.move) core.move(row, button.dataset.move);
    if ("delete" in button.dataset) { row.remove(); core.changed(); }
  });
  if (settings.editable) {
    byId("add").addEventListener("click", () => add());
    byId("add-group").addEventListener("click", () => {
      groups.append(byId("group").content.firstElementChild.cloneNode(true));
    });
  }
  // A second field only where the first one asks for it
  function openPairs() {
    all().forEach((row) => {
      part(row, "in_totals").closest("td").classList.toggle("gd-open", !part(row, "in_totals").value);
      part(row, "highlight").closest("td").classList.toggle("gd-open", part(row, "highlight").value === "last");
    });
  }
  columns.addEventListener("change", openPairs);

  // An entry of the palette becomes a column.
  core.addFrom = (entry) => add({ head: entry.name, kind: entry.kind, expression: entry.insert, code: "" });

  // Only the rows that the chosen source has
  function offerRows() {
    const kind = form.elements.source.value.split(":")[0], rows = form.elements.rows;
    const known = settings.rows[kind] || [];
    [...rows.options].forEach((option) => { option.hidden = Boolean(known.length) && !known.includes(option.value); });
    if (known.length && !known.includes(rows.value)) rows.value = known[0];
    core.page.querySelectorAll("[data-for]").forEach((field) => { field.hidden = field.dataset.for !== kind; });
  }
  form.elements.source.addEventListener("change", offerRows);

  function fieldOf(fault) {
    const row = all()[fault.section - 1];
    return (row ? part(row, fault.part) : form.elements[fault.part]) || form.elements.title;
  }
  function mark(faults) {
    all().forEach((row, place) => {
      const own = faults.filter((fault) => fault.section === place + 1), told = row.querySelector("[data-fault]");
      row.classList.toggle("gd-faulty", own.length > 0);
      told.hidden = !own.length;
      told.textContent = own.map((fault) => fault.message).join("；");
    });
  }
  function select(fault) {
    const field = fieldOf(fault);
    if (field.matches("textarea, input:not([type=number])")) core.selectIn(field, fault);
    else field.focus();
  }
  conflict.querySelector("[data-keep]").addEventListener("click", () => {
    form.elements.version.value = version;
    conflict.close();
    core.save();
  });
  core.moveByKeys(columns, "[data-column]");
  offerRows();
  openPairs();
  core.start({
    mark, renumber, select,
    shown() {},
    stored: (body) => { if (body.address) history.replaceState(null, "", body.address); },
    theirs(body) {
      version = body.version;
      conflict.querySelector("a").href = location.href;
      conflict.showModal();
    },
    placeOf: (fault) => (fault.section ? say(texts.column, { n: fault.section }) : texts.annex),
    action() {},
  });
})();

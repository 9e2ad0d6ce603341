/* The entry page while typing: findings and rates come from the server, the draft saves itself, nothing typed is lost.
   There is no arithmetic and no text of its own here: both come from the server (check, save, entry-settings).
   A cell's code is its key as the server writes it: item, or item@category. */
(function () {
  "use strict";
  const page = document.getElementById("entry");
  const settings = JSON.parse(document.getElementById("entry-settings").textContent);
  const form = document.getElementById("entry-form");
  const texts = settings.texts;
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const byId = (id) => document.getElementById(id);

  const KEY = `govsvc.entry.${settings.user}.${settings.id}`, WHY_KEY = `${KEY}.why`;
  const core = { page, settings, form, texts, say, byId, element, post };
  window.govsvcEntry = core;

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  async function post(url, body) {
    const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    const token = cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
    const response = await fetch(url, {
      method: "POST", credentials: "same-origin", redirect: "error",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(body),
    });
    const isJson = (response.headers.get("Content-Type") || "").includes("json");
    return { status: response.status, body: isJson ? await response.json() : {} };
  }
  if (!settings.editable) {
    try { localStorage.removeItem(WHY_KEY); } catch (error) { /* no store, nothing to clear */ }
    return;
  }

  const CHECK_AFTER = 250, SAVE_AFTER = 3000, SAVE_LONG_AFTER = 8000, SAVE_AFTER_LEAVING = 400, RETRY_AFTER = 10000;
  // Every cell in the page's order, and those that can be typed into; a row added later joins them.
  let places = [], entered = [];
  const inputOf = (code) => byId(`cell-${code}`);
  const reasonOf = (code) => byId(`reason-${code}`);
  const placeOf = (element) => element.closest(".gs-now");
  const dirty = new Set(settings.unsaved);
  let version = settings.version, checkTimer, saveTimer, checks = 0, saving = false, submitter = null, blocked = false;

  // Reading and writing cells
  function cell(code) {
    const reason = reasonOf(code);
    return { text: inputOf(code).value, reason: reason ? reason.value : "" };
  }
  function showReason(place) {
    const reason = reasonOf(place.dataset.code);
    place.classList.toggle("gs-na", Boolean(reason && reason.value));
  }
  // A select takes every text: what it does not offer stands there too, and the server says what is wrong with it.
  function write(input, text) {
    input.value = text;
    if (input.value !== text && input.matches("select")) {
      input.append(new Option(text, text));
      input.value = text;
    }
  }
  // How long a paragraph is, and room for all of it.
  function measure(input) {
    const shown = byId(`length-${placeOf(input).dataset.code}`);
    if (!shown) return;
    const n = input.value.length;
    shown.textContent = say(texts.length, { n });
    shown.classList.toggle("gs-error", n > settings.max_text);
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  }
  function put(code, given) {
    const reason = reasonOf(code);
    write(inputOf(code), given.text);
    measure(inputOf(code));
    if (reason) reason.value = given.reason;
    showReason(placeOf(inputOf(code)));
  }
  function same(a, b) { return a.text.trim() === b.text.trim() && a.reason === b.reason; }
  function chosen(codes) { return Object.fromEntries([...codes].map((code) => [code, cell(code)])); }

  // The copy on this computer
  function keep() {
    try {
      if (dirty.size) localStorage.setItem(KEY, JSON.stringify({ at: new Date().toISOString(), cells: chosen(dirty) }));
      else localStorage.removeItem(KEY);
    } catch (error) { /* a full or forbidden store must not stop the typing */ }
  }
  function offerCopy() {
    let copy = null;
    try { copy = JSON.parse(localStorage.getItem(KEY)); } catch (error) { copy = null; }
    if (!copy) return;
    const codes = Object.keys(copy.cells).filter((code) => inputOf(code) && !same(copy.cells[code], cell(code)));
    if (!codes.length) { localStorage.removeItem(KEY); return; }
    const banner = byId("local-copy");
    const time = new Date(copy.at).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
    banner.querySelector("[data-text]").textContent = say(texts.found, { time });
    banner.hidden = false;
    banner.querySelector("[data-restore]").addEventListener("click", () => {
      codes.forEach((code) => { put(code, copy.cells[code]); dirty.add(code); });
      banner.hidden = true;
      changed(0);
    });
    banner.querySelector("[data-discard]").addEventListener("click", () => { localStorage.removeItem(KEY); banner.hidden = true; });
  }

  // Showing what the server found
  function linked(href, text) { const link = element("a", "", text); link.href = href; return link; }
  function show(answer) {
    for (const [kind, shown] of [["computed", answer.computed], ["total", answer.totals]]) {
      Object.entries(shown).forEach(([code, text]) => {
        const output = byId(`${kind}-${code}`);
        if (output) output.textContent = text;
      });
    }
    byId("progress").textContent = say(texts.filled, answer);
    const byCell = new Map();
    answer.problems.forEach((problem) => byCell.set(problem.item, [...(byCell.get(problem.item) || []), problem]));
    entered.forEach((place) => {
      const code = place.dataset.code, found = byCell.get(code) || [];
      const worst = ["error", "warning", "notice"].find((severity) => found.some((problem) => problem.severity === severity));
      for (const severity of ["error", "warning", "notice"]) place.classList.toggle(`gs-has-${severity}`, severity === worst);
      inputOf(code).setAttribute("aria-invalid", String(worst === "error"));
      const why = byId(`problem-${code}`);
      why.querySelectorAll("[data-found]").forEach((line) => line.remove());
      why.append(...found.map((problem) => {
        const line = element("p", `gs-${problem.severity}`);
        line.dataset.found = "";
        line.append(linked("#problems", problem.message));
        return line;
      }));
    });
    list(answer.problems);
    for (const severity of ["error", "warning"]) {
      const n = answer.problems.filter((problem) => problem.severity === severity).length;
      const count = byId(`${severity}-count`);
      count.hidden = !n;
      count.querySelector("b").textContent = n;
    }
  }
  function list(problems) {
    const writing = document.activeElement && document.activeElement.closest(".gs-explain");
    byId("problem-list").replaceChildren(...problems.map((problem) => {
      const line = element("li", `gs-${problem.severity}`), words = element("span");
      line.append(element("b", "", texts[problem.severity]), " ");
      if (problem.item) words.append(linked(`#cell-${problem.item}`, problem.name), "：");
      words.append(problem.message);
      line.append(words);
      if (problem.field) line.append(byId(problem.field) || explainBox(problem));
      return line;
    }));
    byId("problems").hidden = !problems.length;
    if (writing && writing.isConnected) writing.focus();
  }
  function explainBox(problem) {
    const box = element("input", "gs-input gs-explain");
    Object.assign(box, { type: "text", id: problem.field, name: problem.field, maxLength: 1000, placeholder: texts.explain });
    box.setAttribute("aria-label", texts.explain);
    box.value = explained[problem.field] || problem.explanation;
    return box;
  }
  function state(text) { byId("save-state").textContent = text; }
  function trouble(text, login) {
    const banner = byId("trouble"), link = banner.querySelector("[data-login]");
    banner.hidden = !text;
    banner.querySelector("[data-text]").textContent = text || "";
    link.hidden = !login;
    if (login) link.href = settings.login;
  }

  // Talking to the server
  async function check() {
    const mine = ++checks;
    try {
      const answer = await post(settings.check, { version, cells: chosen(dirty) });
      if (mine === checks && answer.status === 200) show(answer.body);
    } catch (error) { /* the save that follows says what is wrong with the connection */ }
  }
  async function save() {
    clearTimeout(saveTimer);
    if (saving || !dirty.size || blocked) return;
    const sent = chosen(dirty);
    saving = true;
    state(texts.saving);
    try {
      const answer = await post(settings.save, { version, cells: sent });
      if (answer.status === 200) saved(answer.body, sent);
      else if (answer.status === 409) conflict(answer.body);
      else if (answer.status === 401) { blocked = true; state(texts.unsaved); trouble(texts.session, true); retryLater(); }
      else { state(texts.unsaved); trouble(say(texts.refused, { reason: answer.body.message || answer.status })); }
    } catch (error) {
      state(texts.local);
      retryLater();
    }
    saving = false;
    if (submitter) { const pressed = submitter; submitter = null; form.requestSubmit(pressed); }
  }
  function retryLater() { clearTimeout(saveTimer); saveTimer = setTimeout(() => { blocked = false; save(); }, RETRY_AFTER); }
  function saved(answer, sent) {
    version = answer.version;
    byId("version").value = version;
    const rejected = new Set(answer.rejected);
    Object.keys(sent).forEach((code) => { if (!rejected.has(code) && same(cell(code), sent[code])) dirty.delete(code); });
    refresh(answer.cells);
    checks += 1;
    show(answer);
    trouble("");
    state(rejected.size ? say(texts.rejected, { n: rejected.size }) : say(texts.saved, answer));
    keep();
    if ([...dirty].some((code) => !rejected.has(code))) saveTimer = setTimeout(save, SAVE_AFTER);
  }
  // Cells not being typed in show what the server holds: normalised digits, and what a colleague has saved.
  function refresh(cells) {
    entered.forEach((place) => {
      const code = place.dataset.code;
      if (!dirty.has(code) && !place.contains(document.activeElement)) put(code, cells[code] || { text: "", reason: "" });
    });
  }
  function conflict(answer) {
    const dialog = byId("conflict"), body = dialog.querySelector("tbody");
    blocked = true;
    state(texts.unsaved);
    body.replaceChildren(...Object.entries(answer.theirs).map(([code, theirs]) => {
      const row = element("tr"), mine = cell(code), reason = reasonOf(code);
      const shown = mine.reason ? reason.selectedOptions[0].textContent : mine.text;
      row.append(element("th", "", inputOf(code).getAttribute("aria-label")));
      for (const [side, text] of [["mine", shown || texts.blank], ["theirs", say(texts.by, { name: theirs.by, value: theirs.value || texts.blank })]]) {
        const label = element("label"), radio = element("input"), data = element("td");
        Object.assign(radio, { type: "radio", name: `side-${code}`, value: side, checked: side === "mine" });
        label.append(radio, " ", text);
        data.append(label);
        row.append(data);
      }
      return row;
    }));
    dialog.addEventListener("close", () => {
      version = answer.version;
      byId("version").value = version;
      Object.keys(answer.theirs).forEach((code) => {
        const side = body.querySelector(`input[name="side-${code}"]:checked`).value;
        if (side === "theirs") { put(code, answer.cells[code] || { text: "", reason: "" }); dirty.delete(code); }
      });
      blocked = false;
      refresh(answer.cells);
      changed(0);
    }, { once: true });
    dialog.addEventListener("cancel", (event) => event.preventDefault(), { once: true });
    dialog.showModal();
  }

  // Typing
  function changed(wait) {
    keep();
    clearTimeout(checkTimer);
    checkTimer = setTimeout(check, CHECK_AFTER);
    clearTimeout(saveTimer);
    if (!dirty.size) return;
    state(texts.unsaved);
    saveTimer = setTimeout(save, wait);
  }
  function touched(target) {
    const place = target.closest && placeOf(target);
    if (!place) return;
    dirty.add(place.dataset.code);
    showReason(place);
    const isLong = target.matches(".gs-long");
    if (isLong) measure(target);
    changed(isLong ? SAVE_LONG_AFTER : SAVE_AFTER);
  }
  form.addEventListener("input", (event) => {
    if (event.target.matches(".gs-explain")) keepExplanation(event.target);
    else touched(event.target);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) answerAll(event.target);
    else if (event.target.matches(".gs-reason, .gs-choice")) touched(event.target);
  });
  form.addEventListener("focusout", (event) => {
    if (!event.target.matches(".gs-input, .gs-reason") || !dirty.size) return;
    clearTimeout(saveTimer);
    saveTimer = setTimeout(save, SAVE_AFTER_LEAVING);
  });
  form.addEventListener("focusin", (event) => {
    if (!event.target.matches(".gs-input")) return;
    const place = placeOf(event.target);
    const note = place && byId(`note-${place.dataset.code.split("@")[0]}`);
    if (note) byId("hint").textContent = note.textContent;
    if (event.target.select && event.target.matches(".gs-number")) event.target.select();
  });
  function answerAll(select) {
    select.closest(".gs-block").querySelectorAll(".gs-reason").forEach((reason) => { reason.value = select.value; touched(reason); });
  }
  function copyBefore(button) {
    // What has been written of a paragraph stays: the last period's is put below it.
    const written = "paragraph" in button.dataset ? inputOf(button.dataset.to).value.trim() : "";
    put(button.dataset.to, { text: [written, button.dataset.copy].filter(Boolean).join("\n"), reason: "" });
    touched(inputOf(button.dataset.to));
    inputOf(button.dataset.to).focus();
  }
  form.addEventListener("click", (event) => { const button = event.target.closest("[data-copy]"); if (button) copyBefore(button); });

  // The explanations, kept on this computer until the form is handed in
  let explained = {};
  try { explained = JSON.parse(localStorage.getItem(WHY_KEY)) || {}; } catch (error) { explained = {}; }
  function keepExplanation(box) {
    explained[box.name] = box.value;
    try { localStorage.setItem(WHY_KEY, JSON.stringify(explained)); } catch (error) { /* it is still on the page */ }
  }
  page.querySelectorAll(".gs-explain").forEach((box) => { box.value = box.value || explained[box.name] || ""; });

  // Moving
  function step(from, by) {
    const seen = entered.filter((place) => place.offsetParent);
    const stops = seen.map((place) => (place.classList.contains("gs-na") ? reasonOf(place.dataset.code) : inputOf(place.dataset.code)));
    const next = stops[stops.indexOf(from) + by];
    if (next) next.focus();
    return Boolean(next);
  }
  function nearest(from, down) {
    const at = from.getBoundingClientRect();
    let best = null, least = Infinity;
    entered.forEach((place) => {
      const input = inputOf(place.dataset.code), box = input.getBoundingClientRect();
      const away = down ? box.top - at.bottom : at.top - box.bottom;
      if (!box.width || away < 0) return;
      const distance = away * 4 + Math.abs(box.left - at.left);
      if (distance < least) { least = distance; best = input; }
    });
    if (best) best.focus();
  }
  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (event.isComposing || !input.matches(".gs-input") || !placeOf(input)) return;
    const code = placeOf(input).dataset.code;
    if (event.altKey && event.key === "ArrowDown" && reasonOf(code)) { event.preventDefault(); reasonOf(code).focus(); return; }
    if (event.altKey && event.code === "KeyC") {
      const button = byId(`before-${code}`).querySelector("[data-copy]");
      if (button) { event.preventDefault(); copyBefore(button); }
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || input.matches("textarea")) return;
    if (input.matches("select") && event.key !== "Enter") return;
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const edge = { ArrowLeft: input.selectionEnd === 0 || whole, ArrowRight: input.selectionStart === input.value.length || whole };
    if (event.key === "Enter") { event.preventDefault(); step(input, event.shiftKey ? -1 : 1); }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); nearest(input, event.key === "ArrowDown"); }
    else if (edge[event.key] && !event.shiftKey) { event.preventDefault(); step(input, event.key === "ArrowLeft" ? -1 : 1); }
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === "s") { event.preventDefault(); save(); }
    if (event.key === "Enter") { event.preventDefault(); form.requestSubmit(byId("nil-sure") || byId("submit")); }
  });

  // Handing in: an autosave under way is waited for, so that nobody conflicts with himself.
  form.addEventListener("submit", (event) => {
    clearTimeout(saveTimer);
    clearTimeout(checkTimer);
    if (saving) { event.preventDefault(); submitter = event.submitter; }
  });
  // Only what was typed here is sent: a colleague's cells are never written again with what this page had shown.
  form.addEventListener("formdata", (event) => {
    entered.forEach((place) => {
      const code = place.dataset.code;
      if (dirty.has(code)) return;
      event.formData.delete(`cell-${code}`);
      event.formData.delete(`reason-${code}`);
    });
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  window.addEventListener("online", () => { blocked = false; save(); });

  // With the script running, helpers that would stop the Tab key leave its way: Alt+arrow, Alt+C and Alt+M reach them.
  function adopt() {
    places = [...page.querySelectorAll(".gs-now")];
    entered = places.filter((place) => !("computed" in place.dataset));
    page.querySelectorAll(".gs-reason, .gs-note summary, [data-copy], .gs-mark").forEach((helper) => { helper.tabIndex = -1; });
    page.querySelectorAll(".gs-long").forEach(measure);
    entered.forEach((place) => { showReason(place); if (place.classList.contains("gs-na")) reasonOf(place.dataset.code).tabIndex = 0; });
  }
  adopt();
  page.querySelectorAll(".gs-all").forEach((select) => {
    const given = new Set([...select.closest(".gs-block").querySelectorAll(".gs-reason")].map((reason) => reason.value));
    if (given.size === 1) select.value = [...given][0];
    select.hidden = false;
  });
  Object.assign(core, {
    adopt, cell, changed, check, placeOf, put, reasonOf, state, trouble,
    mark: (code) => dirty.add(code), places: () => places, entered: () => entered, SOON: SAVE_AFTER_LEAVING,
  });
  offerCopy();
  // What the page shows as typed but unsaved (a form sent back with errors) is kept like any typing.
  if (dirty.size) keep();
})();

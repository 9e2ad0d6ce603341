/* What the pages of templates (text editor, annex designer) share: computing as one stops typing, saving with a version,
   unsaved changes, and the list of faults. All texts come from the server (template-settings). */
(function () {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const page = byId("template-page"), form = byId("template-form");
  const settings = JSON.parse(byId("template-settings").textContent);
  const texts = settings.texts;
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const COMPUTE_AFTER = 500, SLOW_AFTER = 2000;
  const state = byId("state"), shown = byId("shown"), faultBox = byId("faults");
  let dirty = false, timer, slowTimer, controller = null, hooks = null, saving = false;

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  async function post(action, signal) {
    const body = new FormData(form);
    body.set("action", action);
    const response = await fetch(location.href, {
      method: "POST", credentials: "same-origin", redirect: "error", signal,
      headers: { Accept: "application/json" }, body,
    });
    const isJson = (response.headers.get("Content-Type") || "").includes("json");
    if (!isJson) throw new Error(String(response.status));
    return { status: response.status, body: await response.json() };
  }
  function setState(text, tone) {
    state.textContent = text;
    state.className = `gs-save${tone ? ` gs-${tone}` : ""}`;
  }
  function setDirty(now) {
    dirty = now;
    setState(now ? texts.unsaved : texts.saved, now ? "warning" : "good");
  }

  // Computing
  function computeSoon() {
    clearTimeout(timer);
    timer = setTimeout(compute, COMPUTE_AFTER);
  }
  async function compute() {
    clearTimeout(timer);
    if (controller) controller.abort();
    const mine = controller = new AbortController();
    shown.textContent = texts.computing;
    clearTimeout(slowTimer);
    slowTimer = setTimeout(() => { if (mine === controller) shown.textContent = texts.slow; }, SLOW_AFTER);
    try {
      const answer = await post("preview", mine.signal);
      if (mine !== controller) return;
      shown.textContent = answer.status === 200 ? texts.shown : answer.body.message || texts.offline;
      if (answer.status === 200) show(answer.body);
    } catch (error) {
      if (mine === controller && error.name !== "AbortError") shown.textContent = texts.offline;
    } finally {
      if (mine === controller) clearTimeout(slowTimer);
    }
  }
  function show(body) {
    byId("paper").innerHTML = body.html;
    showFaults(body.faults);
    hooks.shown(body);
  }
  function showFaults(faults) {
    settings.faults = faults;
    const list = faultBox.querySelector("ol");
    list.textContent = "";
    faultBox.hidden = !faults.length;
    faultBox.querySelector("h2").textContent = say(texts.faults, { n: faults.length });
    faults.forEach((fault) => {
      const item = element("li"), link = element("button", "gs-link", hooks.placeOf(fault));
      link.type = "button";
      link.addEventListener("click", () => hooks.select(fault));
      item.append(link, element("span", "", fault.message));
      list.append(item);
    });
    hooks.mark(faults);
  }

  // Selecting line and column of a text in its field
  function selectIn(field, fault) {
    const lines = field.value.split("\n");
    const before = lines.slice(0, fault.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    const start = Math.min(before + fault.column - 1, field.value.length);
    field.focus();
    field.setSelectionRange(start, Math.min(start + Math.max(fault.length, 1), field.value.length));
    field.scrollIntoView({ block: "center" });
  }

  // Saving
  async function save() {
    if (!settings.editable || saving) return;
    saving = true;
    setState(texts.saving);
    try {
      const answer = await post("save");
      if (answer.status === 200) {
        form.elements.version.value = answer.body.version;
        setDirty(false);
        hooks.stored(answer.body);
        show(answer.body);
      } else {
        setState(answer.body.message || texts.unreadable, "error");
        if (answer.status === 409) hooks.theirs(answer.body);
      }
    } catch (error) {
      setState(texts.unreadable, "error");
    } finally {
      saving = false;
    }
  }

  function changed() {
    setDirty(true);
    computeSoon();
  }
  function start(given) {
    hooks = given;
    form.addEventListener("input", (event) => {
      if (event.target.closest("#palette")) return;
      if (event.target.name === "period") compute();
      else changed();
    });
    form.addEventListener("submit", (event) => {
      const button = event.submitter;
      const action = button ? button.value : "preview";
      event.preventDefault();
      if (action === "save") save();
      else if (action === "preview") compute();
      else hooks.action(action.split("-")[0], button);
    });
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      if (event.key === "s" || event.key === "S") { event.preventDefault(); save(); }
      if (event.key === "Enter") { event.preventDefault(); compute(); }
    });
    window.addEventListener("beforeunload", (event) => {
      if (!dirty) return;
      event.preventDefault();
      event.returnValue = texts.leave;
    });
    page.querySelectorAll("dialog [data-close]").forEach((button) => {
      button.addEventListener("click", () => button.closest("dialog").close());
    });
    showFaults(settings.faults);
  }
  // A list whose parts are moved and deleted by buttons and Alt+arrow.
  function move(part, way) {
    const other = way === "up" ? part.previousElementSibling : part.nextElementSibling;
    if (!other) return;
    if (way === "up") other.before(part);
    else other.after(part);
    hooks.renumber();
    changed();
  }
  function moveByKeys(list, selector) {
    list.addEventListener("keydown", (event) => {
      const part = event.target.closest(selector);
      if (!part || !event.altKey || !settings.editable || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      const field = document.activeElement;
      move(part, event.key === "ArrowUp" ? "up" : "down");
      field.focus();
    });
  }

  window.govsvcTemplate = {
    page, form, settings, texts, say, byId, element, start, post, save, changed, compute, selectIn, move, moveByKeys,
  };
})();

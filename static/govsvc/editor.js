/* The text editor of a template: sections as blocks. */
(function () {
  "use strict";
  const core = window.govsvcTemplate;
  const { form, settings, texts, say, byId, element } = core;
  const blocks = byId("blocks"), conflict = byId("conflict"), lastDialog = byId("last-dialog");
  const all = () => [...blocks.querySelectorAll("[data-block]")];
  const part = (block, name) => block.querySelector(`[name=${name}]`);
  let theirs = null;

  function grow(field) {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }
  function renumber() {
    all().forEach((block, place) => {
      block.querySelector("[data-number]").textContent = say(texts.section, { n: place + 1 });
    });
  }
  function add(given) {
    const made = byId("block").content.firstElementChild.cloneNode(true);
    if (given) ["row", "level", "heading", "repeat", "text"].forEach((name) => { part(made, name).value = given[name]; });
    blocks.append(made);
    grow(part(made, "text"));
    renumber();
    return made;
  }
  function fieldOf(fault) {
    const block = all()[fault.section - 1];
    return block ? part(block, fault.part) : form.elements.title;
  }
  const actions = {
    add() {
      if (all().length >= settings.most.sections) { alert(say(texts.most, { n: settings.most.sections })); return; }
      part(add(), "heading").focus();
      core.changed();
    },
    up: (button) => core.move(button.closest("[data-block]"), "up"),
    down: (button) => core.move(button.closest("[data-block]"), "down"),
    delete(button) {
      const block = button.closest("[data-block]");
      const written = part(block, "heading").value || part(block, "text").value;
      if (written && !confirm(say(texts.remove, { n: all().indexOf(block) + 1 }))) return;
      block.remove();
      renumber();
      core.changed();
    },
  };

  function mark(faults) {
    all().forEach((block, place) => {
      const own = faults.filter((fault) => fault.section === place + 1);
      const list = block.querySelector("[data-faults]");
      block.classList.toggle("gt-faulty", own.length > 0);
      list.hidden = !own.length;
      list.textContent = "";
      own.forEach((fault) => {
        const item = element("li"), link = element("button", "gs-link", say(texts.place, fault));
        link.type = "button";
        link.addEventListener("click", () => core.selectIn(fieldOf(fault), fault));
        item.append(link, element("span", "", fault.message));
        list.append(item);
      });
    });
  }

  // Somebody else saved first
  function same(one, other) {
    return ["level", "heading", "repeat", "text"].every((name) => one[name] === other[name]);
  }
  function draftOf(block) {
    return Object.fromEntries(["row", "level", "heading", "repeat", "text"].map((name) => [name, part(block, name).value]));
  }
  // As stored when the page was opened or last saved: what was not touched here since is simply taken from the other person.
  let base = new Map(), baseTitle = "";
  function remember() {
    base = new Map(all().map((block) => [part(block, "row").value, draftOf(block)]));
    baseTitle = form.elements.title.value;
  }
  function fill(block, given) {
    ["level", "heading", "repeat", "text"].forEach((name) => { part(block, name).value = given[name]; });
    grow(part(block, "text"));
  }
  function showTheirs(body) {
    theirs = body;
    const box = conflict.querySelector("[data-body]"), merged = [];
    box.textContent = "";
    const title = form.elements.title;
    if (body.theirs.title !== title.value && title.value === baseTitle) {
      title.value = body.theirs.title;
      merged.push(texts.title);
    } else if (body.theirs.title !== title.value && body.theirs.title !== baseTitle) {
      box.append(choice(texts.title, title.value, body.theirs.title, () => { title.value = body.theirs.title; }));
    }
    const mine = new Map(all().map((block) => [part(block, "row").value, block]));
    body.theirs.blocks.forEach((given, place) => {
      const own = mine.get(given.row), before = base.get(given.row), label = say(texts.section, { n: place + 1 });
      if (before ? same(given, before) : own && same(given, draftOf(own))) return;
      if (own && before && same(draftOf(own), before)) { fill(own, given); merged.push(label); }
      else if (!own && !before) { add(given); merged.push(label); }
      else if (!own || !same(draftOf(own), given)) {
        box.append(choice(label, own ? written(draftOf(own)) : "—", written(given), () => { if (own) fill(own, given); else add(given); }));
      }
    });
    dropTheirs(new Set(body.theirs.blocks.map((given) => given.row)));
    if (merged.length) box.prepend(element("p", "gs-banner", say(texts.merged, { list: merged.join("、") })));
    if (!box.children.length) box.append(element("p", "gs-empty", texts.same));
    conflict.showModal();
  }
  // Rows that the other person deleted: gone here too where nothing was written since, else kept as new sections.
  function dropTheirs(left) {
    all().forEach((block) => {
      const row = part(block, "row").value;
      if (!row || left.has(row)) return;
      if (same(draftOf(block), base.get(row))) block.remove();
      else part(block, "row").value = "";
    });
    renumber();
  }
  const written = (given) => `${given.heading}\n${given.text}`.trim();
  function choice(label, mine, other, take) {
    const box = element("section", "gt-choice"), button = element("button", "gs-button", texts.take);
    const columns = element("div", "gt-choice-texts");
    [[texts.mine, mine], [texts.theirs, other]].forEach(([head, text]) => {
      const column = element("div");
      column.append(element("h4", "", head), element("pre", "", text));
      columns.append(column);
    });
    button.type = "button";
    button.addEventListener("click", () => { take(); box.remove(); core.changed(); });
    box.append(element("h3", "", label), columns, button);
    return box;
  }
  conflict.querySelector("[data-keep]").addEventListener("click", () => {
    form.elements.version.value = theirs.version;
    conflict.close();
    core.save();
  });

  // The last issue's text
  const last = byId("last");
  if (last) {
    let taken = [];
    last.hidden = false;
    last.addEventListener("click", async () => {
      const answer = await core.post("last");
      taken = answer.body.taken || [];
      lastDialog.querySelector("[data-body]").innerHTML = answer.body.html || "";
      lastDialog.querySelector("[data-take]").hidden = !taken.length;
      lastDialog.showModal();
    });
    lastDialog.querySelector("[data-take]").addEventListener("click", () => {
      const own = all();
      taken.forEach((one) => {
        part(own[one.block], "heading").value = one.heading;
        part(own[one.block], "text").value = one.text;
        grow(part(own[one.block], "text"));
      });
      lastDialog.close();
      core.changed();
      byId("state").textContent = texts.taken;
    });
  }

  // The block one writes in is marked in the preview, and a click there leads to the block.
  function showWhere() {
    const block = document.activeElement && document.activeElement.closest("[data-block]");
    const place = block ? all().indexOf(block) + 1 : 0;
    byId("paper").querySelectorAll("[data-section]").forEach((section) => {
      section.classList.toggle("gt-here", Number(section.dataset.section) === place);
    });
  }
  blocks.addEventListener("focusin", showWhere);
  blocks.addEventListener("input", (event) => { if (event.target.name === "text") grow(event.target); });
  byId("paper").addEventListener("click", (event) => {
    const section = event.target.closest("[data-section]");
    const block = section && all()[Number(section.dataset.section) - 1];
    if (block) part(block, "text").focus();
  });
  core.moveByKeys(blocks, "[data-block]");
  // The theme shows the page only when its own script has started: before that nothing has a height.
  let width = 0;
  new ResizeObserver(() => {
    if (blocks.clientWidth === width) return;
    width = blocks.clientWidth;
    all().forEach((block) => grow(part(block, "text")));
  }).observe(blocks);
  remember();
  core.start({
    mark, renumber,
    shown: showWhere,
    stored(body) {
      all().forEach((block, place) => { part(block, "row").value = body.rows[place]; });
      remember();
    },
    theirs: showTheirs,
    placeOf: (fault) => (fault.section ? say(texts.section, { n: fault.section }) : texts.title) + " · " + say(texts.place, fault),
    select: (fault) => core.selectIn(fieldOf(fault), fault),
    action: (verb, button) => { if (actions[verb]) actions[verb](button); },
  });
})();

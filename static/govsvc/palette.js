/* What may be written, beside the text: searched as one types, inserted where the cursor was. */
(function () {
  "use strict";
  const { page, form, settings, texts, byId, element, changed } = window.govsvcTemplate;
  const box = byId("palette"), list = byId("palette-list"), search = byId("palette-search");
  const opener = byId("palette-open");
  const MOST = 60;
  let field = null;

  // Only fields that take expressions; `data-plain`: the whole field is one, without braces.
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-insert], textarea[name=text], input[name=heading], input[name=title]")) {
      field = event.target;
    }
  });

  function isInHole(text, at) {
    const before = text.slice(0, at).replace(/\{\{|\}\}/g, "  ");
    return Math.max(before.lastIndexOf("{"), before.lastIndexOf("｛"))
      > Math.max(before.lastIndexOf("}"), before.lastIndexOf("｝"));
  }
  function insert(entry) {
    const target = field && form.contains(field) ? field : form.querySelector("textarea[name=text], [data-insert]");
    if (!target) return;
    const start = target.selectionStart, bare = "plain" in target.dataset || isInHole(target.value, start);
    const text = bare ? entry.insert : `{${entry.insert}}`;
    target.focus();
    target.setRangeText(text, start, target.selectionEnd, "end");
    // The first argument is selected, to be written over.
    const opened = text.indexOf("(");
    const closed = text.search(/[，)]/);
    if (opened > 0 && closed > opened + 1) target.setSelectionRange(start + opened + 1, start + closed);
    changed();
  }
  function line(entry) {
    const button = element("button", "gt-entry");
    button.type = "button";
    button.append(element("b", "", entry.name));
    if (entry.text) button.append(element("span", "", entry.text));
    if (entry.examples) button.append(element("small", "", entry.examples));
    button.addEventListener("click", () => insert(entry));
    if (!entry.kind || !window.govsvcTemplate.addFrom) return button;
    const pair = element("div", "gt-pair"), plus = element("button", "gs-link", texts.as_column);
    plus.type = "button";
    plus.addEventListener("click", () => window.govsvcTemplate.addFrom(entry));
    pair.append(button, plus);
    return pair;
  }
  function draw() {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (entry) => {
      const text = `${entry.name} ${entry.text} ${entry.find} ${entry.insert}`.toLowerCase();
      return words.every((word) => text.includes(word));
    };
    list.textContent = "";
    settings.palette.forEach((kind, place) => {
      const found = kind.entries.filter(fits);
      if (!found.length) return;
      const part = element("details");
      part.open = Boolean(words.length) || place === 0;
      part.append(element("summary", "", `${kind.label} (${found.length})`));
      found.slice(0, words.length ? MOST : kind.entries.length).forEach((entry) => part.append(line(entry)));
      list.append(part);
    });
    if (!list.children.length) list.append(element("p", "gs-empty", texts.none_found));
  }
  function toggle(open) {
    box.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    page.classList.toggle("gt-inserting", open);
    if (open) { draw(); search.focus(); box.scrollIntoView({ block: "nearest" }); } else if (field) field.focus();
  }
  if (!opener) return;
  opener.hidden = false;
  opener.addEventListener("click", () => toggle(box.hidden));
  byId("palette-close").addEventListener("click", () => toggle(false));
  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = list.querySelector(".gt-entry");
    if (first) first.click();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !box.hidden) { event.preventDefault(); toggle(false); }
  });
})();

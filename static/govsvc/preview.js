// The panel beside a bulletin: a click on a number fetches what stands behind it. Without this file the links open pages.
"use strict";
(() => {
  const panel = document.getElementById("origin");
  if (!panel) return;
  const paper = document.getElementById("document");
  const empty = document.getElementById("origin-empty").innerHTML;
  let opener = null;

  const figures = (id) => [...paper.querySelectorAll("a.figure")].filter((a) => a.dataset.figure === id);

  const mark = (links) => {
    paper.querySelectorAll(".gv-chosen").forEach((a) => a.classList.remove("gv-chosen"));
    links.forEach((a) => a.classList.add("gv-chosen"));
  };

  const remember = (figure) => {
    const url = new URL(location.href);
    if (figure) url.searchParams.set("figure", figure);
    else url.searchParams.delete("figure");
    history.replaceState(null, "", url);
  };

  const addClose = () => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "gv-button gv-close";
    button.textContent = panel.dataset.close;
    button.addEventListener("click", close);
    panel.prepend(button);
  };

  const close = () => {
    panel.innerHTML = empty;
    mark([]);
    remember("");
    if (opener) opener.focus();
  };

  const fail = (href) => {
    panel.textContent = panel.dataset.failed + " ";
    const link = document.createElement("a");
    link.className = "gv-link";
    link.href = href;
    link.textContent = href;
    panel.append(link);
    addClose();
  };

  const open = async (link) => {
    opener = link;
    const figure = link.dataset.figure || "";
    const inText = figure ? figures(figure) : [link];
    mark(inText);
    if (!paper.contains(link) && inText.length) inText[0].scrollIntoView({ block: "center" });
    panel.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${link.href}?fragment=1`, { credentials: "same-origin" });
      // A session that has ended answers with the log-in page of another address.
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      panel.innerHTML = await answer.text();
      addClose();
      remember(figure);
    } catch {
      fail(link.href);
    }
    panel.removeAttribute("aria-busy");
    panel.scrollTop = 0;
    panel.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.figure, a.cell, a[data-figure]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.contains(document.activeElement)) close();
  });

  const all = document.getElementById("gv-all");
  if (all) {
    all.addEventListener("change", () => {
      document.querySelectorAll("input[name=contradiction]").forEach((box) => { box.checked = all.checked; });
    });
  }

  const shown = panel.querySelector("[data-figure]");
  if (shown) {
    mark(figures(shown.dataset.figure));
    addClose();
  }
})();

// How far a worker is with an uploaded file; when it is done, the page is shown anew.
(() => {
  "use strict";
  const settings = JSON.parse(document.getElementById("upload-settings").textContent);
  const bar = document.getElementById("upload-progress");
  const shown = {
    state: document.getElementById("upload-state"),
    done: document.getElementById("upload-done"),
    rows: document.getElementById("upload-rows"),
  };
  let pause = 700;

  async function look() {
    try {
      const answer = await fetch(settings.url, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (answer.ok && !answer.redirected) {
        const progress = await answer.json();
        if (!progress.open) {
          window.location.reload();
          return;
        }
        bar.value = progress.percent;
        shown.state.textContent = progress.label;
        shown.done.textContent = progress.done;
        shown.rows.textContent = progress.rows;
      }
    } catch (error) {
      // Without a network the next look may succeed.
    }
    pause = Math.min(pause * 1.2, 5000);
    window.setTimeout(look, pause);
  }

  window.setTimeout(look, pause);
})();

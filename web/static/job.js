/* Asks how far a job is, and loads its page anew when it is over. */
"use strict";

(function () {
  const box = document.getElementById("progress");
  if (!box) return;
  const { state } = box.dataset;
  const [said, name] = [box.querySelector(".how-far"), box.querySelector(".state")];
  const bar = box.querySelector("progress");
  let pause = 1000;

  function show(told) {
    if (name.textContent !== told.state) name.textContent = told.state;
    said.textContent = told.said;
    if (told.share === null) bar.removeAttribute("value");
    else bar.value = told.share;
  }

  async function ask() {
    try {
      const answer = await fetch(state, { headers: { Accept: "application/json" } });
      if (answer.status === 401) return window.location.reload(); /* and log in */
      if (answer.ok) {
        const told = await answer.json();
        if (told.over) return window.location.reload();
        show(told);
      }
      pause = Math.min(pause * 1.1, 5000);
    } catch {
      pause = 10000; /* the line is down for a while */
    }
    window.setTimeout(ask, pause);
  }

  window.setTimeout(ask, pause);
})();

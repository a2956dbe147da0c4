/* Fetches what the map draws, then loads its scripts; links turfs with their pages and addresses. */
"use strict";

(function () {
  const { layers, home, name, turfs, scripts } = document.currentScript.dataset;

  function load(address) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.addEventListener("load", done);
      script.addEventListener("error", () => failed(new Error("a script is missing")));
      document.body.append(script);
    });
  }

  async function start() {
    const answer = await fetch(layers, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return window.location.reload(); /* and log in */
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    const data = document.createElement("script");
    data.type = "application/json";
    data.id = "plan-data";
    data.textContent = await answer.text();
    document.body.append(data);
    for (const address of scripts.split(" ")) await load(address);
    connect(window.turfcutterMap);
  }

  /** The address of the page names the turf that is shown, so that it can be sent to somebody. */
  function connect(app) {
    const { showTurf, showAll, showStreet } = app;
    const link = app.element("a", "", "Open the page of this turf");
    document.getElementById("turf-facts").after(link);
    app.showTurf = (turf) => {
      const id = encodeURIComponent(app.data.turfs.id[turf]);
      link.href = turfs + id;
      window.history.replaceState(null, "", `#${id}`);
      showTurf(turf);
    };
    const plain = (show) => (...given) => {
      window.history.replaceState(null, "", window.location.pathname);
      show(...given);
    };
    app.showAll = plain(showAll);
    app.showStreet = plain(showStreet);
    const { id, count } = app.data.turfs;
    const asked = count === 1 ? 0 : id.indexOf(decodeURIComponent(window.location.hash.slice(1)));
    if (asked >= 0) app.chooseTurf(asked);
    document.querySelector("#turf .back").hidden = count === 1;
  }

  const back = document.createElement("a");
  back.id = "home";
  back.href = home;
  back.textContent = `‹ ${name}`;
  document.querySelector("#panel header > div").prepend(back);
  document.title = name;
  start().catch((fault) => {
    document.getElementById("totals").textContent =
      `The map could not be loaded: ${fault.message}. Load the page again.`;
  });
})();

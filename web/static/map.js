/* The map of a plan: the address of its page says what is shown, and the server searches. */
"use strict";

(function () {
  const { load, ask, say } = window.turfcutterLoad;
  const given = document.currentScript.dataset;
  const NUMBERS = 5;

  /** What the address says: a turf's id, and where to look. */
  function asked() {
    const words = new URLSearchParams(window.location.hash.slice(1));
    const [zoom, lat, lon] = (words.get("at") || "").split("/").map(Number);
    return { turf: words.get("turf"), zoom, lat, lon, at: words.has("at") };
  }

  /** Keep turf and view in the address, so that it can be sent to somebody of the organization. */
  function remember(app) {
    const { map, state } = app;
    const { lat, lng } = map.getCenter();
    const words = [`at=${map.getZoom()}/${lat.toFixed(NUMBERS)}/${lng.toFixed(NUMBERS)}`];
    if (state.turf >= 0) words.unshift(`turf=${encodeURIComponent(app.data.turfs.id[state.turf])}`);
    window.history.replaceState(null, "", `#${words.join("&")}`);
  }

  function addLink(app) {
    const link = app.element("a", "", app.say("Page of this turf: doors, names, printing"));
    document.getElementById("turf-facts").after(link);
    const { showTurf } = app;
    app.showTurf = (turf) => {
      link.href = given.turfs + encodeURIComponent(app.data.turfs.id[turf]);
      showTurf(turf);
    };
  }

  /** Findings of the server: boxes are degrees there, and the world's pixels here. */
  async function find(app, query) {
    const answer = await ask(given.find, {
      method: "POST",
      headers: { "X-CSRFToken": given.token, "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ find: query }),
    });
    const corner = ([west, south, east, north]) => {
      const one = app.map.project([north, west], 0);
      const other = app.map.project([south, east], 0);
      return [one.x, one.y, other.x, other.y];
    };
    const { found } = await answer.json();
    return found.map((thing) => ({ ...thing, boxes: (thing.boxes || []).map(corner) }));
  }

  /** One search at a time, a moment after the last letter. */
  function slowly(search) {
    let turn = 0;
    return async (query) => {
      const own = (turn += 1);
      await new Promise((done) => setTimeout(done, 150));
      return own === turn ? search(query) : [];
    };
  }

  function connect(app) {
    const one = app.data.turfs.count === 1;
    if (given.turfs) addLink(app);
    if (given.find) app.find = slowly((query) => find(app, query));
    document.querySelector("#turf .back").hidden = one;
    const { turf, at, zoom, lat, lon } = asked();
    const wanted = one ? 0 : app.data.turfs.id.indexOf(turf);
    if (wanted >= 0) app.chooseTurf(wanted);
    if (at && Number.isFinite(zoom + lat + lon)) app.map.setView([lat, lon], zoom, { animate: false });
    app.map.on("moveend", () => remember(app));
    for (const name of ["showTurf", "showAll", "showStreet"]) {
      const show = app[name];
      app[name] = (...things) => {
        show(...things);
        remember(app);
      };
    }
  }

  const back = document.createElement("a");
  back.id = "home";
  back.href = given.home;
  back.textContent = `‹ ${say("Back")}`;
  document.querySelector("#panel header > div").prepend(back);

  function complain(fault) {
    const totals = document.getElementById("totals");
    totals.setAttribute("role", "alert");
    totals.textContent = say("The map could not be loaded: {why}. Load the page again.", { why: fault.message });
  }

  load(given).then((app) => {
    app.complain = complain;
    connect(app);
    document.title = document.getElementById("title").textContent = given.name;
  }, complain);
})();

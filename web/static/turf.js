/* One turf: numbered stops and the walk, beside the list of doors. Choosing in one chooses in both. */
"use strict";

(function () {
  const { load, say } = window.turfcutterLoad;
  const given = document.currentScript.dataset;
  const ROOM = 20; /* pixels between the middles of two numbers */
  const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

  function markOf(app, stop) {
    const shown = document.createElement("span");
    shown.textContent = stop.number;
    const icon = L.divIcon({ className: "mark", iconSize: [24, 24], html: shown });
    return { ...stop, marker: L.marker(app.latLng(stop.x, stop.y), { icon, keyboard: true }) };
  }

  /** Numbers where there is room for them, else dots; the chosen one lies above all. */
  function arrange(app, stops, chosen) {
    const taken = [];
    for (const stop of [...stops].sort((a, b) => (b.number === chosen) - (a.number === chosen))) {
      const { x, y } = app.map.latLngToContainerPoint(stop.marker.getLatLng());
      const clear = taken.every(([ox, oy]) => Math.hypot(ox - x, oy - y) > ROOM);
      if (clear) taken.push([x, y]);
      const on = stop.number === chosen;
      stop.marker.getElement().classList.toggle("small", !clear && !on);
      stop.marker.getElement().classList.toggle("on", on);
      stop.marker.setZIndexOffset(on ? 2000 : clear ? 1000 : 0);
    }
  }

  function start(app) {
    const { map, state, on } = app;
    Object.assign(state, { turf: 0, stop: null });
    for (const layer of ["turfs", "base", "names", "buildings", "precincts", "districts", "left", "staging"]) {
      on[layer] = true;
    }
    document.getElementById("credit").textContent = app.data.credit;
    app.start();
    const stops = app.stopsOf(0).map((stop) => markOf(app, stop));
    const rows = [...document.querySelectorAll("[data-stops] [data-stop]")];
    const rowOf = (number) => rows.find((row) => Number(row.dataset.stop) === number);
    let chosen = -1;

    /** Point out a stop in both; whoever chose keeps the focus. */
    function choose(number, from) {
      chosen = number;
      for (const row of rows) {
        const own = Number(row.dataset.stop) === number;
        row.classList.toggle("on", own);
        if (own) row.setAttribute("aria-current", "true");
        else row.removeAttribute("aria-current");
      }
      for (const stop of stops) stop.marker.getElement().tabIndex = stop.number === number ? 0 : -1;
      arrange(app, stops, chosen);
      const stop = stops.find((each) => each.number === number);
      map.panInside(stop.marker.getLatLng(), { padding: [50, 50] });
      if (from === "map") rowOf(number).scrollIntoView({ block: "nearest" });
    }

    /** Arrow keys go to the next stop or the one before. */
    function step(event, number, focus) {
      const by = STEPS[event.key];
      if (by === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const at = stops.findIndex((stop) => stop.number === number) + by;
      focus(stops[Math.max(0, Math.min(stops.length - 1, at))].number);
    }

    for (const stop of stops) {
      const { marker, number } = stop;
      marker.addTo(map);
      const element = marker.getElement();
      const address = rowOf(number).querySelector("[data-address]").textContent;
      element.setAttribute("aria-label", say("Stop {stop}, {address}", { stop: number, address }));
      element.tabIndex = -1;
      marker.on("click", () => choose(number, "map"));
      element.addEventListener("keydown", (event) => {
        if (event.key === " ") choose(number, "map");
        step(event, number, (next) => {
          choose(next, "map");
          stops.find((each) => each.number === next).marker.getElement().focus();
        });
      });
    }
    stops[0].marker.getElement().tabIndex = 0;

    for (const row of rows) {
      const number = Number(row.dataset.stop);
      row.addEventListener("click", () => choose(number, "list"));
      row.addEventListener("keydown", (event) =>
        step(event, number, (next) => {
          choose(next, "list");
          rowOf(next).querySelector("button").focus();
        })
      );
    }
    map.on("zoomend moveend", () => arrange(app, stops, chosen));
    arrange(app, stops, chosen);
    document.body.dataset.ready = "true";
  }

  load(given)
    .then(start)
    .catch((fault) => {
      const board = document.querySelector(".board");
      const told = document.createElement("p");
      told.className = "said wrong";
      told.setAttribute("role", "alert");
      told.textContent = say("The map could not be loaded: {why}. Load the page again.", { why: fault.message });
      board.prepend(told);
    });
})();

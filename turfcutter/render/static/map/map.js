/* Joins map, drawings and panel: what is chosen, pointed at and switched on. */
"use strict";

(function () {
  const app = window.turfcutterMap;
  const { turfs, tiles, districts, staging } = app.data;
  const { map, state, on, drawing, choice, boxOf, fit, say } = app;

  const LAYERS = [
    ["turfs", "Turfs", true],
    ["base", "Streets and ground", true],
    ["names", "Street names", true],
    ["buildings", "Buildings", true],
    ["doors", "Doors (close up)", true],
    ["routes", "Walks (close up)", false],
    ["left", "Addresses in no turf (close up)", false],
    ["precincts", "Precincts", true],
    ["districts", "Districts", true],
    ["staging", "Staging places", true],
    ["tiles", "Background tiles", true],
  ];
  const SHOWN = {
    districts: districts.shape.count > 0,
    staging: staging.at.count > 0,
    tiles: Boolean(tiles),
  };

  /** Show a turf; its doors, walk and stops follow when they are here. */
  async function chooseTurf(turf, stop = -1) {
    Object.assign(state, { turf, stop: -1, street: "", pointed: -1 });
    app.showTurf(turf);
    unfold();
    fit([boxOf(turfs.outline, turf)]);
    app.repaint();
    if (!app.doorsOf(turf)) {
      try {
        await app.load(turfs.part[turf]);
      } catch (fault) {
        return app.complain(fault);
      }
      if (state.turf !== turf) return;
      app.showDoors(turf);
      choice.repaint();
    }
    if (stop >= 0) chooseStop(stop);
  }

  function chooseStreet(street) {
    Object.assign(state, { turf: -1, stop: -1, street: street.text, pointed: -1 });
    app.showStreet(street);
    unfold();
    fit(street.boxes);
    app.repaint();
  }

  /** Show what was searched for. */
  function choose(thing) {
    if (thing.kind === "street") chooseStreet(thing);
    else chooseTurf(thing.turf, thing.stop);
  }

  function chooseNothing() {
    Object.assign(state, { turf: -1, stop: -1, street: "", pointed: -1 });
    app.showAll();
    app.clearSearch();
    app.repaint();
  }

  /** Point out a stop of the chosen turf; `here` says that it was clicked on the map. */
  function chooseStop(number, here = false) {
    state.stop = number;
    app.markStop(number, here);
    const stop = app.stopsOf(state.turf).find((each) => each.number === number);
    if (!here) map.panInside(app.latLng(stop.x, stop.y), { padding: [60, 60] });
    choice.repaint();
  }

  function point(turf) {
    if (state.pointed === turf) return;
    state.pointed = turf;
    choice.repaint();
  }

  /** The turf at a place of the world, or -1: even-odd rule over all its rings. */
  function turfAt({ x, y }) {
    const { outline } = turfs;
    for (let i = 0; i < turfs.count; i++) {
      const [west, north, east, south] = boxOf(outline, i);
      if (x < west || x > east || y < north || y > south) continue;
      let inside = false;
      for (let path = outline.first[i]; path < outline.first[i + 1]; path++) {
        for (let p = outline.start[path] + 1; p < outline.start[path + 1]; p++) {
          const [y0, y1] = [outline.y[p - 1], outline.y[p]];
          if (y0 > y === y1 > y) continue;
          const [x0, x1] = [outline.x[p - 1], outline.x[p]];
          if (x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
        }
      }
      if (inside) return i;
    }
    return -1;
  }

  function stopAt(place) {
    if (state.turf < 0) return -1;
    const reach = 13 / 2 ** map.getZoom();
    const near = app
      .stopsOf(state.turf)
      .map((stop) => ({ stop, away: Math.hypot(stop.x - place.x, stop.y - place.y) }))
      .filter(({ away }) => away < reach)
      .sort((a, b) => a.away - b.away);
    return near.length ? near[0].stop.number : -1;
  }

  /** The address in no turf that is nearest to a place, if it is close: itself and why. */
  function leftAt(place) {
    let reach = 9 / 2 ** map.getZoom();
    let found = null;
    const box = [place.x - reach, place.y - reach, place.x + reach, place.y + reach];
    for (const number of app.partsIn(box, map.getZoom())) {
      const { near } = app.parts[number];
      if (!near) continue;
      const { at, address, why } = near.left;
      for (let i = 0; i < at.count; i++) {
        const away = Math.hypot(at.x[i] - place.x, at.y[i] - place.y);
        if (away > reach) continue;
        reach = away;
        found = [address.text(i), why.text(i)];
      }
    }
    return found;
  }

  function click(event) {
    const place = map.project(event.latlng, 0);
    const stop = stopAt(place);
    if (stop >= 0) return chooseStop(stop, true);
    const left = on.left && leftAt(place);
    if (left) return tell(event.containerPoint, ...left); /* a finger cannot hover */
    const turf = on.turfs ? turfAt(place) : -1;
    if (turf >= 0 && turf !== state.turf) chooseTurf(turf);
    else if (turf < 0) chooseNothing();
  }

  const hover = document.getElementById("hover");

  /* a tap is no hovering: what it shows would stay */
  const hovers = window.matchMedia("(hover: hover)");

  function move(event) {
    if (!hovers.matches) return;
    const place = map.project(event.latlng, 0);
    const turf = on.turfs ? turfAt(place) : -1;
    const left = on.left && leftAt(place);
    point(turf);
    hover.hidden = true;
    map.getContainer().classList.toggle("pointing", turf >= 0);
    if (left) tell(event.containerPoint, ...left);
    else if (turf >= 0) tell(event.containerPoint, turfs.id[turf], app.factsOf(turf).join(" · "));
  }

  /** Say something beside a point of the map. */
  function tell({ x, y }, title, text) {
    hover.hidden = false;
    hover.replaceChildren(app.element("strong", "", title), app.element("span", "", text));
    const size = map.getSize();
    hover.style.left = `${Math.max(4, Math.min(x + 14, size.x - hover.offsetWidth - 6))}px`;
    hover.style.top = `${y + 18 + hover.offsetHeight > size.y ? y - 12 - hover.offsetHeight : y + 18}px`;
  }

  function leave() {
    hover.hidden = true;
    point(-1);
  }

  /* folding: on a narrow screen the panel can make room for the map */
  const fold = document.getElementById("fold");

  function setFolded(folded) {
    document.body.classList.toggle("folded", folded);
    fold.setAttribute("aria-expanded", String(!folded));
    fold.textContent = say(folded ? "Show list" : "Hide list");
    map.invalidateSize({ animate: false });
  }

  function unfold() {
    if (document.body.classList.contains("folded")) setFolded(false);
  }

  function makeSwitches() {
    const rows = LAYERS.filter(([name]) => SHOWN[name] !== false).map(([name, text, first]) => {
      const label = app.element("label", "switch");
      const box = app.element("input");
      box.type = "checkbox";
      box.name = name;
      box.checked = on[name] = name === "tiles" ? !tiles.notice : first;
      box.addEventListener("change", () => {
        on[name] = box.checked;
        if (name === "tiles") switchTiles(box.checked);
        drawing.repaint();
      });
      label.append(box, app.element("span", "", say(text)));
      return label;
    });
    document.getElementById("switches").replaceChildren(...rows);
    for (const row of document.querySelectorAll("#legend [data-layer]")) {
      row.hidden = !SHOWN[row.dataset.layer];
    }
    const notice = document.getElementById("notice");
    notice.textContent = (tiles && tiles.notice) || "";
    notice.hidden = !notice.textContent;
  }

  const tileLayer = tiles && L.tileLayer(tiles.url, { maxZoom: 19, pane: "tilePane" });

  function switchTiles(shown) {
    if (shown) tileLayer.addTo(map);
    else tileLayer.remove();
  }

  function start() {
    map.getContainer().append(hover, document.getElementById("credit"));
    app.fillPanel();
    makeSwitches();
    app.startSearch();
    if (on.tiles) switchTiles(true);
    app.start();
    map.on({ click, mousemove: move, mouseout: leave, movestart: () => (hover.hidden = true) });
    for (const back of document.querySelectorAll(".back")) back.addEventListener("click", chooseNothing);
    fold.addEventListener("click", () => setFolded(!document.body.classList.contains("folded")));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") chooseNothing();
    });
    const narrow = window.innerWidth <= 700;
    document.getElementById("legend").open = !narrow && window.innerHeight > 900;
    /* where the whole panel scrolls, layers below all turfs would never be found */
    if (narrow) document.getElementById("views").before(document.querySelector("#panel footer"));
  }

  Object.assign(app, { choose, chooseTurf, chooseStop, point });
  start();
  requestAnimationFrame(() => {
    app.ready = true;
    document.body.dataset.ready = "true";
  });
})();

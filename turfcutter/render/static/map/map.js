/* Joins map, drawings and panel: what is chosen, pointed at and switched on. */
"use strict";

(function () {
  const app = window.turfcutterMap;
  const { turfs, streets, tiles } = app.data;
  const map = window.map_plan;

  const state = { turf: -1, stop: -1, street: "", pointed: -1 };
  const on = {};
  const LAYERS = [
    ["turfs", "Turfs"],
    ["base", "Streets and ground"],
    ["names", "Street names"],
    ["buildings", "Buildings"],
    ["doors", "Doors (close up)"],
    ["precincts", "Precinct lines"],
    ["tiles", "Background tiles"],
  ];

  const drawing = new app.Canvas((view) => app.paintMap(view, on), { padding: 0.2, pane: "drawing" });
  const choice = new app.Canvas((view) => app.paintChoice(view, state), {
    padding: 0.2,
    pane: "choice",
  });

  function latLng(x, y) {
    return map.unproject(L.point(x, y), 0);
  }

  function bounds(boxes) {
    const found = L.latLngBounds([]);
    for (const [west, north, east, south] of boxes) {
      found.extend(latLng(west, north)).extend(latLng(east, south));
    }
    return found;
  }

  function boxOf(shape, i) {
    return shape.box.subarray(4 * i, 4 * i + 4);
  }

  function fit(boxes) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const found = bounds(boxes);
    if (found.isValid()) map.fitBounds(found, { padding: [30, 30], maxZoom: 18, animate: !still });
  }

  function fitAll() {
    fit(Array.from({ length: turfs.count }, (_, i) => boxOf(turfs.outline, i)));
  }

  function chooseTurf(turf) {
    Object.assign(state, { turf, stop: -1, street: "", pointed: -1 });
    app.showTurf(turf);
    unfold();
    fit([boxOf(turfs.outline, turf)]);
    choice.repaint();
  }

  function chooseStreet(name) {
    Object.assign(state, { turf: -1, stop: -1, street: name, pointed: -1 });
    app.showStreet(name);
    unfold();
    const boxes = [];
    for (let i = 0; i < streets.shape.count; i++) {
      if (streets.name.text(i) === name) boxes.push(boxOf(streets.shape, i));
    }
    /* a street may be known from addresses alone: then its turfs are shown */
    fit(boxes.length ? boxes : app.turfsOn(name).map((turf) => boxOf(turfs.outline, turf)));
    choice.repaint();
  }

  function chooseNothing() {
    Object.assign(state, { turf: -1, stop: -1, street: "", pointed: -1 });
    app.showAll();
    app.clearSearch();
    choice.repaint();
  }

  /** Point out a stop of the chosen turf; `here` says that it was clicked on the map. */
  function chooseStop(number, here = false) {
    state.stop = number;
    app.markStop(number, here);
    const stop = app.stopsOf(state.turf).find((each) => each.number === number);
    if (!here) map.panInside(latLng(stop.x, stop.y), { padding: [60, 60] });
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

  function click(event) {
    const place = map.project(event.latlng, 0);
    const stop = stopAt(place);
    if (stop >= 0) return chooseStop(stop, true);
    const turf = on.turfs ? turfAt(place) : -1;
    if (turf >= 0 && turf !== state.turf) chooseTurf(turf);
    else if (turf < 0) chooseNothing();
  }

  const hover = document.getElementById("hover");

  /* a tap is no hovering: what it shows would stay */
  const hovers = window.matchMedia("(hover: hover)");

  function move(event) {
    if (!hovers.matches) return;
    const turf = on.turfs ? turfAt(map.project(event.latlng, 0)) : -1;
    point(turf);
    hover.hidden = turf < 0;
    map.getContainer().classList.toggle("pointing", turf >= 0);
    if (turf < 0) return;
    const facts = app.element("span", "", app.factsOf(turf).join(" · "));
    hover.replaceChildren(app.element("strong", "", turfs.id[turf]), facts);
    const { x, y } = event.containerPoint;
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
    fold.textContent = folded ? "Show list" : "Hide list";
    map.invalidateSize({ animate: false });
  }

  function unfold() {
    if (document.body.classList.contains("folded")) setFolded(false);
  }

  function makeSwitches() {
    const shown = LAYERS.filter(([name]) => name !== "tiles" || tiles);
    const rows = shown.map(([name, text]) => {
      const label = app.element("label", "switch");
      const box = app.element("input");
      box.type = "checkbox";
      box.name = name;
      box.checked = on[name] = true;
      box.addEventListener("change", () => {
        on[name] = box.checked;
        if (name === "tiles") switchTiles(box.checked);
        drawing.repaint();
      });
      label.append(box, app.element("span", "", text));
      return label;
    });
    document.getElementById("switches").replaceChildren(...rows);
  }

  const tileLayer = tiles && L.tileLayer(tiles.url, { maxZoom: 19, pane: "tilePane" });

  function switchTiles(shown) {
    if (shown) tileLayer.addTo(map);
    else tileLayer.remove();
  }

  function start() {
    for (const [name, level] of [["drawing", 350], ["choice", 360]]) {
      map.createPane(name).style.zIndex = level;
      map.getPane(name).style.pointerEvents = "none";
    }
    map.getContainer().append(hover, document.getElementById("credit"));
    app.fillPanel();
    makeSwitches();
    app.startSearch();
    if (tiles) switchTiles(true);
    fitAll();
    drawing.addTo(map);
    choice.addTo(map);
    L.control.scale({ maxWidth: 120 }).addTo(map);
    map.on({ click, mousemove: move, mouseout: leave });
    for (const back of document.querySelectorAll(".back")) back.addEventListener("click", chooseNothing);
    fold.addEventListener("click", () => setFolded(!document.body.classList.contains("folded")));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") chooseNothing();
    });
    document.getElementById("legend").open = window.innerWidth > 700 && window.innerHeight > 700;
  }

  Object.assign(app, { map, chooseTurf, chooseStreet, chooseStop, point });
  start();
  requestAnimationFrame(() => {
    app.ready = true;
    document.body.dataset.ready = "true";
  });
})();

/* The map itself: two canvases over Leaflet, what is pointed out, and the parts that a view needs. */
"use strict";

(function () {
  const app = window.turfcutterMap;
  const { turfs } = app.data;
  const map = window.map_plan;

  const state = { turf: -1, stop: -1, street: "", pointed: -1 };
  const on = {};
  const drawing = new app.Canvas((view) => app.paintMap(view, on, state.turf), { padding: 0.2, pane: "drawing" });
  const choice = new app.Canvas((view) => app.paintChoice(view, state), {
    padding: 0.2,
    pane: "choice",
  });

  function latLng(x, y) {
    return map.unproject(L.point(x, y), 0);
  }

  function boxOf(shape, i) {
    return shape.box.subarray(4 * i, 4 * i + 4);
  }

  /** Show boxes of the world, all of them. */
  function fit(boxes) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const found = L.latLngBounds([]);
    for (const [west, north, east, south] of boxes) {
      found.extend(latLng(west, north)).extend(latLng(east, south));
    }
    if (found.isValid()) map.fitBounds(found, { padding: [30, 30], maxZoom: 18, animate: !still });
  }

  let asked = 0;

  /** Draw anew before the next picture, however often this is called until then. */
  function repaint() {
    asked = asked || requestAnimationFrame(() => {
      asked = 0;
      drawing.repaint();
      choice.repaint();
    });
  }

  /** Load the parts that the view shows and that are not here yet. */
  function fetchView() {
    const bounds = map.getPixelBounds();
    const scale = 2 ** map.getZoom();
    const box = [bounds.min.x, bounds.min.y, bounds.max.x, bounds.max.y].map((each) => each / scale);
    for (const number of app.partsIn(box, map.getZoom())) {
      if (!app.parts[number].near) app.load(number).then(repaint, (fault) => app.complain(fault));
    }
  }

  /** While a map is dragged on and on, its edges are drawn before they come into view. */
  function keepUp() {
    const { _bounds: drawn } = drawing;
    if (!drawn || map._animatingZoom) return;
    const corner = map.containerPointToLayerPoint([0, 0]);
    const seen = L.bounds(corner, corner.add(map.getSize()));
    if (drawn.contains(seen)) return;
    drawing._update();
    choice._update();
  }

  function start() {
    map.getContainer().setAttribute("role", "region");
    map.getContainer().setAttribute("aria-label", app.say("Map"));
    for (const [name, level] of [["drawing", 350], ["choice", 360]]) {
      map.createPane(name).style.zIndex = level;
      map.getPane(name).style.pointerEvents = "none";
    }
    fit(Array.from({ length: turfs.count }, (_, i) => boxOf(turfs.outline, i)));
    drawing.addTo(map);
    choice.addTo(map);
    L.control.scale({ maxWidth: 120 }).addTo(map);
    map.on({ moveend: fetchView, move: keepUp });
    fetchView();
  }

  /** Whatever could not be loaded; who serves the map says so on its page. */
  function complain(fault) {
    throw fault;
  }

  Object.assign(app, { map, state, on, drawing, choice, latLng, boxOf, fit, repaint, start, complain });
})();

/* Draws what is chosen over the map: a turf with its route and stops, a street, the turf pointed at. */
"use strict";

(function () {
  const app = window.turfcutterMap;
  const { turfs } = app.data;
  const { trace, traceStreets, stroke, fill, FONT, INK } = app;

  const ROUTE = "#1457a8";
  const ACCENT = "#c2410c";

  /** The stops of a turf in walking order: number and place (of its first door). */
  function stopsOf(turf) {
    const stops = [];
    const own = app.doorsOf(turf);
    if (!own) return stops;
    const { doors } = own;
    for (let door = own.from; door < own.to; door++) {
      const number = doors.stop[door];
      if (!stops.length || stops[stops.length - 1].number !== number) {
        stops.push({ number, x: doors.at.x[door], y: doors.at.y[door] });
      }
    }
    return stops;
  }

  /** The walk in pixels, each piece moved to the right: way and way back lie side by side. */
  function pieces(turf, view, aside) {
    const found = [];
    const { walks } = app.parts[turfs.part[turf]].near;
    const place = app.place[turf];
    for (let path = walks.first[place]; path < walks.first[place + 1]; path++) {
      for (let p = walks.start[path] + 1; p < walks.start[path + 1]; p++) {
        const x0 = walks.x[p - 1] * view.scale - view.left;
        const y0 = walks.y[p - 1] * view.scale - view.top;
        const x1 = walks.x[p] * view.scale - view.left;
        const y1 = walks.y[p] * view.scale - view.top;
        const length = Math.hypot(x1 - x0, y1 - y0);
        if (length < 0.5) continue;
        const dx = (x1 - x0) / length;
        const dy = (y1 - y0) / length;
        const [ox, oy] = [-dy * aside, dx * aside];
        found.push({ x0: x0 + ox, y0: y0 + oy, x1: x1 + ox, y1: y1 + oy, dx, dy, length });
      }
    }
    return found;
  }

  function drawWalk(turf, view) {
    const { context } = view;
    const route = pieces(turf, view, view.zoom < 16 ? 1.5 : 3);
    context.lineJoin = "round";
    context.lineCap = "round";
    context.beginPath();
    route.forEach((piece, k) => {
      if (k === 0) context.moveTo(piece.x0, piece.y0);
      else context.lineTo(piece.x0, piece.y0);
      context.lineTo(piece.x1, piece.y1);
    });
    stroke(view, "rgba(255, 255, 255, 0.85)", 4.6);
    stroke(view, ROUTE, 2.4);
    drawArrows(route, context);
    context.lineCap = "butt";
  }

  function drawArrows(route, context) {
    let since = 40;
    context.fillStyle = ROUTE;
    for (const { x0, y0, dx, dy, length } of route) {
      since += length;
      if (since < 70 || length < 12) continue;
      since = 0;
      const x = x0 + (dx * length) / 2;
      const y = y0 + (dy * length) / 2;
      context.beginPath();
      context.moveTo(x + 6 * dx, y + 6 * dy);
      context.lineTo(x - 4 * dx - 5 * dy, y - 4 * dy + 5 * dx);
      context.lineTo(x - 2 * dx, y - 2 * dy);
      context.lineTo(x - 4 * dx + 5 * dy, y - 4 * dy - 5 * dx);
      context.closePath();
      context.strokeStyle = "#ffffff";
      context.lineWidth = 1.5;
      context.stroke();
      context.fill();
    }
  }

  function startOf(turf, { scale, left, top }) {
    return [turfs.start.x[turf] * scale - left, turfs.start.y[turf] * scale - top];
  }

  /** Numbered where there is room, else dots; the stop pointed out comes first. */
  function drawStops(turf, view, chosenStop) {
    const { context, scale, left, top } = view;
    const taken = [startOf(turf, view)];
    const stops = stopsOf(turf).map((stop) => ({
      ...stop,
      px: stop.x * scale - left,
      py: stop.y * scale - top,
      on: stop.number === chosenStop,
    }));
    const first = [...stops].sort((a, b) => b.on - a.on || a.number - b.number);
    for (const stop of first) {
      const { px, py } = stop;
      const clear = taken.every(([x, y]) => Math.hypot(x - px, y - py) > 17);
      stop.numbered = stop.on || clear;
      if (stop.numbered) taken.push([px, py]);
    }
    for (const stop of stops) if (!stop.numbered) dot(context, stop.px, stop.py, 3, "#ffffff", INK);
    for (const stop of first.reverse()) {
      if (stop.numbered) badge(context, stop.px, stop.py, String(stop.number), stop.on);
    }
  }

  function dot(context, x, y, radius, inside, edge) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = inside;
    context.fill();
    context.strokeStyle = edge;
    context.lineWidth = 1.4;
    context.stroke();
  }

  function badge(context, x, y, text, on) {
    dot(context, x, y, on ? 12 : 9, on ? ACCENT : "#ffffff", on ? "#ffffff" : INK);
    context.font = `600 ${text.length > 2 ? 9 : on ? 12 : 10.5}px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = on ? "#ffffff" : INK;
    context.fillText(text, x, y + 0.5);
  }

  function drawStart(view, turf) {
    const { context } = view;
    const [x, y] = startOf(turf, view);
    context.save();
    context.translate(x, y);
    context.beginPath();
    context.moveTo(0, 0);
    context.bezierCurveTo(-3, -10, -11, -13, -11, -21);
    context.arc(0, -21, 11, Math.PI, 0);
    context.bezierCurveTo(11, -13, 3, -10, 0, 0);
    context.fillStyle = ROUTE;
    context.fill();
    context.strokeStyle = "#ffffff";
    context.lineWidth = 1.6;
    context.stroke();
    context.beginPath();
    context.moveTo(-3.5, -26.5);
    context.lineTo(6, -21);
    context.lineTo(-3.5, -15.5);
    context.closePath();
    context.fillStyle = "#ffffff";
    context.fill();
    context.restore();
  }

  function drawOutline(turf, view, width) {
    view.context.lineJoin = "round";
    view.context.beginPath();
    trace(turfs.outline, turf, view);
    view.context.closePath();
    stroke(view, "rgba(255, 255, 255, 0.9)", width + 2.5);
    stroke(view, INK, width);
  }

  function veilOthers(turf, view) {
    view.context.beginPath();
    view.context.rect(0, 0, view.width, view.height);
    trace(turfs.outline, turf, view);
    fill(view, "rgba(250, 249, 246, 0.6)");
  }

  /** Paint what `state` points out: `turf`, `stop`, `street` (a name), `pointed` (a turf). */
  function paintChoice(view, state) {
    const { context } = view;
    if (state.turf >= 0) {
      if (turfs.count > 1) veilOthers(state.turf, view);
      drawOutline(state.turf, view, 2.2);
    }
    if (state.street) {
      context.lineCap = "round";
      context.lineJoin = "round";
      traceStreets(view, (streets, i) => streets.name.text(i) === state.street);
      stroke(view, "rgba(194, 65, 12, 0.55)", 9);
      context.lineCap = "butt";
    }
    if (state.pointed >= 0 && state.pointed !== state.turf) drawOutline(state.pointed, view, 2.6);
    if (state.turf >= 0 && app.doorsOf(state.turf)) {
      drawWalk(state.turf, view);
      if (state.stop !== null) drawStops(state.turf, view, state.stop);
      drawStart(view, state.turf);
    }
  }

  Object.assign(app, { paintChoice, stopsOf });
})();

/* Draws the base map, the turfs, their labels and the street names on one canvas. */
"use strict";

(function () {
  const app = window.turfcutterMap;
  const { turfs, far, precincts, districts, staging, palette } = app.data;

  /* closer than this the parts of the map are drawn, until they are here the ground from afar */
  const NEAR_ZOOM = 14.5;

  const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
  const INK = "#333a47";
  /* by rank: width in pixels at zoom 16, first zoom drawn, first zoom named */
  const WIDTH = [7, 6.5, 5.5, 4.5, 2.6, 1.3];
  const SHOWN = [0, 9, 11, 13, 15, 16];
  const NAMED = [13, 13.5, 14.5, 15.5, 16.5, 17];

  /** A canvas over the map that moves with it; `paint(view)` draws it anew after each move. */
  const Canvas = L.Renderer.extend({
    initialize(paint, options) {
      this._paint = paint;
      L.Renderer.prototype.initialize.call(this, options);
    },
    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.className = "drawing";
    },
    _destroyContainer() {
      this._container.remove();
      delete this._container;
    },
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const density = Math.min(window.devicePixelRatio || 1, 2);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = size.x * density;
      this._container.height = size.y * density;
      this._container.style.width = `${size.x}px`;
      this._container.style.height = `${size.y}px`;
      this.repaint();
    },
    repaint() {
      if (!this._map || !this._bounds) return;
      const context = this._container.getContext("2d");
      const density = Math.min(window.devicePixelRatio || 1, 2);
      context.setTransform(density, 0, 0, density, 0, 0);
      const size = this._bounds.getSize();
      context.clearRect(0, 0, size.x, size.y);
      this._paint(viewOf(context, this._map, this._bounds.min, size));
    },
  });

  /** Where a canvas lies: pixel = world * scale - left; `box` is its part of the world. */
  function viewOf(context, map, corner, size) {
    const zoom = map.getZoom();
    const scale = 2 ** zoom;
    const left = map.getPixelOrigin().x + corner.x;
    const top = map.getPixelOrigin().y + corner.y;
    const box = [left / scale, top / scale, (left + size.x) / scale, (top + size.y) / scale];
    return { context, scale, left, top, width: size.x, height: size.y, zoom, box, ...sheetsOf(box, zoom) };
  }

  /** Numbers of the parts that a box of the world shows at a zoom. */
  function partsIn(box, zoom) {
    if (zoom < NEAR_ZOOM) return [];
    return app.parts.flatMap((part, number) => {
      const [west, north, east, south] = part.box;
      const seen = west <= box[2] && east >= box[0] && north <= box[3] && south >= box[1];
      return seen ? [number] : [];
    });
  }

  /** What is drawn of the ground: `near` are parts that are here, `ground` also what fills gaps. */
  function sheetsOf(box, zoom) {
    const seen = partsIn(box, zoom).map((number) => app.parts[number]);
    const near = seen.filter((part) => part.near).map((part) => part.near);
    const whole = seen.length > 0 && near.length === seen.length;
    return { near, ground: whole ? near : [far, ...near] };
  }

  function visible(box, item, view) {
    const at = 4 * item;
    return (
      box[at] <= view.box[2] &&
      box[at + 2] >= view.box[0] &&
      box[at + 1] <= view.box[3] &&
      box[at + 3] >= view.box[1]
    );
  }

  /** Add a shape to the canvas's current path; points within a pixel of the last are left out. */
  function trace(shape, item, view) {
    const { context, scale, left, top } = view;
    for (let path = shape.first[item]; path < shape.first[item + 1]; path++) {
      const end = shape.start[path + 1];
      let px = Infinity;
      let py = Infinity;
      for (let p = shape.start[path]; p < end; p++) {
        const x = shape.x[p] * scale - left;
        const y = shape.y[p] * scale - top;
        if (px === Infinity) context.moveTo(x, y);
        else if (p === end - 1 || Math.abs(x - px) + Math.abs(y - py) > 1) context.lineTo(x, y);
        else continue;
        px = x;
        py = y;
      }
    }
  }

  /** Add all visible shapes that `chosen` admits to the canvas's current path. */
  function traceMore(shape, view, chosen) {
    for (let i = 0; i < shape.count; i++) {
      if (visible(shape.box, i, view) && (!chosen || chosen(i))) trace(shape, i, view);
    }
  }

  function traceAll(shape, view, chosen) {
    view.context.beginPath();
    traceMore(shape, view, chosen);
  }

  /** Fill the areas of a kind, sheet by sheet: those that lie upon each other stay filled. */
  function fillGround(view, kind, colour) {
    for (const sheet of view.ground) {
      traceAll(sheet.areas[kind], view);
      fill(view, colour);
    }
  }

  function traceLines(view, kind) {
    view.context.beginPath();
    for (const sheet of view.ground) traceMore(sheet.lines[kind], view);
  }

  function traceStreets(view, chosen) {
    view.context.beginPath();
    for (const { streets } of view.ground) traceMore(streets.shape, view, (i) => chosen(streets, i));
  }

  /** Stroke shapes in an opaque colour, some at a time: one path of a whole county is slow. */
  function strokeMany(shape, view, colour, width, chosen) {
    const { context } = view;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    let traced = 0;
    for (let i = 0; i < shape.count; i++) {
      if (!visible(shape.box, i, view) || (chosen && !chosen(i))) continue;
      trace(shape, i, view);
      traced += 1;
      if (traced % 64) continue;
      context.stroke();
      context.beginPath();
    }
    context.stroke();
  }

  function strokeStreets(view, rank, colour, width) {
    for (const { streets } of view.ground) {
      strokeMany(streets.shape, view, colour, width, (i) => streets.rank[i] === rank);
    }
  }

  function stroke(view, colour, width, dash = []) {
    view.context.strokeStyle = colour;
    view.context.lineWidth = width;
    view.context.setLineDash(dash);
    view.context.stroke();
    view.context.setLineDash([]);
  }

  function fill(view, colour) {
    view.context.fillStyle = colour;
    view.context.fill("evenodd");
  }

  function growth(view) {
    return 2 ** (0.72 * (view.zoom - 16));
  }

  function drawTurfFills(view, alpha) {
    view.context.globalAlpha = alpha;
    palette.forEach((colour, number) => {
      traceAll(turfs.outline, view, (i) => turfs.colour[i] === number);
      fill(view, colour);
    });
    view.context.globalAlpha = 1;
  }

  function drawGround(view) {
    fillGround(view, "park", "#d5e5c6");
    fillGround(view, "water", "#aecbdd");
    traceLines(view, "water");
    stroke(view, "#aecbdd", Math.max(1.2, 4 * growth(view)));
  }

  function drawBuildings(view) {
    if (view.zoom < 15.5) return;
    for (const sheet of view.near) {
      traceAll(sheet.areas.building, view);
      fill(view, "rgba(70, 62, 50, 0.13)");
      if (view.zoom >= 17) stroke(view, "rgba(70, 62, 50, 0.25)", 0.8);
    }
  }

  function drawStreets(view) {
    const { context } = view;
    context.lineJoin = "round";
    context.lineCap = "round";
    const width = WIDTH.map((each) => each * growth(view));
    const drawn = [4, 3, 2, 1, 0].filter((each) => view.zoom >= SHOWN[each]);
    if (view.zoom >= SHOWN[5]) {
      context.lineCap = "butt";
      traceStreets(view, (streets, i) => streets.rank[i] === 5);
      stroke(view, "rgba(255, 255, 255, 0.8)", width[5] + 1.4);
      stroke(view, "#a08c6e", Math.max(1, width[5] * 0.8), [4, 3]);
      context.lineCap = "round";
    }
    for (const each of drawn) {
      const thin = width[each] < 2;
      context.lineJoin = thin ? "bevel" : "round"; /* round ones cost much and are not seen */
      context.lineCap = thin ? "butt" : "round";
      const wide = thin ? Math.max(0.7, width[each]) : width[each] + 1.6;
      strokeStreets(view, each, thin ? "#b9b4aa" : "#a39d91", wide);
    }
    for (const each of drawn) {
      if (width[each] < 2) continue;
      strokeStreets(view, each, "#ffffff", width[each]);
    }
    context.lineCap = "butt";
  }

  function drawBarriers(view) {
    const wide = Math.max(1.6, 8 * growth(view));
    traceLines(view, "motorway");
    stroke(view, "#a8794a", wide + 1.6);
    stroke(view, "#efbf87", wide);
    traceLines(view, "rail");
    stroke(view, "#6f6a66", Math.max(1.2, 2.6 * growth(view)));
    if (view.zoom >= 14) stroke(view, "#ffffff", Math.max(0.6, 1.4 * growth(view)), [7, 7]);
  }

  function drawPrecincts(view) {
    /* a band, since turf outlines mostly run along it */
    traceAll(precincts.shape, view);
    stroke(view, "rgba(150, 80, 180, 0.42)", view.zoom < 14 ? 2.5 : view.zoom < 16 ? 4 : 6);
  }

  function drawDistricts(view) {
    traceAll(districts.shape, view);
    stroke(view, "rgba(23, 110, 90, 0.75)", view.zoom < 14 ? 2.5 : 4, [14, 6, 3, 6]);
  }

  function drawRoutes(view) {
    view.context.lineJoin = "round";
    view.context.beginPath();
    for (const { walks } of view.near) traceMore(walks, view);
    stroke(view, "rgba(20, 87, 168, 0.75)", view.zoom < 16 ? 1.2 : 1.8);
  }

  function drawOutlines(view) {
    view.context.lineJoin = view.zoom < 15 ? "bevel" : "round";
    strokeMany(turfs.outline, view, INK, view.zoom < 13 ? 0.7 : view.zoom < 15 ? 1.1 : 1.7);
  }

  /** Every point of a column that is in view. */
  function eachPoint(view, at, from, to, paint) {
    const { scale, left, top } = view;
    for (let i = from; i < to; i++) {
      const x = at.x[i] * scale - left;
      const y = at.y[i] * scale - top;
      if (x >= -20 && y >= -20 && x <= view.width + 20 && y <= view.height + 20) paint(x, y, i);
    }
  }

  function drawDoors(view) {
    if (view.zoom < 16.5) return;
    const { context } = view;
    const radius = view.zoom < 17.5 ? 1.8 : 2.6;
    context.beginPath();
    for (const { doors, turfs: own } of view.near) {
      own.forEach((turf, place) => {
        if (!visible(turfs.outline.box, turf, view)) return;
        eachPoint(view, doors.at, doors.first[place], doors.first[place + 1], (x, y) => {
          context.moveTo(x + radius, y);
          context.arc(x, y, radius, 0, 2 * Math.PI);
        });
      });
    }
    context.fillStyle = INK;
    context.fill();
  }

  /** Addresses in no turf: crosses. */
  function drawLeft(view) {
    const { context } = view;
    const arm = view.zoom < 16.5 ? 3 : 4.5;
    context.beginPath();
    for (const { left } of view.near) {
      eachPoint(view, left.at, 0, left.at.count, (x, y) => {
        context.moveTo(x - arm, y - arm);
        context.lineTo(x + arm, y + arm);
        context.moveTo(x + arm, y - arm);
        context.lineTo(x - arm, y + arm);
      });
    }
    context.lineCap = "round";
    stroke(view, "#ffffff", 4.5);
    stroke(view, "#9c2f10", 2);
    context.lineCap = "butt";
  }

  function drawStaging(view, places) {
    const { context } = view;
    eachPoint(view, staging.at, 0, staging.at.count, (x, y, i) => {
      context.beginPath();
      context.rect(x - 7, y - 7, 14, 14);
      context.fillStyle = "#3f2b63";
      context.fill();
      stroke(view, "#ffffff", 1.8);
      context.font = `700 11px ${FONT}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillStyle = "#ffffff";
      context.fillText("S", x, y + 0.5);
      if (view.zoom < 12) return;
      context.font = `600 12px ${FONT}`;
      context.textAlign = "left";
      const wide = context.measureText(staging.name.text(i)).width;
      places.take([[x - 8, y - 8, x + 14 + wide, y + 8]]);
      write(view, staging.name.text(i), x + 12, y, "#3f2b63");
    });
  }

  /** Places taken by labels: squares that others may not touch. */
  function Places() {
    const taken = [];
    return {
      free: (boxes) =>
        boxes.every((a) =>
          taken.every((b) => a[2] < b[0] || a[0] > b[2] || a[3] < b[1] || a[1] > b[3])
        ),
      take: (boxes) => taken.push(...boxes),
    };
  }

  /** Text with a light rim; without one from afar, where there are hundreds and each costs much. */
  function write({ context, zoom }, text, x, y, colour) {
    if (zoom >= 14) {
      context.lineJoin = "round";
      context.lineWidth = 3.5;
      context.strokeStyle = "rgba(255, 255, 255, 0.9)";
      context.strokeText(text, x, y);
    }
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }

  /** What turfs are called, but for the chosen one: the panel has its name, the map its stops. */
  function drawTurfLabels(view, places, chosen) {
    const { context, scale, left, top } = view;
    const { box } = turfs.outline;
    context.font = `600 ${view.zoom < 15 ? 11 : 13}px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let i = 0; i < turfs.count; i++) {
      if (i === chosen || !visible(box, i, view)) continue;
      const wide = Math.min(box[4 * i + 2] - box[4 * i], 3 * (box[4 * i + 3] - box[4 * i + 1]));
      if (wide * scale < 6 * turfs.id[i].length) continue; /* measuring text is slow */
      const half = context.measureText(turfs.id[i]).width / 2 + 2;
      if (wide * scale < 2 * half) continue;
      const x = turfs.middle.x[i] * scale - left;
      const y = turfs.middle.y[i] * scale - top;
      const place = [[x - half, y - 8, x + half, y + 8]];
      if (!places.free(place)) continue;
      places.take(place);
      write(view, turfs.id[i], x, y, INK);
    }
  }

  /** What areas are called, in the middle of what is seen of their box. */
  function drawAreaNames(view, places, { name, shape }, colour) {
    const { context, scale, left, top, box } = view;
    context.font = `600 11px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let i = 0; i < shape.count; i++) {
      if (!visible(shape.box, i, view)) continue;
      const [west, north, east, south] = shape.box.subarray(4 * i, 4 * i + 4);
      const seen = [Math.max(west, box[0]), Math.max(north, box[1]), Math.min(east, box[2]), Math.min(south, box[3])];
      if ((seen[2] - seen[0]) * scale < 50 || (seen[3] - seen[1]) * scale < 24) continue;
      const x = ((seen[0] + seen[2]) / 2) * scale - left;
      const y = ((seen[1] + seen[3]) / 2) * scale - top;
      const half = context.measureText(name.text(i)).width / 2 + 3;
      const place = [[x - half, y - 8, x + half, y + 8]];
      if (!places.free(place)) continue;
      places.take(place);
      write(view, name.text(i), x, y, colour);
    }
  }

  function drawStreetNames(view, places) {
    const named = [];
    for (const { streets } of view.ground) {
      const { rank, name, shape } = streets;
      for (let i = 0; i < shape.count; i++) {
        if (view.zoom < NAMED[rank[i]] || !visible(shape.box, i, view) || !name.text(i)) continue;
        for (let path = shape.first[i]; path < shape.first[i + 1]; path++) {
          for (const run of runs(shape, path, view)) named.push({ rank: rank[i], run, text: name.text(i) });
        }
      }
    }
    named.sort((a, b) => a.rank - b.rank || b.run.length - a.run.length);
    const { context } = view;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const written = new Map();
    for (const { rank, run, text } of named) {
      context.font = `${rank < 3 ? 12 : 11}px ${FONT}`;
      writeAlong(view, run, text, places, written);
    }
  }

  /** The pieces of a path on the canvas: pixel coordinates and the length so far. */
  function runs(shape, path, view) {
    const found = [];
    let run = null;
    for (let p = shape.start[path]; p < shape.start[path + 1]; p++) {
      const x = shape.x[p] * view.scale - view.left;
      const y = shape.y[p] * view.scale - view.top;
      const inside = x > -200 && y > -200 && x < view.width + 200 && y < view.height + 200;
      if (!inside) {
        run = null;
        continue;
      }
      if (!run) {
        run = { x: [], y: [], along: [], length: 0 };
        found.push(run);
      }
      const last = run.x.length - 1;
      if (last >= 0) run.length += Math.hypot(x - run.x[last], y - run.y[last]);
      run.x.push(x);
      run.y.push(y);
      run.along.push(run.length);
    }
    return found;
  }

  function pointAt(run, distance) {
    let k = 1;
    while (k < run.along.length - 1 && run.along[k] < distance) k++;
    const share = (distance - run.along[k - 1]) / (run.along[k] - run.along[k - 1] || 1);
    return [
      run.x[k - 1] + share * (run.x[k] - run.x[k - 1]),
      run.y[k - 1] + share * (run.y[k] - run.y[k - 1]),
    ];
  }

  function writeAlong(view, run, text, places, written) {
    const { context } = view;
    const width = context.measureText(text).width;
    if (run.length < width + 10) return;
    const spots = Math.max(1, Math.floor(run.length / 420));
    const others = written.get(text) || [];
    for (let spot = 0; spot < spots; spot++) {
      const middle = ((spot + 0.5) * run.length) / spots;
      const [x0, y0] = pointAt(run, middle - width / 2);
      const [x1, y1] = pointAt(run, middle + width / 2);
      const x = (x0 + x1) / 2;
      const y = (y0 + y1) / 2;
      const bent = Math.hypot(x1 - x0, y1 - y0) < 0.97 * width;
      if (bent || others.some(([ox, oy]) => Math.hypot(ox - x, oy - y) < 260)) continue;
      const boxes = boxesAlong(x0, y0, x1, y1);
      if (!places.free(boxes)) continue;
      places.take(boxes);
      others.push([x, y]);
      context.save();
      context.translate(x, y);
      context.rotate(x1 >= x0 ? Math.atan2(y1 - y0, x1 - x0) : Math.atan2(y0 - y1, x0 - x1));
      /* lines along the street would strike the name through */
      context.fillStyle = "rgba(255, 255, 255, 0.85)";
      context.fillRect(-width / 2, -4, width, 8);
      write(view, text, 0, 0, "#4c4a46");
      context.restore();
    }
    written.set(text, others);
  }

  function boxesAlong(x0, y0, x1, y1) {
    const count = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 12));
    return Array.from({ length: count + 1 }, (_, k) => {
      const x = x0 + ((x1 - x0) * k) / count;
      const y = y0 + ((y1 - y0) * k) / count;
      return [x - 6, y - 6, x + 6, y + 6];
    });
  }

  /** Paint everything that is switched on; `on` has one truth value a layer, `chosen` is a turf. */
  function paintMap(view, on, chosen) {
    if (on.turfs) drawTurfFills(view, on.tiles ? 0.4 : 0.68);
    if (on.base) drawGround(view);
    if (on.buildings) drawBuildings(view);
    if (on.base) drawStreets(view);
    if (on.base) drawBarriers(view);
    if (on.precincts) drawPrecincts(view);
    if (on.districts) drawDistricts(view);
    if (on.turfs) drawOutlines(view);
    if (on.routes) drawRoutes(view);
    if (on.doors) drawDoors(view);
    if (on.left) drawLeft(view);
    const places = Places();
    if (on.staging) drawStaging(view, places);
    if (on.turfs && turfs.count > 1) drawTurfLabels(view, places, chosen);
    if (on.names) drawStreetNames(view, places);
    if (on.precincts && view.zoom >= 12.5) drawAreaNames(view, places, precincts, "#7a3f96");
    if (on.districts) drawAreaNames(view, places, districts, "#12604d");
  }

  Object.assign(app, { Canvas, paintMap, partsIn, trace, traceStreets, stroke, fill, FONT, INK });
})();

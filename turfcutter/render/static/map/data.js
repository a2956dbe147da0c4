/* Reads the packed columns of the page's data (written by packing.py). */
"use strict";

(function () {
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const DIGIT = new Uint8Array(128);
  for (let i = 0; i < 64; i++) DIGIT[ALPHABET.charCodeAt(i)] = i;

  /** Packed integers as an Int32Array. */
  function numbers(text) {
    let count = 0;
    for (let i = 0; i < text.length; i++) if (DIGIT[text.charCodeAt(i)] < 32) count++;
    const values = new Int32Array(count);
    for (let i = 0, at = 0; i < text.length; at++) {
      let value = 0;
      let shift = 0;
      let digit;
      do {
        digit = DIGIT[text.charCodeAt(i++)];
        value |= (digit & 31) << shift;
        shift += 5;
      } while (digit > 31);
      values[at] = (value >>> 1) ^ -(value & 1);
    }
    return values;
  }

  /** Running sums: from differences to values, or from counts to first positions. */
  function sums(values) {
    const result = new Int32Array(values.length + 1);
    for (let i = 0; i < values.length; i++) result[i + 1] = result[i] + values[i];
    return result;
  }

  /** A text column: `text(i)` is the text of row i. */
  function words(column) {
    const at = numbers(column.at);
    return { words: column.words, at, text: (row) => column.words[at[row]] };
  }

  /** Packed coordinates as pixels of Leaflet's world at zoom 0 (256 wide, y down). */
  function points(text) {
    const steps = numbers(text);
    const count = steps.length / 2;
    const x = new Float64Array(count);
    const y = new Float64Array(count);
    let lon = 0;
    let lat = 0;
    for (let i = 0; i < count; i++) {
      lon += steps[2 * i];
      lat += steps[2 * i + 1];
      const sine = Math.sin((lat * Math.PI) / 180e6);
      x[i] = 256 * (lon / 360e6 + 0.5);
      y[i] = 256 * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI));
    }
    return { x, y, count };
  }

  /** Shapes: paths of shape i are first[i] … first[i + 1], points of path p start[p] … */
  function shapes(packed) {
    const first = sums(numbers(packed.paths));
    const start = sums(numbers(packed.points));
    const { x, y } = points(packed.xy);
    const count = first.length - 1;
    const box = new Float64Array(4 * count);
    for (let i = 0; i < count; i++) {
      let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let p = start[first[i]]; p < start[first[i + 1]]; p++) {
        if (x[p] < west) west = x[p];
        if (x[p] > east) east = x[p];
        if (y[p] < north) north = y[p];
        if (y[p] > south) south = y[p];
      }
      box.set([west, north, east, south], 4 * i);
    }
    return { first, start, x, y, box, count };
  }

  /** Every value of an object, changed. */
  function each(object, change) {
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, change(item)]));
  }

  function turfs(packed) {
    return {
      count: packed.id.length,
      id: packed.id,
      precinct: words(packed.precinct),
      staging: words(packed.staging),
      dropOff: words(packed.dropOff),
      startText: words(packed.startText),
      start: points(packed.start),
      middle: points(packed.middle),
      doors: numbers(packed.doors),
      stops: numbers(packed.stops),
      voters: numbers(packed.voters),
      minutes: numbers(packed.minutes),
      quiet: numbers(packed.quiet),
      busy: numbers(packed.busy),
      metres: numbers(packed.metres),
      steps: numbers(packed.steps),
      drive: numbers(packed.drive),
      rank: numbers(packed.rank),
      crew: numbers(packed.crew),
      effort: words(packed.effort),
      kind: words(packed.kind),
      building: words(packed.building),
      colour: numbers(packed.colour),
      outline: shapes(packed.outline),
      part: numbers(packed.part),
    };
  }

  function streets(packed) {
    return { name: words(packed.name), rank: numbers(packed.rank), shape: shapes(packed.shape) };
  }

  function ground(packed) {
    return {
      streets: streets(packed.streets),
      areas: each(packed.areas, shapes),
      lines: each(packed.lines, shapes),
    };
  }

  function named(packed) {
    return { name: words(packed.name), shape: shapes(packed.shape) };
  }

  function doors(packed) {
    return {
      first: sums(numbers(packed.perTurf)),
      stop: sums(numbers(packed.stop)).subarray(1),
      number: words(packed.number),
      rest: words(packed.rest),
      unit: words(packed.unit),
      street: words(packed.street),
      at: points(packed.xy),
    };
  }

  /** A part of the map, close up; `turfs` are those whose doors and walks it has. */
  function sheet(packed, own) {
    const left = packed.left;
    return {
      ...ground(packed),
      turfs: own,
      doors: doors(packed.doors),
      walks: shapes(packed.walks),
      left: { address: words(left.address), why: words(left.why), at: points(left.at) },
    };
  }

  const raw = JSON.parse(document.getElementById("plan-data").textContent);
  const all = turfs(raw.turfs);

  /** Parts by number: a box of the world, its turfs, and what is drawn of it once that is here. */
  function partsOf(corners) {
    const own = Array.from({ length: corners.count / 2 }, () => []);
    const place = new Int32Array(all.count);
    for (let turf = 0; turf < all.count; turf++) {
      place[turf] = own[all.part[turf]].push(turf) - 1;
    }
    const found = own.map((list, part) => {
      const [west, south] = [corners.x[2 * part], corners.y[2 * part]];
      const [east, north] = [corners.x[2 * part + 1], corners.y[2 * part + 1]];
      const near = raw.near && sheet(raw.near[part], list);
      return { box: [west, north, east, south], turfs: list, near: near || null, asked: null };
    });
    return { found, place };
  }

  const { found: parts, place } = partsOf(points(raw.parts));

  /** Ask for a part that is not here yet; whoever serves the map sets `fetchPart`. */
  function load(number) {
    const part = parts[number];
    if (part.near) return Promise.resolve(part.near);
    part.asked =
      part.asked ||
      app
        .fetchPart(number)
        .then((packed) => (part.near = sheet(packed, part.turfs)))
        .finally(() => (part.asked = null));
    return part.asked;
  }

  /** Where the doors of a turf are: their columns, first and end; null until their part is here. */
  function doorsOf(turf) {
    const { near } = parts[all.part[turf]];
    if (!near) return null;
    const { first } = near.doors;
    return { doors: near.doors, from: first[place[turf]], to: first[place[turf] + 1] };
  }

  /* a server's page brings its language and background */
  const brought = document.getElementById("page-data");
  const { words: sentences, unreviewed, tiles } = brought ? JSON.parse(brought.textContent) : { words: {} };

  /** A sentence in the page's language, with its values. */
  function say(sentence, values = {}) {
    const text = sentences[sentence] || sentence;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }

  const format = new Intl.NumberFormat("en-US").format;

  /** A number of things: sentences with {count}, for one and for many. */
  function count(number, one, many) {
    return say(number === 1 ? one : many, { count: format(number) });
  }

  const app = {
    ready: false,
    data: {
      title: raw.title,
      credit: [raw.credit, ...(unreviewed ? [unreviewed] : [])].join(" · "),
      tiles: raw.tiles || tiles,
      palette: raw.palette,
      turfs: all,
      far: ground(raw.far),
      precincts: named(raw.precincts),
      districts: named(raw.districts),
      staging: { name: words(raw.staging.name), at: points(raw.staging.at) },
    },
    parts,
    place,
    load,
    doorsOf,
    say,
    count,
    format,
  };
  window.turfcutterMap = app;
})();

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
      label: words(packed.label),
      colour: numbers(packed.colour),
      outline: shapes(packed.outline),
    };
  }

  function doors(packed) {
    return {
      first: sums(numbers(packed.perTurf)),
      stop: sums(numbers(packed.stop)).subarray(1),
      number: words(packed.number),
      rest: words(packed.rest),
      unit: words(packed.unit),
      street: words(packed.street),
      voters: numbers(packed.voters),
      at: points(packed.xy),
    };
  }

  const raw = JSON.parse(document.getElementById("plan-data").textContent);
  window.turfcutterMap = {
    ready: false,
    data: {
      title: raw.title,
      credit: raw.credit,
      tiles: raw.tiles,
      palette: raw.palette,
      turfs: turfs(raw.turfs),
      doors: doors(raw.doors),
      walks: shapes(raw.walks),
      streets: {
        name: words(raw.streets.name),
        rank: numbers(raw.streets.rank),
        shape: shapes(raw.streets.shape),
      },
      areas: each(raw.areas, shapes),
      lines: each(raw.lines, shapes),
      precincts: shapes(raw.precincts),
    },
  };
})();

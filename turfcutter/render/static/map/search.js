/* Search by turf id, street name and address. */
"use strict";

(function () {
  const app = window.turfcutterMap;
  const { turfs, far } = app.data;
  const { say } = app;
  const MOST = 10;

  /** Lower case without accents: "Pena" finds "Peña". */
  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }

  /** Every door with its turf, of all parts. */
  function* everyDoor() {
    for (let turf = 0; turf < turfs.count; turf++) {
      const { doors, from, to } = app.doorsOf(turf);
      for (let door = from; door < to; door++) yield { doors, door, turf };
    }
  }

  /** Names of streets -> boxes of the world where they run, and turfs that have doors on them. */
  function listedStreets() {
    const found = new Map();
    const of = (name) => found.get(name) || found.set(name, { boxes: [], turfs: new Set() }).get(name);
    for (const { streets } of [far, ...app.parts.map((part) => part.near)]) {
      for (let i = 0; i < streets.shape.count; i++) {
        of(streets.name.text(i)).boxes.push(app.boxOf(streets.shape, i));
      }
    }
    for (const { doors, door, turf } of everyDoor()) of(doors.street.text(door)).turfs.add(turf);
    found.delete("");
    return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([text, street]) => {
      const own = [...street.turfs];
      /* a street may be known from addresses alone: then its turfs are shown */
      const boxes = street.boxes.length ? street.boxes : own.map((turf) => app.boxOf(turfs.outline, turf));
      return { text, kind: "street", turfs: own, boxes };
    });
  }

  /** Each address once, with its turf and stop: which turf holds it? */
  function listedAddresses() {
    const found = new Map();
    for (const { doors, door, turf } of everyDoor()) {
      const text = app.addressOf(doors, door);
      const key = `${turf} ${text}`;
      if (!found.has(key)) {
        found.set(key, { text, kind: "address", turf, stop: doors.stop[door], key: plain(text) });
      }
    }
    return [...found.values()];
  }

  let things = null; /* made when first needed: a county has many streets */
  let addresses = null;

  /** Addresses that begin with the query, the whole one first. */
  function findAddresses(wanted) {
    addresses = addresses || listedAddresses();
    const found = addresses.filter(({ key }) => key.startsWith(wanted));
    return found.sort((a, b) => (b.key === wanted) - (a.key === wanted) || (a.key < b.key ? -1 : 1));
  }

  /**
   * What a map that has all its parts finds: whole matches, then beginnings, words, the rest;
   * among equals streets with doors come first. A server's map asks the server instead.
   */
  function find(query) {
    const wanted = plain(query);
    const found = [];
    things =
      things ||
      [...turfs.id.map((text, turf) => ({ text, kind: "turf", turf })), ...listedStreets()].map((thing) => ({
        ...thing,
        key: plain(thing.text),
      }));
    for (const thing of things) {
      const at = thing.key.indexOf(wanted);
      if (at < 0) continue;
      const word = at > 0 && /[\s-]/.test(thing.key[at - 1]);
      const grade = thing.key === wanted ? 0 : at === 0 ? 1 : word ? 2 : 3;
      found.push({ thing, grade, walked: Number(Boolean(thing.turfs && thing.turfs.length)) });
    }
    const best = found.sort((a, b) => a.grade - b.grade || b.walked - a.walked);
    const numbered = /^\d+\S* ./.test(wanted) ? findAddresses(wanted) : [];
    return [...best.map(({ thing }) => thing), ...numbered];
  }

  const KINDS = { turf: "turf", street: "street", list: "list of {turf}", address: "{turf}" };

  function resultRow(thing) {
    const item = app.element("li");
    const button = app.element("button", "row");
    button.type = "button";
    button.append(app.element("span", "name", thing.text), app.element("span", "aside", say(KINDS[thing.kind], { turf: turfs.id[thing.turf] })));
    button.addEventListener("click", () => pick(thing));
    item.append(button);
    return item;
  }

  const input = document.getElementById("query");
  const list = document.getElementById("found");

  function pick(thing) {
    input.value = thing.text;
    list.replaceChildren();
    app.choose(thing);
  }

  let turn = 0;

  /** Find what is typed; null where something else was typed meanwhile. */
  async function findTyped() {
    const query = input.value.trim();
    const own = (turn += 1);
    const found = query ? await app.find(query) : [];
    return own === turn ? found : null;
  }

  async function update() {
    const found = await findTyped();
    if (!found) return;
    list.replaceChildren(...found.slice(0, MOST).map(resultRow));
    const more = found.length - MOST;
    if (more > 0) list.append(app.element("li", "note", say("and {count} more", { count: more })));
    if (!found.length && input.value.trim()) {
      list.append(app.element("li", "note", say("No turf, street or address of this name")));
    }
  }

  function step(event) {
    const rows = [...list.querySelectorAll("button")];
    const at = rows.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && rows.length) rows[Math.min(at + 1, rows.length - 1)].focus();
    else if (event.key === "ArrowUp" && at > 0) rows[at - 1].focus();
    else if (event.key === "ArrowUp" && at === 0) input.focus();
    else return;
    event.preventDefault();
  }

  function startSearch() {
    const form = document.getElementById("search");
    input.addEventListener("input", update);
    form.addEventListener("keydown", step);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const found = await findTyped();
      if (found && found.length) pick(found[0]);
    });
  }

  function clearSearch() {
    turn += 1;
    input.value = "";
    list.replaceChildren();
  }

  Object.assign(app, { find, startSearch, clearSearch });
})();

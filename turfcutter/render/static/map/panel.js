/* The panel beside the map: all turfs, one turf's doors, one street's turfs. Text is set as text. */
"use strict";

(function () {
  const app = window.turfcutterMap;
  const { turfs, palette } = app.data;
  const { say, count, format } = app;

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function addressOf(doors, door) {
    return [doors.number.text(door), doors.rest.text(door)].filter(Boolean).join(" ");
  }

  const KINDS = {
    apartments: "apartments at {place}",
    dorm: "rooms at {place}",
    mobile_home: "mobile homes at {place}",
    drive: "by car",
  };
  const EFFORTS = { easy: "easy walk", fair: "fair walk", hard: "hard walk" };

  function factsOf(turf) {
    const steps = turfs.steps[turf];
    const rank = turfs.rank[turf];
    const kind = KINDS[turfs.kind.text(turf)];
    const range = `(${format(turfs.quiet[turf])}–${format(turfs.busy[turf])})`;
    return [
      ...(rank ? [say("rank {rank}", { rank })] : []),
      ...(kind ? [say(kind, { place: turfs.building.text(turf) })] : []),
      count(turfs.doors[turf], "{count} door", "{count} doors"),
      count(turfs.voters[turf], "{count} voter", "{count} voters"),
      `${format(turfs.minutes[turf])} min ${range}`,
      `${format(turfs.metres[turf])} m`,
      ...(steps ? [say("{count} m of steps", { count: format(steps) })] : []),
      say(EFFORTS[turfs.effort.text(turf)] || ""),
    ];
  }

  /** Where the canvasser of a turf sets out, and with whom. */
  function departureOf(turf) {
    const place = turfs.staging.text(turf);
    const crew = turfs.crew[turf];
    const drive = format(turfs.drive[turf]);
    const out = { crew, place: turfs.dropOff.text(turf) };
    return [
      ...(place ? [say("from {place}, {drive} min by car", { place, drive })] : []),
      ...(crew ? [say("crew {crew}, let out at {place}", out)] : []),
    ];
  }

  function turfRow(turf) {
    const item = element("li");
    const button = element("button", "row");
    button.type = "button";
    const swatch = element("span", "swatch");
    swatch.style.backgroundColor = palette[turfs.colour[turf]];
    const size = count(turfs.doors[turf], "{count} door", "{count} doors");
    const facts = `${size} · ${format(turfs.minutes[turf])} min`;
    button.append(swatch, element("span", "name", turfs.id[turf]), element("span", "aside", facts));
    button.dataset.turf = turf;
    item.append(button);
    return item;
  }

  /** Choosing a row shows its turf, pointing at it outlines the turf on the map. */
  function hearRows(list) {
    const turfOf = (event) => {
      const row = event.target.closest("[data-turf]");
      return row ? Number(row.dataset.turf) : -1;
    };
    list.addEventListener("click", (event) => {
      if (turfOf(event) >= 0) app.chooseTurf(turfOf(event));
    });
    for (const over of ["mouseover", "focusin"]) {
      list.addEventListener(over, (event) => app.point(turfOf(event)));
    }
    for (const out of ["mouseleave", "focusout"]) list.addEventListener(out, () => app.point(-1));
  }

  const AT_ONCE = 300;

  /** Rows of turfs, the first at once, the others when there is time: the map comes first. */
  function fillRows(list, own) {
    list.append(...own.slice(0, AT_ONCE).map(turfRow));
    if (own.length > AT_ONCE) setTimeout(() => fillRows(list, own.slice(AT_ONCE)), 100);
  }

  /** The doors of a turf in walking order, one entry for each address of a stop. */
  function entriesOf(turf) {
    const entries = [];
    const { doors, from, to } = app.doorsOf(turf);
    for (let door = from; door < to; door++) {
      const stop = doors.stop[door];
      const address = addressOf(doors, door);
      const last = entries[entries.length - 1];
      if (last && last.stop === stop && last.address === address) last.units.push(doors.unit.text(door));
      else entries.push({ stop, address, units: [doors.unit.text(door)] });
    }
    return entries;
  }

  function doorRow({ stop, address, units }) {
    const item = element("li");
    const button = element("button", "row door");
    button.type = "button";
    button.dataset.stop = stop;
    button.append(
      element("span", "stop", stop),
      element("span", "name", address),
      element("span", "aside", units.length > 1 ? say("{count} doors", { count: units.length }) : "")
    );
    const named = units.some(Boolean) ? units.map((unit) => unit || say("no unit")) : [];
    if (named.length) button.append(element("span", "units", named.join(", ")));
    button.addEventListener("click", () => app.chooseStop(stop));
    item.append(button);
    return item;
  }

  function show(view) {
    for (const name of ["all", "turf", "street"]) {
      document.getElementById(name).hidden = name !== view;
    }
    const views = document.getElementById("views");
    views.scrollTop = 0;
    /* on a narrow screen the whole panel scrolls: what was chosen comes to its top */
    document.getElementById("panel").scrollTop = view === "all" ? 0 : views.offsetTop;
  }

  function showAll() {
    show("all");
  }

  function showTurf(turf) {
    document.getElementById("turf-id").textContent = say("Turf {turf}", { turf: turfs.id[turf] });
    const facts = factsOf(turf);
    const precinct = turfs.precinct.text(turf);
    if (precinct) facts.push(say("precinct {precinct}", { precinct }));
    facts.push(...departureOf(turf));
    document
      .getElementById("turf-facts")
      .replaceChildren(...facts.map((fact) => element("li", "", fact)));
    const place = turfs.startText.text(turf);
    document.getElementById("turf-start").textContent = place ? say("Start: {place}", { place }) : "";
    showDoors(turf);
    show("turf");
  }

  /** The doors of a turf, empty until they are here. */
  function showDoors(turf) {
    const rows = app.doorsOf(turf) ? entriesOf(turf).map(doorRow) : [];
    document.getElementById("turf-doors").replaceChildren(...rows);
  }

  function showStreet({ text, turfs: own }) {
    document.getElementById("street-name").textContent = text;
    document.getElementById("street-note").textContent = own.length
      ? count(own.length, "{count} turf has doors on this street", "{count} turfs have doors on this street")
      : say("No turf has doors on this street");
    document.getElementById("street-turfs").replaceChildren(...own.map(turfRow));
    show("street");
  }

  /** Mark the rows of a stop; bring the first into sight if it was chosen on the map. */
  function markStop(stop, scroll) {
    let first = null;
    for (const row of document.querySelectorAll("#turf-doors .row")) {
      const on = Number(row.dataset.stop) === stop;
      row.classList.toggle("on", on);
      if (on && !first) first = row;
    }
    if (first && scroll) first.scrollIntoView({ block: "nearest" });
  }

  function fillPanel() {
    const { title } = app.data;
    const total = (column) => column.reduce((sum, each) => sum + each, 0);
    document.getElementById("title").textContent = title || say("Turfs");
    if (title) document.title = title;
    document.getElementById("totals").textContent = [
      count(turfs.count, "{count} turf", "{count} turfs"),
      count(total(turfs.doors), "{count} door", "{count} doors"),
      count(total(turfs.voters), "{count} voter", "{count} voters"),
    ].join(" · ");
    const best = Array.from({ length: turfs.count }, (_, turf) => turf);
    best.sort((one, other) => turfs.rank[one] - turfs.rank[other] || one - other);
    fillRows(document.getElementById("all-turfs"), best);
    for (const list of ["all-turfs", "street-turfs"]) hearRows(document.getElementById(list));
    const colours = palette.slice(0, 4).map((colour) => {
      const swatch = element("span", "swatch");
      swatch.style.backgroundColor = colour;
      return swatch;
    });
    document.getElementById("legend-colours").replaceChildren(...colours);
    const { credit, tiles } = app.data;
    document.getElementById("credit").textContent = tiles ? `${credit} · ${tiles.credit}` : credit;
  }

  Object.assign(app, { element, addressOf, factsOf, fillPanel, showAll, showTurf, showDoors, showStreet, markStop });
})();

/* The panel beside the map: all turfs, one turf's doors, one street's turfs. Text is set as text. */
"use strict";

(function () {
  const app = window.turfcutterMap;
  const { turfs, doors, palette } = app.data;

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  const format = new Intl.NumberFormat("en-US").format;

  function count(number, one, many) {
    return `${format(number)} ${number === 1 ? one : many}`;
  }

  function addressOf(door) {
    return [doors.number.text(door), doors.rest.text(door)].filter(Boolean).join(" ");
  }

  function factsOf(turf) {
    const steps = turfs.steps[turf];
    const rank = turfs.rank[turf];
    const label = turfs.label.text(turf);
    return [
      ...(rank ? [`rank ${rank}`] : []),
      ...(label ? [label] : []),
      count(turfs.doors[turf], "door", "doors"),
      count(turfs.voters[turf], "voter", "voters"),
      `${format(turfs.minutes[turf])} min (${format(turfs.quiet[turf])}–${format(turfs.busy[turf])})`,
      `${format(turfs.metres[turf])} m`,
      ...(steps ? [`${format(steps)} m of steps`] : []),
      `${turfs.effort.text(turf)} walk`,
    ];
  }

  /** Where the canvasser of a turf sets out, and with whom. */
  function departureOf(turf) {
    const staging = turfs.staging.text(turf);
    const crew = turfs.crew[turf];
    const drive = count(turfs.drive[turf], "minute", "minutes");
    return [
      ...(staging ? [`from ${staging}, ${drive} by car`] : []),
      ...(crew ? [`crew ${crew}, let out at ${turfs.dropOff.text(turf)}`] : []),
    ];
  }

  /** A row of a list of turfs: choosing shows the turf, pointing outlines it on the map. */
  function turfRow(turf) {
    const item = element("li");
    const button = element("button", "row");
    button.type = "button";
    const swatch = element("span", "swatch");
    swatch.style.backgroundColor = palette[turfs.colour[turf]];
    const facts = `${count(turfs.doors[turf], "door", "doors")} · ${format(turfs.minutes[turf])} min`;
    button.append(swatch, element("span", "name", turfs.id[turf]), element("span", "aside", facts));
    button.addEventListener("click", () => app.chooseTurf(turf));
    button.addEventListener("mouseenter", () => app.point(turf));
    button.addEventListener("mouseleave", () => app.point(-1));
    button.addEventListener("focus", () => app.point(turf));
    button.addEventListener("blur", () => app.point(-1));
    item.append(button);
    return item;
  }

  /** The doors of a turf in walking order, one entry for each address of a stop. */
  function entriesOf(turf) {
    const entries = [];
    for (let door = doors.first[turf]; door < doors.first[turf + 1]; door++) {
      const stop = doors.stop[door];
      const address = addressOf(door);
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
      element("span", "aside", units.length > 1 ? `${units.length} units` : "")
    );
    const named = units.filter(Boolean);
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
    document.getElementById("turf-id").textContent = `Turf ${turfs.id[turf]}`;
    const facts = factsOf(turf);
    const precinct = turfs.precinct.text(turf);
    if (precinct) facts.push(`precinct ${precinct}`);
    facts.push(...departureOf(turf));
    document
      .getElementById("turf-facts")
      .replaceChildren(...facts.map((fact) => element("li", "", fact)));
    const start = turfs.startText.text(turf);
    document.getElementById("turf-start").textContent = start ? `Start: ${start}` : "";
    document.getElementById("turf-doors").replaceChildren(...entriesOf(turf).map(doorRow));
    show("turf");
  }

  /** Turfs with doors on a street. */
  function turfsOn(name) {
    const word = doors.street.words.indexOf(name);
    const found = [];
    for (let turf = 0; turf < turfs.count; turf++) {
      const own = doors.street.at.subarray(doors.first[turf], doors.first[turf + 1]);
      if (word >= 0 && own.includes(word)) found.push(turf);
    }
    return found;
  }

  function showStreet(name) {
    const rows = turfsOn(name).map(turfRow);
    document.getElementById("street-name").textContent = name;
    document.getElementById("street-note").textContent = rows.length
      ? `${count(rows.length, "turf has", "turfs have")} doors on this street`
      : "No turf has doors on this street";
    document.getElementById("street-turfs").replaceChildren(...rows);
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
    document.getElementById("title").textContent = title || "Turfs";
    if (title) document.title = title;
    document.getElementById("totals").textContent = [
      count(turfs.count, "turf", "turfs"),
      count(total(turfs.doors), "door", "doors"),
      count(total(turfs.voters), "voter", "voters"),
    ].join(" · ");
    const best = Array.from({ length: turfs.count }, (_, turf) => turf);
    best.sort((one, other) => turfs.rank[one] - turfs.rank[other] || one - other);
    document.getElementById("all-turfs").replaceChildren(...best.map(turfRow));
    const colours = palette.slice(0, 4).map((colour) => {
      const swatch = element("span", "swatch");
      swatch.style.backgroundColor = colour;
      return swatch;
    });
    document.getElementById("legend-colours").replaceChildren(...colours);
    const { credit, tiles } = app.data;
    document.getElementById("credit").textContent = tiles ? `${credit} · ${tiles.credit}` : credit;
  }

  Object.assign(app, { element, factsOf, fillPanel, showAll, showTurf, showStreet, turfsOn, markStop });
})();

/* Search by turf id, street name and address. */
"use strict";

(function () {
  const app = window.turfcutterMap;
  const { turfs, doors, streets } = app.data;
  const MOST = 10;

  /** Lower case without accents: "Pena" finds "Peña". */
  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }

  const walked = new Set(doors.street.words);
  const listed = () => [
    ...turfs.id.map((id, turf) => ({ text: id, kind: "turf", choose: () => app.chooseTurf(turf) })),
    ...[...new Set([...streets.name.words, ...doors.street.words])]
      .filter(Boolean)
      .sort((a, b) => (a < b ? -1 : 1))
      .map((name) => ({
        text: name,
        kind: "street",
        walked: walked.has(name),
        choose: () => app.chooseStreet(name),
      })),
  ].map((thing) => ({ ...thing, key: plain(thing.text) }));
  let things = null; /* made when first needed: a county has many streets */
  let addresses = null;

  /** Each address once, with its turf and stop: which turf holds it? */
  function listedAddresses() {
    const found = new Map();
    for (let turf = 0; turf < turfs.count; turf++) {
      for (let door = doors.first[turf]; door < doors.first[turf + 1]; door++) {
        const text = [doors.number.text(door), doors.rest.text(door)].filter(Boolean).join(" ");
        const key = `${turf} ${text}`;
        if (!found.has(key)) found.set(key, { text, turf, stop: doors.stop[door], key: plain(text) });
      }
    }
    return [...found.values()].map((address) => ({
      ...address,
      kind: turfs.id[address.turf],
      choose: () => {
        app.chooseTurf(address.turf);
        app.chooseStop(address.stop);
      },
    }));
  }

  /** Addresses that begin with the query, the whole one first. */
  function searchAddresses(wanted) {
    addresses = addresses || listedAddresses();
    const found = addresses.filter(({ key }) => key.startsWith(wanted));
    return found.sort((a, b) => (b.key === wanted) - (a.key === wanted) || (a.key < b.key ? -1 : 1));
  }

  /**
   * Things whose text holds the query: whole matches, then beginnings, words, the rest; among
   * equals streets with doors come first.
   */
  function search(query) {
    const wanted = plain(query.trim());
    if (!wanted) return [];
    const found = [];
    things = things || listed();
    for (const thing of things) {
      const at = thing.key.indexOf(wanted);
      if (at < 0) continue;
      const word = at > 0 && /[\s-]/.test(thing.key[at - 1]);
      const grade = thing.key === wanted ? 0 : at === 0 ? 1 : word ? 2 : 3;
      found.push({ thing, grade, walked: Number(Boolean(thing.walked)) });
    }
    const best = found.sort((a, b) => a.grade - b.grade || b.walked - a.walked);
    const numbered = /^\d+\S* ./.test(wanted) ? searchAddresses(wanted) : [];
    return [...best.map(({ thing }) => thing), ...numbered];
  }

  function resultRow(thing) {
    const item = app.element("li");
    const button = app.element("button", "row");
    button.type = "button";
    button.append(app.element("span", "name", thing.text), app.element("span", "aside", thing.kind));
    button.addEventListener("click", () => pick(thing));
    item.append(button);
    return item;
  }

  const input = document.getElementById("query");
  const list = document.getElementById("found");

  function pick(thing) {
    input.value = thing.text;
    list.replaceChildren();
    thing.choose();
  }

  function update() {
    const found = search(input.value);
    list.replaceChildren(...found.slice(0, MOST).map(resultRow));
    if (found.length > MOST) list.append(app.element("li", "note", `and ${found.length - MOST} more`));
    if (!found.length && input.value.trim()) {
      list.append(app.element("li", "note", "No turf, street or address of this name"));
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
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const [first] = search(input.value);
      if (first) pick(first);
    });
  }

  function clearSearch() {
    input.value = "";
    list.replaceChildren();
  }

  Object.assign(app, { startSearch, clearSearch });
})();

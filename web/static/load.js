/* Fetches what a map draws and loads its scripts, one after the other. */
"use strict";

(function () {
  function script(address) {
    return new Promise((done, failed) => {
      const made = document.createElement("script");
      made.src = address;
      made.addEventListener("load", done);
      made.addEventListener("error", () => failed(new Error(say("a script is missing"))));
      document.body.append(made);
    });
  }

  /** An answer of this server, asked for as JSON; who is logged out meanwhile logs in again. */
  async function ask(address, options = {}) {
    const headers = { Accept: "application/json", ...options.headers };
    const answer = await fetch(address, { ...options, headers });
    if (answer.status === 401) {
      window.location.reload();
      return new Promise(() => {}); /* the page is going away */
    }
    if (!answer.ok) throw new Error(say("the server answered {status}", { status: answer.status }));
    return answer;
  }

  /** Load a map from the addresses that a script's element has; returns the map. */
  async function load({ layers, scripts }) {
    const data = document.createElement("script");
    data.type = "application/json";
    data.id = "plan-data";
    const answer = ask(layers).then((given) => given.text());
    data.textContent = await answer;
    document.body.append(data);
    const parts = layers.replace(/layers\.json$/, "parts/");
    const fetchPart = (part) => ask(`${parts}${part}.json`).then((given) => given.json());
    for (const address of scripts.split(" ")) {
      await script(address);
      Object.assign(window.turfcutterMap, { fetchPart });
    }
    return window.turfcutterMap;
  }

  const brought = JSON.parse(document.getElementById("page-data").textContent);

  /** A sentence in the page's language, with its values, before the map's own scripts are here. */
  function say(sentence, values = {}) {
    const text = brought.words[sentence] || sentence;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }

  window.turfcutterLoad = { load, ask, say };
})();

/* Shows how much of the files is sent; without it the form is sent all the same. */
"use strict";

(function () {
  const form = document.getElementById("send");
  const [bar, button] = [form.querySelector("progress"), form.querySelector("button")];

  function done(request) {
    /* the page that came back, or the way to log in */
    window.location.assign(request.responseURL || window.location.href);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", ({ loaded, total }) => { bar.value = loaded / total; });
    request.addEventListener("load", () => {
      if (request.status < 400) return done(request);
      /* the server says what is wrong in a page of its own */
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      fail(page.querySelector("main p")?.textContent ?? `The server answered ${request.status}.`);
    });
    request.addEventListener("error", () => fail(form.dataset.lost));
    bar.hidden = false;
    button.disabled = true;
    request.send(new FormData(form));
  });

  function fail(sentence) {
    let said = document.getElementById("fault");
    if (!said) {
      said = document.createElement("p");
      said.id = "fault";
      said.className = "said wrong";
      said.setAttribute("role", "alert");
      form.before(said);
    }
    said.textContent = sentence;
    bar.hidden = true;
    button.disabled = false;
  }
})();

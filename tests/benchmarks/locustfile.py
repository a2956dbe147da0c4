"""What people of a field office ask for; `load.py` runs it and says who they are."""

import json
import os
import random
from pathlib import Path

from locust import HttpUser, task

GIVEN = json.loads(Path(os.environ["TURFCUTTER_LOAD"]).read_text(encoding="utf-8"))
WAITING = list(GIVEN["people"])
PAGES = [("/map", "map"), ("/layers.json", "layers"), ("/parts/0.json", "part")]


class FieldLead(HttpUser):
    """Looks at the plan, at turfs and at names; now and then as a volunteer with a link."""

    def on_start(self) -> None:
        self.person = WAITING.pop()
        self.client.cookies.set(GIVEN["cookie"], self.person["cookie"])
        self.plan = f"/plans/{self.person['plan']}"
        self.csrf = {"X-CSRFToken": self.person["csrf"]}
        self.chance = random.Random(self.person["cookie"])  # noqa: S311 - no secret
        self.own = self.chance.choice(GIVEN["turfs"])
        self.tags: dict[str, str] = {}

    def wait_time(self) -> float:
        """Seconds of looking; people know nothing of each other, so they do not ask in step."""
        return self.chance.expovariate(GIVEN["rate"] / len(GIVEN["people"]))

    def look(self, path: str, name: str) -> None:
        """Ask as a browser does, which keeps what it may keep."""
        head = {"If-None-Match": self.tags[path]} if path in self.tags else {}
        answer = self.client.get(path, headers=head, name=name)
        if (tag := answer.headers.get("ETag")) and answer.headers["Cache-Control"] != "no-store":
            self.tags[path] = tag

    def turf(self) -> str:
        """One's own turf, mostly."""
        other = self.chance.random() < 0.4
        return f"{self.plan}/turfs/{self.chance.choice(GIVEN['turfs']) if other else self.own}"

    @task(2)
    def plans(self) -> None:
        self.look("/", "plans")

    @task(2)
    def one(self) -> None:
        self.look(self.plan, "plan")

    @task(3)
    def whole_map(self) -> None:
        below, name = self.chance.choice(PAGES)
        self.look(self.plan + below, name)

    @task(5)
    def page(self) -> None:
        self.look(self.turf(), "turf")

    @task(5)
    def turf_map(self) -> None:
        self.look(f"{self.turf()}/layers.json", "turf layers")

    @task(1)
    def names(self) -> None:
        self.client.post(f"{self.turf()}/names", headers=self.csrf, name="names")

    @task(1)
    def find(self) -> None:
        form = {"find": self.chance.choice(GIVEN["words"])}
        self.client.post(f"{self.plan}/found.json", form, headers=self.csrf, name="find")

    @task(1)
    def api(self) -> None:
        self.look(f"/api{self.turf()}", "api turf")

    @task(2)
    def link(self) -> None:
        self.look(self.person["link"], "link")

    @task(2)
    def link_map(self) -> None:
        self.look(f"{self.person['link']}/layers.json", "link layers")

import dataclasses
import json
import re
from html.parser import HTMLParser

import pytest

from geodata.errors import InputError
from turfcutter.render.map import render_map
from turfcutter.render.page import declared_policy

TILES = "https://{s}.tiles.example.org/{z}/{x}/{y}.png"


class Elements(HTMLParser):
    """Start tags of a page with their attributes, and the text of its data block."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.data = ""
        self._in_data = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._in_data = ("id", "plan-data") in attrs

    def handle_endtag(self, tag):  # noqa: ARG002 - as the base class has it
        self._in_data = False

    def handle_data(self, data):
        if self._in_data:
            self.data += data


@pytest.fixture(scope="module")
def html(plans):
    return render_map(plans.block_plan())


def test_page_refers_to_nothing_outside_itself(html):
    tags = Elements(html).tags
    links = [attrs["href"] for _, attrs in tags if "href" in attrs]
    assert links == ["data:,"]
    assert not [attrs for _, attrs in tags if "src" in attrs]
    named = set(re.findall(r"https?://[^\s\"'<>)]*", html))
    # names in Leaflet's code, never fetched: SVG's namespace and the credit it does not show here
    assert named == {"http://www.w3.org/2000/svg", "https://leafletjs.com"}
    assert "url(images" not in html
    assert "sourceMappingURL" not in html


def test_page_has_neither_names_nor_ids_of_voters(html):
    for secret in ("Secretfirst", "Secretlast", "VOTERID"):
        assert secret not in html


def test_hostile_texts_stay_data(plans):
    html = render_map(
        plans.block_plan(
            columns=4,
            rows=7,
            doors=12,
            street_names=plans.HOSTILE,
            precincts=plans.HOSTILE,
            title='{{7*7}} </script> <!-- id="plan-data" </head>',
            units=plans.HOSTILE,
        )
    )
    plain = render_map(plans.block_plan(columns=4, rows=7, doors=12))
    found, expected = Elements(html), Elements(plain)
    assert found.tags == expected.tags
    data = json.loads(found.data)
    assert data["title"] == '{{7*7}} </script> <!-- id="plan-data" </head>'
    (near,) = data["near"]
    assert set(plans.HOSTILE) <= set(near["streets"]["name"]["words"])
    assert set(plans.HOSTILE) <= set(data["turfs"]["precinct"]["words"])
    assert set(plans.HOSTILE) <= set(near["doors"]["unit"]["words"])
    block = html.split('id="plan-data">')[1].split("</script>")[0]
    assert not set("<>&\u2028") & set(block)
    assert block.isascii()


def test_missing_walk_and_missing_title_do_no_harm(plans):
    plan = plans.block_plan()
    html = render_map(dataclasses.replace(plan, about={}, walks=plan.walks.iloc[1:]))
    data = json.loads(Elements(html).data)
    assert data["title"] == ""
    assert data["near"][0]["walks"]["paths"] == "A" + "C" * 5  # none, then one each


def test_doors_are_grouped_by_turf_whatever_their_row_order(plans):
    plan = plans.block_plan()
    mixed = dataclasses.replace(plan, doors=plan.doors.sample(frac=1, random_state=3))
    one, other = (
        json.loads(Elements(render_map(p)).data)["near"][0]["doors"] for p in (plan, mixed)
    )
    assert (one["perTurf"], one["stop"], one["xy"]) == (
        other["perTurf"],
        other["stop"],
        other["xy"],
    )


def test_policy_names_own_scripts_only_and_the_tile_host(plans, html):
    policy = declared_policy(html)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert "img-src data:;" in policy
    tiled = render_map(plans.block_plan(), tiles=TILES)
    assert "img-src data: https://*.tiles.example.org;" in declared_policy(tiled)
    data = json.loads(Elements(tiled).data)
    assert data["tiles"] == {"url": TILES, "credit": "Background tiles: tiles.example.org"}
    assert declared_policy("<html></html>") == ""


@pytest.mark.parametrize(
    "tiles",
    [
        "tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/",
        "file:///etc/{z}/{x}/{y}",
        "https://a.org; script-src *;/{z}/{x}/{y}",
        "https://{z}{x}{y}",
    ],
)
def test_other_tile_addresses_are_refused(plans, tiles):
    with pytest.raises(InputError, match="PARAMETER: tiles is"):
        render_map(plans.block_plan(), tiles=tiles)

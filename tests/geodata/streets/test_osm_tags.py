"""What tags mean to somebody on foot."""

import inspect
import re

import pytest

from geodata.streets import osm_tags
from geodata.streets.opl import DETAILS


def tags(text: str) -> dict[str, str]:
    """`highway=path foot=no` as a table."""
    return dict(pair.split("=") for pair in text.split())


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("highway=residential", "yes"),
        ("highway=steps", "yes"),
        ("highway=cycleway", "yes"),
        ("highway=service service=driveway", "yes"),
        ("highway=residential foot=use_sidepath", "yes"),
        ("highway=residential access=destination", "yes"),
        ("highway=residential access=no foot=yes", "yes"),
        ("highway=footway access=private foot=permissive", "yes"),
        ("highway=residential access=private", "private"),
        ("highway=service service=driveway access=private", "private"),
        ("highway=service access=no", "private"),
        ("highway=primary foot=no", "foot"),
        ("highway=footway foot=private", "foot"),
        ("highway=motorway", "kind"),
        ("highway=motorway foot=yes", "kind"),
        ("highway=motorway_link", "kind"),
        ("highway=trunk", "kind"),
        ("highway=trunk sidewalk=no", "kind"),
        ("highway=trunk foot=no sidewalk=both", "foot"),
        ("highway=trunk foot=yes", "yes"),
        ("highway=trunk sidewalk=both", "yes"),
        ("highway=trunk sidewalk:left=separate", "yes"),
        ("highway=construction", "kind"),
        ("highway=platform", "kind"),
        ("highway=footway indoor=yes", "kind"),
        ("highway=footway indoor=no", "yes"),
        ("railway=rail", "kind"),
        ("", "kind"),
    ],
)
def test_who_may_walk_there(text, answer):
    assert osm_tags.walk_access(tags(text)) == answer


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("highway=motorway", "motorway"),
        ("highway=motorway bridge=yes", "motorway"),
        ("highway=motorway tunnel=yes", ""),
        ("highway=motorway_link covered=yes", ""),
        ("highway=trunk", ""),
        ("highway=trunk sidewalk=both", ""),
        ("highway=trunk foot=no", "trunk"),
        ("highway=trunk_link foot=private", "trunk"),
        ("highway=trunk motorroad=yes", "trunk"),
        ("highway=trunk expressway=yes", "trunk"),
        ("highway=trunk expressway=yes foot=yes", ""),
        ("highway=trunk foot=no tunnel=yes", ""),
        ("highway=primary", ""),
        ("railway=rail", "rail"),
        ("railway=rail service=siding", "rail"),
        ("railway=rail bridge=yes", ""),
        ("railway=rail bridge=no tunnel=no", "rail"),
        ("railway=rail location=underground", ""),
        ("railway=rail layer=-1", ""),
        ("railway=rail layer=1", "rail"),
        ("railway=rail disused=yes", ""),
        ("railway=disused", ""),
        ("railway=light_rail", ""),
        ("railway=tram", ""),
        ("railway=subway", ""),
        ("waterway=river", "water"),
        ("waterway=canal tunnel=culvert", ""),
        ("waterway=stream", ""),
    ],
)
def test_what_divides(text, kind):
    assert osm_tags.line_barrier(tags(text)) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("building=house", "building"),
        ("building=no natural=water", "water"),
        ("waterway=riverbank", "water"),
        ("natural=water tunnel=yes", ""),
        ("leisure=park", "park"),
        ("landuse=cemetery", "park"),
        ("landuse=residential", ""),
    ],
)
def test_base_map_areas(text, kind):
    assert osm_tags.base_area(tags(text)) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("railway=light_rail", ""),
        ("railway=rail bridge=yes", "rail"),
        ("railway=tram", ""),
        ("highway=motorway_link bridge=yes", "motorway"),
        ("highway=motorway tunnel=yes", ""),
        ("highway=trunk sidewalk=both", ""),
        ("waterway=river", "water"),
    ],
)
def test_base_map_lines(text, kind):
    assert osm_tags.base_line(tags(text)) == kind


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("highway=footway footway=sidewalk", "sidewalk"),
        ("highway=path path=crossing", "crossing"),
        ("highway=cycleway cycleway=crossing", "crossing"),
        ("highway=residential cycleway=crossing", ""),
        ("highway=path", ""),
    ],
)
def test_details_of_paths(text, detail):
    assert osm_tags.footway(tags(text)) == detail


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("sidewalk=left", "left"),
        ("sidewalk:both=yes", "both"),
        ("sidewalk:both=separate", "separate"),
        ("sidewalk:left=yes", "left"),
        ("sidewalk:left=yes sidewalk:right=separate", "both"),
        ("sidewalk:left=no", ""),
        ("", ""),
    ],
)
def test_where_the_sidewalks_are(text, where):
    assert osm_tags.sidewalk(tags(text)) == where


def test_usual_classes_are_known_walkable_or_not():
    assert osm_tags.is_highway("residential")
    assert osm_tags.is_highway("proposed")
    assert not osm_tags.is_highway("LOCAL")


def test_every_key_that_means_something_is_kept_of_a_file():
    source = inspect.getsource(osm_tags)
    asked = re.findall(
        r'(?:tags\.get\(|tags\[|is_set\(tags, )f?"([a-z:{}]+)"|"([a-z]+)" in tags', source
    )
    keys = {one or other for one, other in asked} - {"sidewalk:{side}"}
    assert {"highway", "layer", "railway"} < keys
    assert keys <= DETAILS

"""OpenStreetMap files: told by their content, read whatever their order, refused when broken."""

import bz2
import gzip
from pathlib import Path

import numpy as np
import pytest

from geodata.errors import InputError
from geodata.streets.osm import format_of, read_extract

HEAD = "<?xml version='1.0' encoding='UTF-8'?>\n<osm version='0.6'>\n"
SMALL = [
    "<node id='1' version='1' lat='38.5' lon='-121.7'/>",
    "<node id='2' version='1' lat='38.6' lon='-121.7'><tag k='highway' v='crossing'/></node>",
    "<node id='3' version='1' lat='38.7' lon='-121.7'><tag k='highway' v='street_lamp'/></node>",
    "<node id='4' version='1' lat='38.8' lon='-121.7'><tag k='addr:housenumber' v='7'/></node>",
    "<way id='9' version='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='path'/></way>",
    "<way id='8' version='1'><nd ref='3'/><nd ref='1'/><nd ref='2'/><nd ref='3'/></way>",
    "<way id='7' version='1'><nd ref='3'/><nd ref='1'/><tag k='power' v='line'/></way>",
    "<way id='6' version='1'><nd ref='3'/><nd ref='5'/><tag k='building' v='yes'/></way>",
    """<relation id='5' version='1'><member type='way' ref='8' role='outer'/>
    <member type='node' ref='1' role='label'/>
    <tag k='type' v='multipolygon'/><tag k='natural' v='water'/></relation>""",
    """<relation id='4' version='1'><member type='way' ref='7' role=''/>
    <tag k='type' v='route'/><tag k='railway' v='rail'/></relation>""",
]


def written(path: Path, *objects: str) -> Path:
    path.write_text(HEAD + "\n".join(objects) + "\n</osm>\n", encoding="utf-8")
    return path


def test_what_matters_is_kept_by_id(tmp_path):
    """A lamp, a power line and a bus route go; the unnamed shore of a lake stays."""
    extract = read_extract(written(tmp_path / "small.osm", *SMALL))
    assert [(node.id, node.tags) for node in extract.nodes] == [
        (2, {"highway": "crossing"}),
        (4, {"addr:housenumber": "7"}),
    ]
    assert [(way.id, way.refs.tolist()) for way in extract.ways] == [
        (6, [3, 5]),
        (8, [3, 1, 2, 3]),
        (9, [1, 2]),
    ]
    assert [(one.id, one.members) for one in extract.relations] == [(5, (8,))]
    assert extract.node_ids.tolist() == [1, 2, 3, 4]  # 5 is not in the file
    assert extract.lonlat.tolist() == [
        [-121.7, 38.5],
        [-121.7, 38.6],
        [-121.7, 38.7],
        [-121.7, 38.8],
    ]


def test_order_of_objects_does_not_matter(tmp_path):
    one = read_extract(written(tmp_path / "one.osm", *SMALL))
    other = read_extract(written(tmp_path / "other.osm", *reversed(SMALL)))
    assert repr(one) == repr(other)


def test_newest_version_counts(tmp_path):
    old = "<way id='9' version='2'><nd ref='1'/><nd ref='3'/><tag k='highway' v='steps'/></way>"
    for number, objects in enumerate([[*SMALL, old], [old, *SMALL]]):
        extract = read_extract(written(tmp_path / f"{number}.osm", *objects))
        assert extract.ways[-1].tags == {"highway": "steps"}


@pytest.mark.parametrize(
    "name",
    ["Main Street", "a,b=c@d%e", "%20%", "Calle Peña", "Großer\tWeg", "新街 🏠", "a\nb", "{{7*7}}"],
)
def test_names_come_through_unchanged(name, tmp_path):
    value = name.replace("\n", "&#10;").replace("\t", "&#9;")
    way = f"<way id='1'><nd ref='1'/><tag k='highway' v='path'/><tag k='name' v='{value}'/></way>"
    assert read_extract(written(tmp_path / "x.osm", way)).ways[0].tags["name"] == name


def test_objects_not_yet_uploaded_have_negative_ids(tmp_path):
    extract = read_extract(
        written(
            tmp_path / "edited.osm",
            "<way id='-7'><nd ref='-1'/><nd ref='3'/><tag k='highway' v='path'/></way>",
            "<node id='3' lat='38.3' lon='-121'/>",
            "<node id='-1' lat='38.1' lon='-121'/>",
        )
    )
    assert extract.node_ids.tolist() == [-1, 3]
    assert extract.lonlat[:, 1].tolist() == [38.1, 38.3]


def test_position_that_is_nowhere_counts_as_missing(tmp_path):
    extract = read_extract(
        written(tmp_path / "x.osm", "<node id='1' lat='95' lon='200'/>", SMALL[4])
    )
    assert extract.node_ids.tolist() == []


@pytest.mark.parametrize(
    ("file", "ways", "nodes", "missing"),
    [
        ("sf-central/sf_central_20260204.osm.pbf", 20_898, 8_947, 0),
        ("davis/davis_2019.osm.gz", 1_644, 65, 198),
        ("davis/davis_city_2022.osm.gz", 1_644, 66, 0),
    ],
)
def test_real_extracts(file, ways, nodes, missing, shared_data):
    extract = read_extract(shared_data / file)
    assert (len(extract.ways), len(extract.nodes)) == (ways, nodes)
    named = np.unique(np.concatenate([way.refs for way in extract.ways]))
    assert len(np.setdiff1d(named, extract.node_ids)) == missing
    if "davis" in file:
        assert len(named) == 10_457
    assert (np.diff(extract.node_ids) > 0).all()


def test_content_decides_what_a_file_is(tmp_path, shared_data):
    xml = (HEAD + "</osm>").encode()
    pbf = (shared_data / "sf-central" / "sf_central_20260204.osm.pbf").read_bytes()
    contents = {
        "osm": xml,
        "osm.gz": gzip.compress(xml),
        "osm.bz2": bz2.compress(xml),
        "pbf": pbf,
        "": b"PK\x03\x04 a zip archive",
    }
    for kind, content in contents.items():
        path = tmp_path / "streets.geojson"
        path.write_bytes(content)
        assert format_of(path) == kind


@pytest.mark.parametrize(
    "content", [b'{"type": "FeatureCollection"}', b"<html><body/></html>", b""]
)
def test_other_files_are_none(content, tmp_path):
    plain, packed = tmp_path / "a.osm", tmp_path / "a.osm.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    assert format_of(plain) == format_of(packed) == ""
    with pytest.raises(InputError) as caught:
        read_extract(packed)
    assert caught.value.code == "TYPE"


def test_file_cut_short_is_named_as_such(tmp_path, shared_data):
    """Each kind of file, cut in the middle."""
    davis = shared_data / "davis" / "davis_2019.osm.gz"
    xml = gzip.decompress(davis.read_bytes())
    whole = {
        "a.osm.pbf": (shared_data / "sf-central" / "sf_central_20260204.osm.pbf").read_bytes(),
        "a.osm.gz": davis.read_bytes(),
        "a.osm": xml,
        "a.osm.bz2": bz2.compress(xml),
    }
    for name, content in whole.items():
        path = tmp_path / name
        path.write_bytes(content[: len(content) // 2])
        with pytest.raises(InputError) as caught:
            read_extract(path)
        assert (name, caught.value.code) == (name, "TRUNCATED")
        assert caught.value.sentence.startswith(f"{name} ends too early")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<osm version='0.6'><node id='1' lat='north' lon='0'/></osm>", "COORD_RANGE"),
        ("<osm version='0.6'><node id='one' lat='1' lon='0'/></osm>", "TYPE"),
        ("<osm version='0.6'><way></osm>", "TYPE"),
        ("<osm version='9.9'></osm>", "TYPE"),
        (
            """<!DOCTYPE osm [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><osm version='0.6'>
            <node id='1' lat='1' lon='1'><tag k='highway' v='&b;'/></node></osm>""",
            "TYPE",
        ),
    ],
)
def test_unsound_files_are_refused_in_one_sentence(text, code, tmp_path):
    path = tmp_path / "unsound.osm"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_extract(path)
    assert caught.value.code == code
    assert "\n" not in caught.value.sentence
    assert "unsound.osm" in caught.value.sentence


@pytest.mark.parametrize("path", ["absent.osm.pbf", "http://127.0.0.1/streets.osm", "-"])
def test_what_is_no_file_is_not_opened(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        read_extract(Path(path))
    assert caught.value.code == "NO_FILE"

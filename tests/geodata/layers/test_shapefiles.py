import struct

import geopandas as gpd
import pytest
import shapely

from geodata.errors import InputError
from geodata.layers.shapefiles import read_shapefile


def written(folder, words, encoding="UTF-8", cpg=None):
    """A shapefile with a text column in some encoding and a .cpg that may lie or be absent."""
    shapes = [shapely.box(i, 0, i + 1, 1) for i in range(len(words))]
    path = folder / "p.shp"
    gpd.GeoDataFrame({"name": words}, geometry=shapes, crs=4326).to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = 0  # the language byte, a second place for the encoding
    path.with_suffix(".dbf").write_bytes(table)
    return path


def read(path):
    return read_shapefile(path, path.parent, path.name, restore_shx=False, notes=[])


@pytest.mark.parametrize("words", [["Peña", "Muñoz"], ["Cañada", "plain"]])
@pytest.mark.parametrize(
    ("encoding", "cpg"),
    [
        ("UTF-8", "UTF-8"),
        ("UTF-8", None),
        ("UTF-8", "ISO-8859-1"),  # a lie: decoding would give PeÃ±a
        ("UTF-8", "65001"),
        ("ISO-8859-1", "ISO-8859-1"),
        ("ISO-8859-1", "88591"),
        ("ISO-8859-1", None),
        ("ISO-8859-1", "UTF-8"),  # a lie
        ("CP1252", "ANSI 1252"),
        ("CP1252", "1252"),
        ("CP1252", "nonsense"),
    ],
)
def test_letters_survive_whatever_the_cpg_says(tmp_path, words, encoding, cpg):
    assert read(written(tmp_path, words, encoding, cpg))["name"].tolist() == words


def test_a_declared_encoding_is_believed_where_utf8_is_impossible(tmp_path):
    assert read(written(tmp_path, ["Łódź"], "CP1250", "1250"))["name"].tolist() == ["Łódź"]


def cut(suffix, share):
    def make(path):
        part = path.with_suffix(suffix)
        part.write_bytes(part.read_bytes()[: int(part.stat().st_size * share)])

    return make


def more_rows_than_shapes(path):
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    rows, start, width = struct.unpack("<IHH", table[4:12])
    table[4:8] = struct.pack("<I", rows + 1)
    end = start + rows * width
    path.with_suffix(".dbf").write_bytes(table[:end] + b" " * width + table[end:])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (cut(".shp", 0.5), "3 of 4 shapes are lost"),
        (cut(".shp", 0), "4 of 4 shapes are lost"),
        (cut(".shx", 0.9), ".shx part"),
        (cut(".shx", 0.5), ".shx part"),
        (cut(".dbf", 0.9), "3 of 4 rows"),
        (cut(".dbf", 0.01), ".dbf part"),
        (more_rows_than_shapes, "4 shapes, but its .dbf part has 5 rows"),
    ],
)
def test_a_cut_part_is_refused_with_what_is_lost(tmp_path, damage, words):
    """GDAL reads half a shapefile without a word: two of three shapes come out null."""
    path = written(tmp_path, ["a", "b", "c", "d"])
    damage(path)
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "TRUNCATED"
    assert words in caught.value.sentence


def test_parts_of_another_layer_in_the_folder_are_left_alone(tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    written(other, ["x"]).with_suffix(".shx").rename(tmp_path / "q.shx")
    path = written(tmp_path, ["a"])
    path.with_suffix(".shx").unlink()
    with pytest.raises(InputError, match="NO_SHX"):
        read(path)

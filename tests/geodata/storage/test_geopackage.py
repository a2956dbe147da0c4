import errno
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from geodata.storage.geopackage import CHANGED, write_geopackage

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_geopackage import layers
from geodata.storage.geopackage import write_geopackage
write_geopackage(Path(sys.argv[1]), layers())
"""


def layers():
    turfs = gpd.GeoDataFrame(
        {"turf_id": ["A1", "A2", "{{7*7}}"], "doors": [48, 51, 50], "walk_m": [1.5, None, 2.0]},
        geometry=[
            shapely.box(0, 0, 1, 1),
            shapely.MultiPolygon([shapely.box(2, 0, 3, 1), shapely.box(4, 0, 5, 1)]),
            None,
        ],
        crs=26910,
    )
    walks = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=26910)
    doors = gpd.GeoDataFrame({"id": ["=x"]}, geometry=[shapely.Point(-121.5, 38.5)], crs=4326)
    return {"turfs": turfs, "walks": walks, "doors": doors, "exceptions": doors.iloc[:0]}


@pytest.fixture
def package(tmp_path):
    path = tmp_path / "turfs.gpkg"
    write_geopackage(path, layers())
    return path


def test_layers_in_order(package):
    names = [name for name, _ in pyogrio.list_layers(package)]
    assert names == ["turfs", "walks", "doors", "exceptions"]


def test_rows_and_coordinates_come_back(package):
    for name, table in layers().items():
        again = gpd.read_file(package, layer=name)
        assert list(again) == list(table)
        assert again.crs == table.crs
        assert len(again) == len(table)
    turfs = gpd.read_file(package, layer="turfs")
    assert turfs["turf_id"].tolist() == ["A1", "A2", "{{7*7}}"]
    assert turfs["doors"].tolist() == [48, 51, 50]
    assert turfs.geometry[1].area == 2
    assert turfs.geometry[2] is None


def test_file_is_private_and_replaced(package):
    before = package.read_bytes()
    write_geopackage(package, layers())
    assert package.read_bytes() == before
    assert stat.S_IMODE(package.stat().st_mode) == 0o600
    assert sorted(path.name for path in package.parent.iterdir()) == ["turfs.gpkg"]


def test_no_clock_in_the_file(package):
    with sqlite3.connect(package) as file:
        times = {time for (time,) in file.execute("SELECT last_change FROM gpkg_contents")}
    file.close()
    assert times == {CHANGED}


def test_the_clock_setting_is_put_back(package):
    assert package.exists()
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_same_bytes_in_another_process_and_zone(package, tmp_path):
    """The processes write at different moments: GDAL notes milliseconds where it may."""
    subprocess.run(
        [sys.executable, "-c", WRITER, str(tmp_path / "b.gpkg"), str(Path(__file__).parent)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        cwd=Path(__file__).parents[3],
    )
    assert (tmp_path / "b.gpkg").read_bytes() == package.read_bytes()


FULL_DISK = """
import hashlib, subprocess, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_geopackage import many
from geodata.storage.geopackage import write_geopackage
disk = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], check=True)
path = disk / "turfs.gpkg"
for size_kb in (65536, *range(8, 1200, 48)):
    subprocess.run(["mount", "-o", f"remount,size={size_kb}k", str(disk)], check=True)
    try:
        write_geopackage(path, many())
        print(hashlib.sha256(path.read_bytes()).hexdigest())
    except OSError as fault:
        print(fault.errno)
    path.unlink(missing_ok=True)
"""


def many():
    spots = [shapely.Point(n % 61, n // 61) for n in range(3000)]
    doors = gpd.GeoDataFrame({"id": [f"door {n}" for n in range(3000)]}, geometry=spots, crs=4326)
    return {"doors": doors, "again": doors}


def test_a_disk_of_any_size_holds_all_of_it_or_is_full(tmp_path):
    """GDAL writes no spatial index, and says nothing, where the disk fills up at the very end."""
    homes = [Path(__file__).parents[3], Path(__file__).parent]
    command = ["unshare", "--map-root-user", "--mount", sys.executable, "-c", FULL_DISK]
    env = os.environ | {"PYTHONPATH": str(homes[0])}
    command += [str(tmp_path), str(homes[1])]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip("nobody may mount a small disk here")
    whole, *found = done.stdout.split()
    assert done.returncode == 0, done.stderr
    assert len(whole) == 64
    assert {*found} == {str(errno.ENOSPC), whole}

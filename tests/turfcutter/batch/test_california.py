"""All counties at hand as one batch: real precincts, invented voters, next to no streets."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from turfcutter.batch.book import exit_code
from turfcutter.batch.crew import Crew
from turfcutter.batch.order import COUNTIES, Order
from turfcutter.batch.running import run_batch
from turfcutter.batch.state import load_state

BLOCK_M, BLOCKS, ALONG = 100.0, 3, 5
MOST_ELSEWHERE = 30
ALBERS = "EPSG:3310"


def grid(x: float, y: float) -> list[shapely.LineString]:
    """Streets of a few blocks from a corner on, piece by piece."""
    lines = []
    for k in range(BLOCKS + 1):
        for n in range(BLOCKS):
            a, b, c = k * BLOCK_M, n * BLOCK_M, (n + 1) * BLOCK_M
            lines += [
                shapely.LineString([(x + b, y + a), (x + c, y + a)]),
                shapely.LineString([(x + a, y + b), (x + a, y + c)]),
            ]
    return lines


def voters(precincts: gpd.GeoDataFrame, x: float, y: float) -> Iterator[dict[str, object]]:
    """Voters on both sides of the grid's streets, and one in each of some other precincts."""
    spots = [
        (x + n * BLOCK_M + 15 + 17 * k, y + row * BLOCK_M + 12, f"{100 * n + 10 + 2 * k} ROW {row}")
        for row in range(BLOCKS)
        for n in range(BLOCKS)
        for k in range(ALONG)
    ]
    # everybody else lives well away from the grid
    far = precincts[precincts.distance(shapely.Point(x, y)) > 2000].geometry
    elsewhere = shapely.get_coordinates(far.representative_point().to_numpy())[:MOST_ELSEWHERE]
    spots += [(*spot, f"{k + 1} NOWHERE RD") for k, spot in enumerate(elsewhere.tolist())]
    places = gpd.GeoSeries(gpd.points_from_xy(*np.array([s[:2] for s in spots]).T), crs=ALBERS)
    for number, (place, spot) in enumerate(zip(places.to_crs(4326), spots, strict=True)):
        yield {
            "voter_id": f"{number + 1:06d}",
            "address": spot[2],
            "zip": "00300",
            "lon": round(place.x, 7),
            "lat": round(place.y, 7),
        }


@pytest.mark.slow
def test_every_county_runs_through(shared_data, tmp_path):
    layer = gpd.read_parquet(shared_data / "ca-precincts" / "ca_precincts_2016_52counties.parquet")
    state = [
        "[cut]",
        "target = 20",
        "[inputs]",
        "accept_repairs = true",
        'precinct_column = "code"',
    ]
    elsewhere = {}
    for fips, precincts in layer.groupby("county_fips"):
        name, folder = f"c{fips}", tmp_path / f"c{fips}"
        folder.mkdir()
        table = precincts[precincts.geometry.notna()].reset_index(drop=True)
        codes = pd.Series(np.arange(len(table)) + 1).astype(str).str.zfill(5)
        table.set_geometry("geometry")[["geometry"]].assign(code=codes).to_file(
            folder / "precincts.gpkg", driver="GPKG"
        )
        metric = table.to_crs(ALBERS)
        middle = metric.geometry.iloc[[metric.area.argmax()]].representative_point().iloc[0]
        lines = grid(middle.x, middle.y)
        streets = {"name": [f"ROW {k}" for k in range(len(lines))], "class": "residential"}
        gpd.GeoDataFrame(streets, geometry=lines, crs=ALBERS).to_crs(4326).to_file(
            folder / "streets.gpkg", driver="GPKG"
        )
        people = pd.DataFrame(voters(metric, middle.x, middle.y))
        people.to_csv(folder / "voters.csv", index=False)
        elsewhere[name] = int(people["address"].str.endswith("NOWHERE RD").sum())
        state += [
            f"[counties.{name}.inputs]",
            f'precincts = "{name}/precincts.gpkg"',
            f'voters = "{name}/voters.csv"',
            f'streets = "{name}/streets.gpkg"',
            'street_name_column = "name"',
            'street_class_column = "class"',
        ]
    (tmp_path / "STATE.toml").write_text("\n".join(state))
    loaded = load_state(tmp_path / "STATE.toml")
    assert len(loaded.counties) == 52
    order = Order(loaded, tuple(loaded.counties), tmp_path / "out", tmp_path / "workspace")
    with Crew(2, 4000, lambda *_: None) as crew:
        rows = run_batch(order, crew, lambda **_: None)
    assert {row.name: row.faults for row in rows if row.faults} == {}
    assert exit_code(rows) in (0, 3)
    ledger = pd.read_csv(tmp_path / "out" / "ledger.csv").set_index(["county", "file", "reason"])
    lines = ledger["rows"].xs("voters.csv", level="file")
    for name, count in elsewhere.items():
        found = lines[name]
        assert found["R-off_network"] == count
        assert found["rows"] == found.drop("rows").sum() == BLOCKS * BLOCKS * ALONG + count
        left = pd.read_csv(tmp_path / "out" / COUNTIES / name / "exceptions.csv")
        assert left["detail"].str.contains("street").all()

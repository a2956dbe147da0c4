"""
Places cut and printed once for all tests of packets.

The county is invented: a town, apartments and farms. San Francisco's centre and Davis have real
streets, the first real addresses too; all voters are invented.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from turfcutter.model import Plan
from turfcutter.packets.issues import Issue, Job
from turfcutter.packets.pages.contents import Contents, packet_contents
from turfcutter.packets.printing import Printing, print_packets
from turfcutter.packets.turfs.slices import Slice, slice_plan
from turfcutter.packets.turfs.streetorder import by_street
from turfcutter.paramfile import params_of
from turfcutter.params import (
    CutParams,
    InputParams,
    PacketParams,
    Params,
    SuppressParams,
    to_dict,
)
from turfcutter.sample import make_county
from turfcutter.sample.addresses import read_doors
from turfcutter.sample.plain import write_plain_voters
from turfcutter.sample.roadside import doors_along
from turfcutter.workflow import run_cut

SERIAL = 4_000_001
SUPPRESSED = 5
FEW = 260
"""Doors of a real place: five turfs."""
PACKET = to_dict(
    Params(
        packet=PacketParams(
            title="Fall canvass",
            organization="Neighbors for Transit",
            link="https://turf.example/t/{turf}",
            script={"English": "Hello.\n\nMay we count on you?"},
        )
    )
)["packet"]


@dataclass(frozen=True)
class Printed:
    """A printing of a place."""

    out: Path
    records: list[dict[str, Any]]
    plan: Plan
    ordered: Plan
    """The plan in the order of the paper."""
    pages: list[tuple[Slice, Contents]] = field(default_factory=list)
    """What each packet was made from, and its contents."""
    secret: tuple[tuple[str, str], ...] = ()
    """Id and name of the voters who were suppressed."""


@pytest.fixture(scope="session")
def packet_issue():
    """What packets say where a test asks for nothing else; keywords change `[packet]`."""

    def issue(*, kind="persuade", **packet):
        return Issue({**PACKET, **packet}, kind=kind, issued="2026-10-01 09:00")

    return issue


@pytest.fixture(scope="session")
def cut_of(tmp_path_factory):
    """Cuts a place of some files; the first voters of the file are suppressed."""

    def cut(name, files):
        folder = tmp_path_factory.mktemp(name)
        rows = pd.read_csv(files["voters"], dtype=str, keep_default_na=False)
        first, last = (
            next(column for column in rows if word in column.lower()) for word in ("first", "last")
        )
        some = rows.iloc[:SUPPRESSED]
        secret = tuple(zip(some.iloc[:, 0], some[first] + " " + some[last], strict=True))
        (folder / "secret.txt").write_text("".join(f"{voter}\n" for voter, _ in secret))
        params = Params(
            inputs=InputParams(**files),
            cut=CutParams(within=("none",)) if name != "county" else CutParams(),
            suppress=SuppressParams(lists=(folder / "secret.txt",)),
        )
        return run_cut(params, folder / "out", workspace=folder / "workspace"), secret

    return cut


@pytest.fixture(scope="session")
def county(tmp_path_factory, cut_of):
    """Some 400 voters in a town, apartments and farms, in a few turfs; and who is suppressed."""
    folder = tmp_path_factory.mktemp("county") / "in"
    made = make_county(folder, voters=400, seed=3, shape=0)
    return cut_of("county", {k: getattr(made, k) for k in ("precincts", "voters", "streets")})


@pytest.fixture(scope="session")
def county_plan(county):
    """The plan of the county."""
    return county[0]


@pytest.fixture(scope="session")
def real_place(shared_data, tmp_path_factory, cut_of):
    """Cuts the middle of a real place by its name, with invented voters."""

    def cut(name):
        if name == "sf":
            home = shared_data / "sf-central"
            doors = read_doors(home / "eas_addresses_with_units.csv.gz")
            streets = home / "sf_central_20260204.osm.pbf"
            precincts = home / "SF_DOE_Precincts_20120702_EPSG2227.zip"
        else:
            home = shared_data / "davis"
            streets = home / "davis_city_2022.osm.gz"
            doors = doors_along(streets, doors=6_000, seed=1)
            precincts = home / "113-yolo_precincts_2016_wgs84.zip"
        lon, lat = doors["lon"].astype(float), doors["lat"].astype(float)
        far = (0.79 * (lon - lon.median())) ** 2 + (lat - lat.median()) ** 2
        voters = tmp_path_factory.mktemp(name) / "voters.csv"
        middle = doors.loc[sorted(far.sort_values().index[:FEW])]
        write_plain_voters(middle, voters, per_door=1.8, seed=1)
        return cut_of(name, {"precincts": precincts, "voters": voters, "streets": streets})

    return cut


@pytest.fixture(scope="session")
def print_place(packet_issue, tmp_path_factory):
    """Prints a plan whole."""

    def printed(plan, secret):
        out = tmp_path_factory.mktemp("printed") / "out"
        issue = packet_issue()
        records = print_packets(plan, Printing(issue, serial=SERIAL), out)
        turf_ids = plan.turfs["turf_id"].tolist()
        cut = params_of(plan.about["params"]).cut
        ordered, grouped = by_street(plan, turf_ids, cut)
        pages = [
            (turf, packet_contents(turf, Job(turf.turf["turf_id"], SERIAL + n), issue))
            for n, turf in enumerate(slice_plan(ordered, turf_ids, grouped))
        ]
        return Printed(out, records, plan, ordered, pages, secret)

    return printed


@pytest.fixture(scope="session")
def printed(county, print_place):
    """A printing of the county."""
    return print_place(*county)


@pytest.fixture(
    scope="session", params=["county", "sf", pytest.param("davis", marks=pytest.mark.slow)]
)
def place(request, print_place):
    """A printing of each place in turn; the invented one needs no real data."""
    if request.param == "county":
        return request.getfixturevalue("printed")
    return print_place(*request.getfixturevalue("real_place")(request.param))

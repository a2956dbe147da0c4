"""A small invented county, cut and printed once for all tests of packets."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from turfcutter.packets.issues import Issue
from turfcutter.packets.printing import Printing, print_packets
from turfcutter.params import InputParams, PacketParams, Params, SuppressParams, to_dict
from turfcutter.sample import make_county
from turfcutter.workflow import run_cut

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


@pytest.fixture(scope="session")
def packet_issue():
    """What packets say where a test asks for nothing else; keywords change `[packet]`."""

    def issue(*, kind="persuade", **packet):
        return Issue({**PACKET, **packet}, kind=kind, issued="2026-10-01 09:00")

    return issue


@pytest.fixture(scope="session")
def county_plan(tmp_path_factory):
    """Some 400 voters in a town, apartments and farms, in a few turfs; five are suppressed."""
    folder = tmp_path_factory.mktemp("county")
    make_county(folder / "in", voters=400, seed=3, shape=0)
    secret = pd.read_csv(folder / "in" / "voters.csv", dtype=str).iloc[:5, 0].tolist()
    (folder / "secret.txt").write_text("".join(f"{voter}\n" for voter in secret))
    files = {path.name.split(".")[0]: path for path in Path(folder / "in").iterdir()}
    inputs = InputParams(
        precincts=files["precincts"], voters=files["voters"], streets=files["streets"]
    )
    suppress = SuppressParams(lists=(folder / "secret.txt",))
    params = replace(Params(), inputs=inputs, suppress=suppress)
    return run_cut(params, folder / "out", workspace=folder / "workspace")


@pytest.fixture(scope="session")
def printed(county_plan, packet_issue, tmp_path_factory):
    """The folder of a printing of the county, its records, and the plan."""
    out = tmp_path_factory.mktemp("printed") / "out"
    printing = Printing(packet_issue(), serial=4_000_001)
    records = print_packets(county_plan, printing, out, workers=1)
    return out, records, county_plan

"""Planning: the universe at its doors, before any street is known."""

import geopandas as gpd
import pytest
import shapely

from geodata.errors import InputError
from geodata.schema import Precincts
from geodata.voters.voterfile import read_voters
from turfcutter.inputs import Inputs
from turfcutter.params import Params, VoterParams
from turfcutter.plans.planning import find_doors

METRIC = "EPSG:32610"


@pytest.fixture
def inputs(tmp_path):
    """Forty houses in precinct 1, so many of which have the code of precinct 2 beside it."""

    def made(strange):
        boxes = [shapely.box(west, 38.5, west + 0.01, 38.6) for west in (-121.75, -121.74)]
        table = gpd.GeoDataFrame({"precinct": ["1", "2"]}, geometry=boxes, crs=4326)
        codes = ["2"] * strange + ["1"] * (40 - strange)
        rows = [
            f"{n},{10 + 2 * n} Main St,95616,{38.51001 + n / 1000:.5f},-121.74502,{code}"
            for n, code in enumerate(codes)
        ]
        path = tmp_path / "voters.csv"
        path.write_text("\n".join(["voter_id,address,zip,lat,lon,precinct", *rows]))
        place = tmp_path / f"{strange}"
        place.mkdir()
        return Inputs(Precincts(table.to_crs(METRIC)), None, read_voters(path, place), {}, {})

    return made


CHOSEN = Params(voters=VoterParams(where="voter_id in ('0', '39')"))


def test_a_small_universe_proves_no_wrong_vintage(inputs):
    """One door of two disagrees, but of the whole file only one in forty."""
    found = find_doors(CHOSEN, inputs(1))
    assert found.gathered.doors["precinct"].tolist() == [0, 0]
    assert [(note.code, note.count) for note in found.notes] == [("PRECINCT_DIFFERS", 1)]


def test_a_wrong_vintage_is_told_of_the_whole_file(inputs):
    with pytest.raises(InputError, match=r"VINTAGE: 4 of 40 doors \(10\.0%\)"):
        find_doors(CHOSEN, inputs(4))

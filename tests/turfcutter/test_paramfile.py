from datetime import date

import pytest

from geodata.errors import InputError
from turfcutter.paramfile import read_document, read_params, state_from
from turfcutter.params import Params

JOB = """
as_of = 2026-11-03

[inputs]
precincts = "precincts.zip"
voters = "in/voters.csv"
streets = "/srv/streets.osm.pbf"

[voters]
where = "age < 35"
keep = ["lastVoted"]
phones = true

[voters.columns]
voter_id = "VUID"

[suppress]
lists = ["stop.txt", "moved.txt"]
words = ["SAFE AT HOME"]

[cut]
target = 60
by = "doors"
tolerance = 0.2
within = "districts.gpkg.DIST"
seed = 4
"""


@pytest.fixture
def write(tmp_path):
    def to_file(text):
        path = tmp_path / "job.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def test_whole_file(write, tmp_path):
    params = read_params(write(JOB))
    assert params.as_of == date(2026, 11, 3)
    assert params.inputs.voters == tmp_path / "in" / "voters.csv"
    assert str(params.inputs.streets) == "/srv/streets.osm.pbf"
    assert params.voters.columns == {"voter_id": "VUID"}
    assert params.voters.keep == ("lastVoted",)
    assert params.voters.phones is True
    assert params.suppress.lists == (tmp_path / "stop.txt", tmp_path / "moved.txt")
    assert params.suppress.words == ("CONFIDENTIAL", "SAFE AT HOME")
    assert params.cut.target == 60.0
    assert isinstance(params.cut.target, float)
    assert params.cut.within == (str(tmp_path / "districts.gpkg.DIST"),)
    assert params.cut.speed_mps == 1.25


def test_empty_file_gives_the_defaults(write):
    assert read_params(write("")) == Params()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[cut]\ntraget = 5", "'traget' is no key of .cut.; did you mean 'target'"),
        ("[cuts]\nseed = 5", "'cuts' is no table; did you mean 'cut'"),
        ("[zzz]", "'zzz' is no table; known are inputs, voters"),
        ("cut = 5", "cut is no table; write .cut. above its keys"),
        ("[cut]\ntarget = 'many'", ".cut. target is 'many'; write a number"),
        ("[cut]\ntarget = true", "write a number"),
        ("[cut]\nseed = true", "write a whole number"),
        ("[cut]\nseed = 1.5", "write a whole number"),
        ("[cut]\nsnap_m = 1.0", "snap_m is 1.0; it must lie between 5 and 2000 m"),
        ("[cut]\nwithin = 3", "write 'precinct', 'none', or FILE.COLUMN"),
        ("[cut]\nwithin = 'districts'", "write 'none', or 'precinct' and FILE.COLUMN"),
        ("[voters]\nphones = 'yes'", "write true or false"),
        ("[voters]\nwhere = 5", "write text in quotes"),
        ("[voters]\nkeep = 'party'", "write a list of texts in brackets"),
        ("[voters]\ncolumns = ['a']", "write pairs such as"),
        ("[voters.columns]\nage = 5", "write pairs such as"),
        ("[suppress]\nlists = 'stop.txt'", "write a list of file names in brackets"),
        ("[inputs]\nvoters = 5", "write a file name in quotes"),
        ("as_of = '2026-11-03'", "write a date such as 2026-11-03, without quotes"),
        ("as_of = 2026-11-03T10:00:00", "write a date such as 2026-11-03"),
        ("[cut", "is not valid TOML"),
        ("a = " + "[" * 5000, "is not valid TOML"),
        ("[cut]\nprefer = ['x', 'y']", "prefer is .*x, .*y'; write"),
        ("[cut]\nprefix = 'yolo'", "prefix is 'yolo'; it must be at most six capitals or digits"),
    ],
)
def test_bad_files(write, text, says):
    with pytest.raises(InputError, match=says) as fault:
        read_params(write(text))
    assert fault.value.code == "PARAMETER"
    assert fault.value.sentence.endswith((".", "?"))


def test_no_text(tmp_path):
    (tmp_path / "job.toml").write_bytes(b"\xff\xfe[cut]")
    with pytest.raises(InputError, match="is not valid TOML"):
        read_params(tmp_path / "job.toml")


def test_no_file(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(InputError) as fault:
            read_params(path)
        assert fault.value.code == "NO_FILE"


def test_state_file(write, tmp_path):
    path = write(
        """
            [cut]
            target = 40
            [suppress]
            words = ["SHARED"]
            [counties.yolo.inputs]
            voters = "yolo.csv"
            [counties.yolo.suppress]
            words = ["OWN"]
            [counties.napa.cut]
            target = 70
            """
    )
    state = state_from(read_document(path), path)
    assert list(state) == ["yolo", "napa"]
    assert state["yolo"].inputs.voters == tmp_path / "yolo.csv"
    assert state["yolo"].suppress.words == ("CONFIDENTIAL", "SHARED", "OWN")
    assert (state["yolo"].cut.target, state["napa"].cut.target) == (40, 70)


@pytest.mark.parametrize("text", ["[cut]\nseed = 1", "counties = 5", "[counties]\nyolo = 5"])
def test_state_without_counties(write, text):
    path = write(text)
    with pytest.raises(InputError, match="names no county"):
        state_from(read_document(path), path)

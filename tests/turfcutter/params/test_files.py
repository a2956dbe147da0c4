"""The files that parameters name are looked for before anything is read."""

import os
import subprocess
import sys

import pytest

from geodata.errors import InputError
from turfcutter.declaring import option_name
from turfcutter.params import CutParams, InputParams, Params, SuppressParams
from turfcutter.params.files import check_files, existing, files_of


@pytest.fixture
def there(tmp_path):
    """A file that is there."""
    path = tmp_path / "there.csv"
    path.write_text("x")
    return path


def test_every_kind_of_file_is_named_with_its_option(tmp_path):
    a, b, c, d = (tmp_path / name for name in "abcd")
    params = Params(
        InputParams(voters=a, history=(b, c)),
        suppress=SuppressParams(lists=(d,)),
        cut=CutParams(within=("precinct", f"{tmp_path}/e.shp.NAME")),
    )
    assert sorted((f"--{option_name(item)}", path) for item, path in files_of(params)) == [
        ("--history", b),
        ("--history", c),
        ("--suppress-list", d),
        ("--voters", a),
        ("--within", tmp_path / "e.shp"),
    ]


def test_the_one_file_that_is_not_there_is_told(tmp_path, there):
    check_files(Params(InputParams(voters=there)))
    params = Params(InputParams(voters=there, staging=tmp_path / "places.csv"))
    with pytest.raises(InputError, match=r"places\.csv does not exist; check what --staging names"):
        check_files(params)


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (os.mkdir, "NO_FILE", "is a folder; name the file in it with --voters."),
        (os.mkfifo, "TYPE", "is a pipe or device, which cannot be read twice"),
        (lambda path: path.symlink_to("nowhere"), "NO_FILE", "does not exist"),
    ],
)
def test_what_is_no_file(tmp_path, make, code, words):
    path = tmp_path / "voters.csv"
    make(path)
    with pytest.raises(InputError) as caught:
        existing(path, "--voters")
    assert caught.value.code == code
    assert words in caught.value.sentence


def test_a_missing_file_is_told_before_libraries_are_loaded(tmp_path, there):
    """Loading them takes seconds on a slow machine, which nobody should wait for a slip."""
    words = ("--precincts", there, "--voters", there, "--streets", tmp_path / "no.pbf")
    script = (
        "import sys; from click.testing import CliRunner; from turfcutter.cli.main import main; "
        "done = CliRunner().invoke(main, ['cut', '--out', 'out', *sys.argv[1:]]); "
        "print(done.exit_code, 'numba' in sys.modules or 'pandas' in sys.modules, done.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, words)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert done.stdout.startswith("2 False turfcutter: NO_FILE: ")
    assert "no.pbf does not exist; check what --streets names" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there.csv"]

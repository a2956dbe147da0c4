import io
import json

import numpy as np
import pytest

from turfcutter.cli.show import COUNTS, Steps, as_json, as_text, plain


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def result():
    counts = dict.fromkeys(COUNTS, 0) | {
        "rows": 12_000,
        "repeated": 20,
        "outside": 1_980,
        "exceptions": 15,
        "in_turfs": 9_985,
        "doors": 5_004,
        "stops": 4_100,
        "turfs": 101,
    }
    turfs = {
        "turfs": 101,
        "doors_low": 44,
        "doors_high": 55,
        "minutes_low": 98.5,
        "minutes_high": 140.0,
        "quiet_low": 92,
        "quiet_high": 141,
        "walk_m_per_door": 28.4,
        "in_band_share": 0.99,
    }
    return {
        "out": "davis",
        "files": ["map.html", "plan.json"],
        "counts": counts,
        "turfs": turfs,
        "scorecard": {"closed_walk_m": np.float64(1.5), "ratio": float("nan"), "n": np.int64(3)},
        "notes": [{"code": "REPAIRED", "sentence": "One polygon was mended.", "count": 1}],
    }


def test_closing_table(result):
    assert as_text(result).splitlines() == [
        "     12,000  voters read",
        "         20    repeated",
        "      1,980    not in the chosen universe",
        "         15    in no turf, see exceptions.csv",
        "      9,985    in turfs",
        "",
        "      5,004  doors at 4,100 stops",
        "        101  turfs",
        "   44 to 55  doors a turf",
        "98.5 to 140  minutes a turf",
        "  92 to 141  minutes for the mean turf on quiet and on busy days",
        "       28.4  metres walked a door",
        "        99%  of the turfs are of the wanted size",
        "",
        "Note: One polygon was mended.",
        "",
        "Results are in davis: map.html, plan.json",
    ]


def test_closing_table_without_turfs(result):
    result["turfs"] = {"turfs": 0}
    assert "a turf" not in as_text(result)


def test_json_is_strict(result):
    def refuse(text):
        raise ValueError(text)

    again = json.loads(as_json(result), parse_constant=refuse)
    assert again["scorecard"] == {"closed_walk_m": 1.5, "ratio": None, "n": 3}
    assert again["counts"]["in_turfs"] == 9_985


def test_a_file_cannot_steer_the_terminal(result):
    result["notes"][0]["sentence"] = "Precinct \x1b[2J\x1b]0;owned\x07\x9b31m is odd."
    assert "\x1b" not in as_text(result)
    assert plain("Peña\nél\tñ “x”") == "Peña\nél\tñ “x”"


def test_one_line_a_step():
    stream = io.StringIO()
    steps = Steps(stream)
    steps("reading precincts")
    steps("cutting", "1 of 2")
    steps("cutting", "2 of 2")
    steps("writing")
    steps.close()
    steps.close()
    lines = stream.getvalue().splitlines()
    assert [line[:64].rstrip() for line in lines] == [
        "reading precincts",
        "cutting: 2 of 2",
        "writing",
    ]
    assert all(line.endswith(" s") for line in lines)


def test_a_terminal_sees_every_detail():
    stream = Terminal()
    steps = Steps(stream)
    steps("cutting", "1 of 2")
    steps("cutting", "2 of 2")
    steps.close()
    assert "cutting: 1 of 2" in stream.getvalue()
    assert stream.getvalue().count("\n") == 1

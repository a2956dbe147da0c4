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
        "crews": 0,
    }
    return {
        "out": "davis",
        "files": ["doors.parquet", "map.html", "plan.json", "turfs.parquet"],
        "counts": counts,
        "turfs": turfs,
        "scorecard": {
            "regions": np.int64(9),
            "in_band_where_possible": 1.0,
            "ratio": float("nan"),
            "cannot": [],
        },
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
        "  98 to 140  minutes a turf",
        "  92 to 141  minutes for the mean turf on quiet and on busy days",
        "       28.4  metres walked a door",
        "        99%  of the turfs are of the wanted size",
        "",
        "Note: One polygon was mended.",
        "",
        "Results are in davis: map.html, plan.json, and the plan's 2 tables (.parquet)",
        "To print them: turfcutter packets davis --out FOLDER",
    ]


def test_nobody_is_sent_to_a_list_without_rows(result):
    result["counts"]["exceptions"] = 0
    assert "          0    in no turf" in as_text(result).splitlines()


def region(number, doors, precinct="", building=""):
    return {"region": str(number), "doors": doors, "precinct": precinct, "building": building}


def test_closing_table_names_regions_that_cannot_be_in_band(result):
    cannot = [region(1, 30, "2317"), region(2, 23, "2317", "12 ELM ST"), region(4, 1100)]
    result["scorecard"] |= {"cannot": cannot, "in_band_where_possible": 0.975}
    lines = as_text(result).splitlines()
    at = lines.index("        99%  of the turfs are of the wanted size")
    assert lines[at + 1 : at + 7] == [
        "        98%  where their region can be divided so",
        "          3  of 9 regions cannot be divided so:",
        "         30    doors in precinct 2317",
        "         23    doors at 12 ELM ST",
        "      1,100    doors in region 4",
        "",
    ]
    result["scorecard"]["cannot"] = [region(n, 7, "2317") for n in range(1, 9)]
    assert "           " + "    and 3 more, see cannot in plan.json" in as_text(result).splitlines()


def test_closing_table_tells_staging_places_and_crews(result):
    result["counts"] |= {"uncut": 700}
    result["turfs"] |= {"places": 1, "drive_low": 0.4, "drive_high": 11.0, "voters_an_hour": 47.25}
    result["turfs"]["crews"] = 17
    lines = as_text(result).splitlines()
    assert "        700    left uncut, see uncut.csv" in lines
    at = lines.index("        99%  of the turfs are of the wanted size")
    assert lines[at + 1 : at + 5] == [
        "          1  staging place used",
        "  0.4 to 11  minutes of driving from there to the start",
        "      47.25  voters an hour, the drive there and back counted",
        "         17  crews, each with its drop-off point",
    ]


def test_closing_table_without_turfs(result):
    result["turfs"] = {"turfs": 0}
    assert "a turf" not in as_text(result)


def test_json_is_strict(result):
    def refuse(text):
        raise ValueError(text)

    again = json.loads(as_json(result), parse_constant=refuse)
    assert again["scorecard"]["regions"] == 9
    assert again["scorecard"]["ratio"] is None
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

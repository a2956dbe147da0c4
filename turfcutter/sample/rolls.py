"""The voter file of a county: a county's own layout, with the blemishes such files have."""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from turfcutter.sample import names
from turfcutter.sample.chance import likely_each
from turfcutter.sample.sketch import IntArray
from turfcutter.sample.voters import invent_people, voter_ids

BLANKED: Final = ("sHouseNum", "sPreDir", "szStreetName", "sStreetSuffix", "sUnitAbbr", "sUnitNum")

SHARES: Final = {
    "without coordinates": (4, 0.002),
    "with a post-office box": (2, 0.001),
    "confidential": (3, 0.0012),
    "with coordinates far outside": (2, 0.0003),
    "with the code of another precinct": (5, 0.004),
}
"""Blemish -> least number of voters, and share of all voters."""

FAR_DEG: Final = 2.5
"""How far north the coordinates of a voter may stray."""

ONE_REPEAT_IN: Final = 20_000


BY_MAIL: Final = 0.85
"""Share of votes that come by mail."""


class Roll(NamedTuple):
    """
    A voter file, ready to be written.

    Parameters
    ----------
    table
        Columns in file order; text, but for `lat` and `lon`.
    ragged
        Fields of one further record that is cut short.
    blemishes
        What is odd on purpose -> how many.
    """

    table: pd.DataFrame
    ragged: tuple[str, ...]
    blemishes: dict[str, int]


def call_roll(
    homes: pd.DataFrame, per_door: IntArray, codes: int, start: int, rng: np.random.Generator
) -> Roll:
    """
    Register people behind doors.

    Parameters
    ----------
    homes
        A row for each door: `number`, `street`, `abbr`, `unit`, `city`, `zip` (text), `lon`,
        `lat` (degrees), `precinct` (int, the number within the county).
    per_door
        Voters of each door, shape (n_doors,).
    codes
        How many precincts there are.
    start
        Number of the first voter id.
    rng
        The only source of chance.
    """
    people = invent_people(per_door, rng)
    size = len(people.door)
    home = homes.take(people.door).reset_index(drop=True)
    street = _street_parts(home["street"])
    unit = (home["abbr"] + " " + home["unit"]).str.strip()
    situs = home["number"] + " " + home["street"].map(_shorts(home["street"])) + " " + unit
    person = people.table
    voted = _history(person["registered"], rng)
    table = pd.DataFrame(
        {
            "lVoterUniqueID": voter_ids(size, start, rng),
            "szNameLast": person["last"],
            "szNameFirst": person["first"],
            "sGender": person["gender"],
            "szSitusAddress": situs.str.strip(),
            "szSitusCity": home["city"],
            "sSitusState": "CA",
            "sSitusZip": home["zip"],
            "sHouseNum": home["number"],
            "sPreDir": street["prefix"],
            "szStreetName": street["name"],
            "sStreetSuffix": street["suffix"],
            "sUnitAbbr": home["abbr"],
            "sUnitNum": home["unit"],
            "szPhone": person["phone"],
            "dtBirthDate": _american(person["born"]),
            "dtRegDate": _american(person["registered"]),
            "sStatusCode": person["status"].str[0],
            "szLanguageName": person["language"],
            "szPartyName": person["party"],
            "sPrecinctID": (home["precinct"] + 1001).astype("str"),
            **voted,
            "lat": home["lat"].round(6),
            "lon": home["lon"].round(6),
        }
    )
    return _blemished(table, home["precinct"].to_numpy(), codes, rng)


def _american(days: pd.Series) -> pd.Series:
    """Dates as county files write them: month, day, year."""
    return days.str[5:7] + "/" + days.str[8:10] + "/" + days.str[:4]


def _shorts(streets: pd.Series) -> dict[str, str]:
    return {street: names.short(street) for street in streets.unique()}


def _street_parts(streets: pd.Series) -> pd.DataFrame:
    """`prefix`, `name`, `suffix` as a county file splits them."""
    parts = {}
    for street, short in _shorts(streets).items():
        words = short.split()
        turned = street.split()[0] in names.DIRECTIONS and len(words) > 1
        prefix = words.pop(0) if turned else ""
        suffix = words.pop() if len(words) > 1 and words[-1] in names.TYPES.values() else ""
        parts[street] = (prefix, " ".join(words), suffix)
    split = pd.DataFrame.from_dict(parts, orient="index", columns=["prefix", "name", "suffix"])
    return split.loc[streets].reset_index(drop=True)


def _history(registered: pd.Series, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """How each voter voted in past elections: by mail, at the polls, or not at all."""
    keen = rng.beta(2.0, 1.2, len(registered))
    voted = {}
    for day, turnout in (("2024-11-05", 1.0), ("2022-11-08", 0.7), ("2020-11-03", 1.0)):
        went = (rng.random(len(registered)) < keen * turnout) & (registered.to_numpy() < day)
        by_mail = likely_each(rng, BY_MAIL, len(registered))
        voted[f"szVoted_{day[:4]}G"] = np.where(went, np.where(by_mail, "V", "P"), "")
    return voted


def _blemished(
    table: pd.DataFrame, precinct: IntArray, codes: int, rng: np.random.Generator
) -> Roll:
    """Spoil a few rows, each in one way, then sort by voter id."""
    order = rng.permutation(len(table))
    counts = {what: min(max(least, round(share * len(table))), len(table) // 12)
              for what, (least, share) in SHARES.items()}  # fmt: skip
    ends = np.cumsum(list(counts.values()))
    lost, boxed, hidden, far, moved = np.split(order[: ends[-1]], ends[:-1])
    table.loc[np.concatenate([lost, boxed, hidden]), ["lat", "lon"]] = np.nan
    table.loc[far, "lat"] += FAR_DEG
    table.loc[np.concatenate([boxed, hidden]), list(BLANKED)] = ""
    table.loc[boxed, "szSitusAddress"] = [f"PO BOX {100 + 7 * k}" for k in range(len(boxed))]
    table.loc[hidden, ["szSitusAddress", "szPhone"]] = ["CONFIDENTIAL", ""]
    if codes > 1:
        step = rng.integers(1, codes, len(moved))
        table.loc[moved, "sPrecinctID"] = ((precinct[moved] + step) % codes + 1001).astype("str")
    repeats = rng.choice(len(table), max(1, len(table) // ONE_REPEAT_IN), replace=False)
    table = table.sort_values("lVoterUniqueID", kind="stable")
    again = table.iloc[np.sort(repeats)]
    counts["repeated"] = len(again)
    counts["cut short"] = 1
    ragged = ("99999999", "Smith", "Robin", "F", "1 MAIN ST")
    return Roll(pd.concat([table, again], ignore_index=True), ragged, counts)

"""Turf ids: short, speakable, of capitals, digits and dashes, assigned once and stored."""

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np

from turfcutter.arrays import Longs


def turf_ids(region_zone: list[str], region: Longs, prefix: str) -> list[str]:
    """
    One id a turf.

    Parameters
    ----------
    region_zone
        Printed code of the precinct each region lies in; empty where turfs cross precincts.
    region
        Region of each turf, shape (n_turfs,), ascending.
    prefix
        County prefix, or empty.

    Returns
    -------
    ids
        ``2317-01`` within precinct 2317, else ``T001``; with a prefix ``YOL-2317-01``.
    """
    codes = [re.sub(r"[^A-Z0-9-]+", "-", zone.upper()).strip("-") for zone in region_zone]
    names = np.array(codes, object)[region]
    count = Counter(names.tolist())
    seen: Counter[str] = Counter()
    ids = []
    for name in names.tolist():
        seen[name] += 1
        wide = max(2 if name else 3, len(str(count[name])))
        number = f"{seen[name]:0{wide}d}"
        ids.append(
            "-".join(part for part in (prefix, name, number if name else f"T{number}") if part)
        )
    return ids


def fresh_id(turf_id: str, known: Iterable[str]) -> str:
    """
    An id that no turf ever had, of the same kind as another's.

    Parameters
    ----------
    turf_id
        The turf it comes from: after ``2317-03`` follows the first free one of ``2317-04`` ….
    known
        All ids in use, now or once.
    """
    stem, digits = split_id(turf_id)
    numbers = [int(tail) for head, tail in map(split_id, known) if head == stem and tail]
    return f"{stem}{max(numbers, default=0) + 1:0{max(len(digits), 2)}d}"


def split_id(turf_id: str) -> tuple[str, str]:
    """A turf id's text and the digits it ends with."""
    stem = turf_id.rstrip("0123456789")
    return stem, turf_id[len(stem) :]

"""Ballots that came back: doors where everybody has voted need no visit."""

from dataclasses import replace
from typing import Final

import numpy as np

from turfcutter.doors.doors import Gathered

VOTED: Final = ("returned", "accepted")
"""States of a ballot after which its voter has voted; a challenged one is still to be cured."""


def leave_voted(gathered: Gathered) -> tuple[Gathered, int]:
    """
    Let doors go whose voters have all voted; a voter at no door goes alone.

    Parameters
    ----------
    gathered
        Its `voters` with `ballot`, where returned ballots are known.

    Returns
    -------
    left, voted
        What is left, and how many voters went.
    """
    if "ballot" not in gathered.voters:
        return gathered, 0
    door = gathered.voters["door"].to_numpy()
    voted = gathered.voters["ballot"].isin(VOTED).to_numpy(bool)
    waiting = np.zeros(len(gathered.doors), bool)
    waiting[door[(door >= 0) & ~voted]] = True
    stays = np.where(door >= 0, waiting[door] if len(waiting) else False, ~voted)
    row = np.cumsum(stays) - 1
    told = gathered.exceptions
    told = told[stays[told["voter"]]]
    voters = gathered.voters[stays].reset_index(drop=True)
    number = np.where(waiting, np.cumsum(waiting) - 1, -1)
    left = replace(
        gathered,
        voters=voters.assign(
            door=np.where(voters["door"] >= 0, number[voters["door"]], -1) if len(number) else -1
        ),
        doors=gathered.doors[waiting].reset_index(drop=True),
        exceptions=told.assign(voter=row[told["voter"]]).reset_index(drop=True),
    )
    return left, int((~stays).sum())

"""
The region as a unit: what a cut depends on and no more, its key, and the cut kept by that key.

A region is cut from no terminals but its own, see `turfcutter.streets.footing`: its key does not
change when doors elsewhere in the county do, and tells all that the cut is made of.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final

import numpy as np

from turfcutter.batch.kept import Arrays, keep, kept, look_up
from turfcutter.cutting import Cut, Goal, Site, cut_region
from turfcutter.model import Progress, silent
from turfcutter.plans.turfs import Cutter, RegionJob
from turfcutter.streets.distances import Ends, Reach

PARCEL_DOORS: Final = 4000
"""Doors of the regions that travel together to a worker."""


class Parcelled(Exception):  # noqa: N818 - no fault: it says that others shall cut first
    """
    A county's regions were packed for others to cut.

    Parameters
    ----------
    parcels
        Files of `cut_parcel`.
    """

    def __init__(self, parcels: list[Path]) -> None:
        super().__init__(f"{len(parcels)} parcels")
        self.parcels = parcels


def keeping(folder: Path, version: str, used: set[Path], progress: Progress = silent) -> Cutter:
    """A cutter that keeps each region's cut in a folder, finds it again, and notes it as used."""

    def cutter(jobs: Sequence[RegionJob]) -> Iterator[Cut]:
        for job in jobs:
            own = job.alone()
            used.add(_place(folder, region_key(own, version)))
            yield _kept_cut(own, folder, version, progress)

    return cutter


def sharing(folder: Path, version: str, used: set[Path], progress: Progress = silent) -> Cutter:
    """
    The same, but regions that nobody has cut are packed into parcels for others.

    Raises
    ------
    Parcelled
        While regions are missing.
    """

    def cutter(jobs: Sequence[RegionJob]) -> Iterator[Cut]:
        missing: list[list[RegionJob]] = [[]]
        for job in jobs:
            own = job.alone()
            if look_up(_place(folder, region_key(own, version))) is not None:
                continue
            if sum(len(item.site.load) for item in missing[-1]) >= PARCEL_DOORS:
                missing.append([])
            missing[-1].append(own)
        if missing[0]:
            progress("cutting", f"{len(missing):,} parcels for all workers")
            raise Parcelled([_pack(parcel, folder, version) for parcel in missing])
        return iter(keeping(folder, version, used, progress)(jobs))

    return cutter


def forget_others(folder: Path, used: Collection[Path]) -> None:
    """Erase of a county's cuts those of earlier files, and parcels that a killed run left."""
    for path in {*folder.glob("*")} - {*used}:
        path.unlink(missing_ok=True)


def region_key(job: RegionJob, version: str) -> str:
    """Digest of all that the cut of a job `alone` depends on."""
    digest = hashlib.sha256(repr((version, job.goal, job.seed, job.name, job.patience)).encode())
    for name, array in _arrays(job).items():
        digest.update(f"{name}{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def cut_parcel(path: Path, folder: Path, version: str) -> int:
    """Cut the regions of a parcel and keep their cuts; returns how many there were."""
    jobs = _unpack(look_up(path) or {})
    for job in jobs:
        _kept_cut(job, folder, version)
    path.unlink(missing_ok=True)
    return len(jobs)


def _kept_cut(job: RegionJob, folder: Path, version: str, progress: Progress = silent) -> Cut:
    def again() -> None:
        progress("mending", "a kept region was damaged and is cut again")

    def make() -> Arrays:
        cut = cut_region(job.site, job.reach, job.goal, job.seed, job.name, job.patience, 1)
        return {item.name: getattr(cut, item.name) for item in fields(Cut)}

    return Cut(**kept(_place(folder, region_key(job, version)), make, again))


def _place(folder: Path, key: str) -> Path:
    return folder / f"{key}.cut"


def _arrays(job: RegionJob) -> Arrays:
    parts = {item.name: getattr(job.site.ends, item.name) for item in fields(Ends)}
    parts |= {f.name: getattr(job.site, f.name) for f in fields(Site) if f.name != "ends"}
    reach = {f"reach_{f.name}": getattr(job.reach, f.name) for f in fields(Reach)}
    return {**parts, **reach}


def _pack(jobs: list[RegionJob], folder: Path, version: str) -> Path:
    """Write a parcel; a damaged one is none, and its regions are packed again."""
    packed: Arrays = {}
    for number, job in enumerate(jobs):
        for name, array in _arrays(job).items():
            packed[f"{number}/{name}"] = array
        goal = [getattr(job.goal, item.name) for item in fields(Goal)]
        packed[f"{number}/goal"] = np.array([*goal, job.seed, job.patience], np.int64)
        packed[f"{number}/name"] = np.array(job.name)
    keys = "".join(region_key(job, version) for job in jobs)
    path = folder / f"{hashlib.sha256(keys.encode()).hexdigest()}.parcel"
    keep(path, packed)
    return path


def _unpack(packed: Arrays) -> list[RegionJob]:
    jobs = []
    for number in range(len({name.partition("/")[0] for name in packed})):
        part = {name: packed[f"{number}/{name}"] for name in _NAMES}
        *goal, seed, patience = packed[f"{number}/goal"].tolist()
        ends = Ends(**{f.name: part[f.name] for f in fields(Ends)})
        site = {f.name: part[f.name] for f in fields(Site) if f.name != "ends"}
        reach = Reach(**{f.name: part[f"reach_{f.name}"] for f in fields(Reach)})
        name = str(packed[f"{number}/name"])
        jobs.append(RegionJob(Site(ends, **site), reach, Goal(*goal), seed, name, patience))
    return jobs


_NAMES: Final = (
    *(item.name for item in fields(Ends)),
    *(item.name for item in fields(Site) if item.name != "ends"),
    *(f"reach_{item.name}" for item in fields(Reach)),
)

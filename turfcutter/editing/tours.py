"""Tours: some of a plan's doors put into turfs and walking order by the cutter itself."""

from dataclasses import replace

import numpy as np
import pandas as pd

from turfcutter.arrays import Longs
from turfcutter.cutting import Cut, Goal, Site, cut_region, patience_of
from turfcutter.doors.placing import Stops
from turfcutter.params import CutParams
from turfcutter.plans.assembly import piece_of_door
from turfcutter.plans.layout import frontage_of
from turfcutter.plans.turfs import Turfs
from turfcutter.streets.footing import Footing, find_footing
from turfcutter.streets.frontage import Frontage
from turfcutter.streets.network import Network
from turfcutter.walks.ordering import open_places


def stops_of(doors: pd.DataFrame) -> Stops:
    """Some of a plan's doors and their stops, as a cut has them; none is driven to."""
    doors = doors.sort_values(["stop_id", "at_stop"]).reset_index(drop=True)
    stop = np.unique(doors["stop_id"], return_inverse=True)[1]
    heads = doors[~doors["stop_id"].duplicated()]
    codes = [""] * (int(doors["zone"].max()) + 1)
    table = doors.assign(stop=stop, drive=False)
    return Stops(table, frontage_of(heads), heads["side"].tolist(), codes)


def in_one_turf(doors: pd.DataFrame, network: Network, cut: CutParams) -> pd.Series:
    """Place of each door's stop in the shortest walk found, by door id."""
    stops = stops_of(doors)
    count = len(doors)
    found = cut_stops(stops, network, Goal(count, count, count, 0), cut)
    return pieces_by_door(stops, found)["place"]


def pieces_by_door(stops: Stops, cut: Cut | Turfs) -> pd.DataFrame:
    """`turf` and `place` of each door, indexed by its id."""
    piece = piece_of_door(stops, cut)
    found = {"turf": cut.turf[piece], "place": cut.place[piece]}
    return pd.DataFrame(found, index=stops.doors["door_id"])


def cut_stops(stops: Stops, network: Network, goal: Goal, cut: CutParams) -> Cut:
    """Stops of one region cut, every door counting one."""
    footing = find_footing(stops.frontage, network, 1)
    count: Longs = np.bincount(stops.doors["stop"])
    opens = np.cumsum(count) - count
    soft = stops.doors["soft"].to_numpy(np.int64)[opens]
    load = np.ones(len(stops.doors), np.int64)
    site = Site(footing.ends, footing.xy, footing.block, count, load, soft)
    name = str(stops.doors["door_id"].min())
    patience = patience_of(len(count))
    found = cut_region(site, footing.reach, goal, cut.seed, name, patience, 1)
    return replace(found, place=places(found, footing, stops.frontage, network, cut))


def places(
    pieces: Cut | Turfs, footing: Footing, frontage: Frontage, network: Network, cut: CutParams
) -> Longs:
    """Places in walks that end where they start, or anywhere."""
    if cut.end != "anywhere":
        return pieces.place
    return open_places(pieces, footing, frontage, network, cut.seed, 1)

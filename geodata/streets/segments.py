"""The three tables of a network, from positions of nodes and tags of ways."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.streets import osm_tags

Longs = npt.NDArray[np.int64]


def node_table(
    ids: Longs, xy: npt.NDArray[np.float64], crossing: Longs, barrier: Longs
) -> pd.DataFrame:
    """
    Table of nodes, as in `geodata.schema.Streets`.

    Parameters
    ----------
    ids, xy
        Of the nodes, shapes (n,) and (n, 2), metres, by ascending id.
    crossing, barrier
        Ids of the nodes that are crossings, and of those that lie on a barrier.
    """
    columns: dict[str, Any] = {"node": ids, "x": xy[:, 0], "y": xy[:, 1]}
    return pd.DataFrame(
        {**columns, "crossing": np.isin(ids, crossing), "barrier": np.isin(ids, barrier)}
    )


def segment_table(u: Longs, v: Longs, way: Longs) -> tuple[pd.DataFrame, Longs, Longs]:
    """
    Table of segments, as in `geodata.schema.Streets`.

    Parameters
    ----------
    u, v, way
        Of each segment the numbers of its nodes and of its way, in any numbering.

    Returns
    -------
    segments, nodes, ways
        The table counts only nodes and ways that occur in it; their former numbers, ascending.
    """
    nodes, position = np.unique(np.stack([u, v]), return_inverse=True)
    ways, owner = np.unique(way, return_inverse=True)
    ends = position.reshape(2, -1).astype(np.int32)
    table = pd.DataFrame({"u": ends[0], "v": ends[1], "way": owner.astype(np.int32)})
    return table, nodes, ways


def way_table(ids: Longs, tags: Sequence[osm_tags.Tags]) -> pd.DataFrame:
    """Table of ways, as in `geodata.schema.Streets`, in the order given."""
    columns: dict[str, Any] = {
        "way": ids,
        "kind": _texts(tags, "highway"),
        "name": _texts(tags, "name"),
        "footway": np.array([osm_tags.footway(one) for one in tags], object),
        "service": _texts(tags, "service"),
        "bridge": [osm_tags.is_set(one, "bridge") for one in tags],
        "tunnel": [osm_tags.is_set(one, "tunnel") for one in tags],
        "sidewalk": np.array([osm_tags.sidewalk(one) for one in tags], object),
        "incline": _texts(tags, "incline"),
    }
    texts = ["kind", "name", "footway", "service", "sidewalk", "incline"]
    return pd.DataFrame(columns).astype(dict.fromkeys(texts, "str"))


def _texts(tags: Sequence[osm_tags.Tags], key: str) -> npt.NDArray[np.object_]:
    return np.array([one.get(key, "") for one in tags], object)

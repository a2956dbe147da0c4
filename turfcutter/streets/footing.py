"""Footing: where the stops of a job stand on the network, and how far apart they are on foot."""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from turfcutter.arrays import Floats, Longs
from turfcutter.streets.blocks import block_sides
from turfcutter.streets.distances import Ends, Reach, stop_ends, terminal_reach
from turfcutter.streets.edges import NEVER
from turfcutter.streets.frontage import Frontage
from turfcutter.streets.network import Network


@dataclass(frozen=True)
class Footing:
    """
    Stops on the network; arrays of shape (n_stops,) unless said.

    Parameters
    ----------
    ends, reach
        See `turfcutter.streets.distances`.
    xy
        Where they meet the street, metres, shape (n_stops, 2).
    block
        Number of the block side.
    cell, component
        Of the network: what hangs together without passing a barrier, and at all.
    """

    ends: Ends
    reach: Reach
    xy: Floats
    block: Longs
    cell: Longs
    component: Longs

    def take(self, rows: Longs) -> "Footing":
        """The footing of some of the stops."""
        ends, xy, block = self.ends.take(rows), self.xy[rows], self.block[rows]
        return Footing(ends, self.reach, xy, block, self.cell[rows], self.component[rows])


def alone(ends: Ends, reach: Reach) -> tuple[Ends, Reach]:
    """
    Some stops that know of no terminals but their own.

    Terminals are numbered anew in their order, so that nothing depends on how many there are
    elsewhere: neither what is made of it nor how long that takes. A last column of nobody keeps
    how far each was looked around.
    """
    used, index = np.unique(ends.terminal, return_inverse=True)
    position = np.full(len(reach.near) + 1, -1, np.int32)
    position[used] = np.arange(len(used), dtype=np.int32)
    near = position[reach.near[used]]  # -1 is the last position, which is -1 too
    own = near >= 0
    first = np.argsort(~own, axis=1, kind="stable")[:, : max(1, int(own.sum(axis=1).max()))]
    near = np.take_along_axis(near, first, axis=1)
    far = np.take_along_axis(np.where(own, reach.distance[used], NEVER), first, axis=1)
    near = np.pad(near, ((0, 0), (0, 1)), constant_values=-1)
    far = np.column_stack([far, reach.distance[used, -1]]).astype(np.int32)
    terminal = index.reshape(ends.terminal.shape).astype(np.int32)
    return replace(ends, terminal=terminal), Reach(near, far, reach.xy[used])


def find_footing(frontage: Frontage, network: Network, workers: int) -> Footing:
    """Footing of stops that all have an edge; threads do not change the result."""
    ends, terminals = stop_ends(frontage, network)
    reach = terminal_reach(network, terminals, workers)
    line = network.lines[frontage.edge]
    spots = shapely.line_interpolate_point(line, frontage.along_dm / 10)
    cell, component = (
        network.edges[name].to_numpy()[frontage.edge].astype(np.int64)
        for name in ("cell", "component")
    )
    block = block_sides(network)[frontage.edge, ends.side]
    return Footing(ends, reach, shapely.get_coordinates(spots), block, cell, component)

"""Walking distances against scipy's Dijkstra on a graph with a node for every stop."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from turfcutter.streets import distances
from turfcutter.streets.distances import (
    Ends,
    distance_table,
    nearest_stops,
    stop_ends,
    terminal_reach,
)
from turfcutter.streets.edges import NEVER
from turfcutter.streets.frontage import Frontage
from turfcutter.streets.network import build_network


def grid(town, rng, columns=3, rows=3):
    """Streets about 100 m apart, of random kinds; the corners of blocks are shifted a little."""
    x = 100 * np.arange(columns) + rng.integers(-20, 20, columns)
    y = 100 * np.arange(rows) + rng.integers(-20, 20, rows)
    kinds = ["residential", "primary", "service", "footway"]
    ways = [(f"{k} Ave", str(rng.choice(kinds)), [(x[k], b) for b in y]) for k in range(columns)]
    ways += [(f"{k} St", str(rng.choice(kinds)), [(a, y[k]) for a in x]) for k in range(rows)]
    ways.append(("Court", "residential", [(x[0], y[0]), (x[0] - 60, y[0] - 33)]))
    return build_network(town(*ways))


def settle(network, rng, count):
    """Stops anywhere on the network, some at the same spot."""
    edge = rng.integers(0, len(network.edges), count).astype(np.int32)
    length = network.edges["length_dm"].to_numpy()[edge]
    along = (rng.choice([0, 0.25, 0.5, rng.random(), 1], count) * length).astype(np.int32)
    side = rng.integers(0, 2, count).astype(np.int32)
    return Frontage(edge, side, along, np.zeros(count))


def with_a_node_for_each_stop(network, front):
    """
    Distances between stops, the plain way.

    A stop is a node that hangs on both corners of its face and on every other stop of its edge.
    """
    corner_graph = network.graph.tocoo()
    links = list(zip(corner_graph.row, corner_graph.col, corner_graph.data, strict=True))
    base, edges = network.graph.shape[0], network.edges
    path = (edges["crossing_dm"] == 0).to_numpy()
    side = np.where(path[front.edge], 0, front.side)
    for k, (edge, along) in enumerate(zip(front.edge, front.along_dm, strict=True)):
        rest = edges["length_dm"].iloc[edge] - along
        links += [
            (base + k, network.corners[edge, side[k], 0], along),
            (base + k, network.corners[edge, side[k], 1], rest),
        ]
        for other in np.flatnonzero(front.edge == edge):
            across = edges["across_dm"].iloc[edge] if side[k] != side[other] else 0
            if other != k and across < NEVER:
                links.append((base + k, base + other, abs(along - front.along_dm[other]) + across))
    # scipy takes a stored zero for no link, and adds up parallel ones: keep the least, plus a bit
    least: dict[tuple[int, int], float] = {}
    for a, b, cost in links:
        for pair in ((int(a), int(b)), (int(b), int(a))):
            least[pair] = min(least.get(pair, np.inf), float(cost))
    rows, columns = np.array(list(least)).T
    data = np.array(list(least.values())) + 1e-6
    size = base + len(front.edge)
    graph = coo_matrix((data, (rows, columns)), shape=(size, size)).tocsr()
    return np.rint(dijkstra(graph, indices=range(base, size))[:, base:])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(2, 14))
def test_distances_are_those_of_a_plain_search(town, seed, count):
    rng = np.random.default_rng(seed)
    network = grid(town, rng)
    front = settle(network, rng, count)
    ends, terminals = stop_ends(front, network)
    table = distance_table(ends, terminal_reach(network, terminals, 1))
    assert np.array_equal(table, with_a_node_for_each_stop(network, front))
    assert np.array_equal(table, table.T)
    assert (table.diagonal() == 0).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), wide=st.integers(1, 6))
def test_nearest_stops_are_the_nearest_of_the_table(town, seed, wide):
    rng = np.random.default_rng(seed)
    network = grid(town, rng)
    front = settle(network, rng, 12)
    ends, terminals = stop_ends(front, network)
    reach = terminal_reach(network, terminals, 1)
    who, far = nearest_stops(ends, reach, wide)
    truth = with_a_node_for_each_stop(network, front)
    assert who.shape == far.shape == (12, wide)
    for k in range(12):
        assert k not in who[k]
        assert len(set(who[k])) == wide
        assert np.array_equal(far[k], truth[k, who[k]])
        assert np.array_equal(far[k], np.sort(np.delete(truth[k], k))[:wide])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_terminals_reach_each_other_as_far_as_the_corner_graph_says(town, seed):
    rng = np.random.default_rng(seed)
    network = grid(town, rng)
    _, terminals = stop_ends(settle(network, rng, 9), network)
    reach = terminal_reach(network, terminals, 1)
    truth = dijkstra(network.graph, indices=terminals)[:, terminals]
    assert np.array_equal(reach.xy, network.corner_xy[terminals])
    for k in range(len(terminals)):
        assert reach.near[k, 0] == k
        known = reach.near[k] >= 0
        assert known.sum() == np.isfinite(truth[k]).sum()
        assert np.array_equal(reach.distance[k, known], truth[k, reach.near[k, known]])
        assert (np.diff(reach.distance[k]) >= 0).all()
        assert (reach.distance[k, ~known] == NEVER).all()


@pytest.fixture
def short_reach(monkeypatch):
    """Terminals know but five others, as in a large town four hundred."""
    monkeypatch.setattr(distances, "REACH", 6)


def test_beyond_reach_nothing_seems_nearer_than_what_is_reached(town, short_reach):
    """A guess never lures a turf over ground nobody measured."""
    del short_reach
    rng = np.random.default_rng(3)
    network = grid(town, rng, 5, 5)
    _, terminals = stop_ends(settle(network, rng, 40), network)
    reach = terminal_reach(network, terminals, 1)
    assert reach.near.shape[1] == 6
    # one stop right at each terminal: the table is that between terminals
    count = len(terminals)
    number = np.arange(count, dtype=np.int32)
    zero = np.zeros(count, np.int32)
    at = Ends(
        np.stack([number, number], axis=1), np.zeros((count, 2), np.int32), number, zero, zero
    )
    table = distance_table(at, reach)
    truth = dijkstra(network.graph, indices=terminals)[:, terminals]
    known = np.zeros((count, count), bool)
    known[np.repeat(number, 6), reach.near.ravel()] = True
    known |= known.T
    assert not known.all()
    assert np.array_equal(table, table.T)
    assert np.array_equal(table[known], truth[known])
    last = np.maximum.outer(reach.distance[:, -1], reach.distance[:, -1])
    assert (table >= last)[~known].all()


def test_threads_do_not_change_distances(town):
    rng = np.random.default_rng(5)
    network = grid(town, rng, 6, 6)
    ends, terminals = stop_ends(settle(network, rng, 60), network)
    one, two = (terminal_reach(network, terminals, workers) for workers in (1, 2))
    assert np.array_equal(one.near, two.near)
    assert np.array_equal(one.distance, two.distance)
    assert np.array_equal(distance_table(ends, one), distance_table(ends, two))


def test_neighbours_over_the_street_are_a_crossing_apart(town):
    """
         a     b
    ==================   a and b on one side, c opposite of a
         c
    """
    network = build_network(town(("Main St", "residential", [(0, 0), (100, 0)])))
    front = Frontage(
        np.zeros(3, np.int32),
        np.array([0, 0, 1], np.int32),
        np.array([300, 600, 300], np.int32),
        np.zeros(3),
    )
    ends, terminals = stop_ends(front, network)
    table = distance_table(ends, terminal_reach(network, terminals, 1))
    assert table.tolist() == [[0, 300, 100], [300, 0, 400], [100, 400, 0]]


def test_neighbours_over_a_busy_street_walk_to_the_junction(town):
    """
      +---- side street
      |  a
    ==+=========   b is opposite of a: 30 m back, over the highway's mouth, 30 m out again
         b
    """
    ways = (
        ("Highway", "trunk", [(0, 0), (400, 0)]),
        ("Side St", "residential", [(0, 0), (0, 100)]),
        ("West Rd", "residential", [(0, 0), (-50, 0)]),
    )
    network = build_network(town(*ways))
    edge = int(np.flatnonzero(network.edges["name"] == "Highway")[0])
    front = Frontage(
        np.full(2, edge, np.int32),
        np.array([0, 1], np.int32),
        np.array([300, 300], np.int32),
        np.zeros(2),
    )
    ends, terminals = stop_ends(front, network)
    table = distance_table(ends, terminal_reach(network, terminals, 1))
    assert table[0, 1] == 300 + min(300, 100 + 100) + 300

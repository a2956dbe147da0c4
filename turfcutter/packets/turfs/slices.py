"""
One turf out of a plan: all that its packet is made from, small enough to hand to a process.

Coordinates are the plan's projected metres.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from turfcutter.model import Plan
from turfcutter.packets.press.metrics import printable
from turfcutter.plans.plan import keep_columns

Shapes = npt.NDArray[Any]
"""Shapely geometries, shape (n,)."""
Texts = npt.NDArray[np.object_]

AROUND: Final = 0.75
"""How much of the surroundings is kept, as a share of the turf's greater extent."""
AROUND_M: Final = 200.0
"""And at least so many metres."""


@dataclass(frozen=True)
class Person:
    """A voter as a packet shows one; the id is for the manifest alone."""

    voter_id: str
    name: str
    age: str
    language: str
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Door:
    """A door in walking order; `x`, `y` in metres."""

    door_id: str
    stop: int
    address: str
    unit: str
    street: str
    side: str
    setback_m: float
    flags: tuple[str, ...]
    x: float
    y: float
    people: tuple[Person, ...]


class _Sent:
    """What processes get: its geometries go together, each by itself takes six times as long."""

    shapes_in: ClassVar[str]
    """The attribute that holds them."""

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), self.shapes_in: shapely.to_wkb(getattr(self, self.shapes_in))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, **{self.shapes_in: shapely.from_wkb(state[self.shapes_in])})


@dataclass(frozen=True)
class Layer(_Sent):
    """Lines or polygons with a `name` and a `kind` each."""

    shapes_in = "shapes"
    name: Texts
    kind: Texts
    shapes: Shapes

    def some(self, rows: npt.NDArray[np.intp]) -> "Layer":
        """Some rows of it."""
        return Layer(self.name[rows], self.kind[rows], self.shapes[rows])


@dataclass(frozen=True)
class Slice(_Sent):
    """
    One turf.

    Parameters
    ----------
    turf
        Its row of the plan's turfs, geometry apart.
    doors
        In walking order.
    legs, leg_lines
        Rows of the walk in order, `stop`, `street`, `side`, `turn`, `walk_m`, and their lines.
    walk, outline
        Line and polygon.
    streets, base, precincts
        What lies around.
    by_street
        Whether each street is walked once; see `streetorder`.
    """

    shapes_in = "leg_lines"
    turf: dict[str, Any]
    doors: tuple[Door, ...]
    legs: list[dict[str, Any]]
    leg_lines: Shapes
    walk: Any
    outline: Any
    streets: Layer
    base: Layer
    precincts: Layer
    by_street: bool = False


@dataclass(frozen=True)
class Around:
    """What lies around the turfs of a plan: each layer with a tree to search it."""

    layers: tuple[tuple[Layer, shapely.STRtree], ...]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Streets, base map and precincts of a plan."""
        layers = [layer_of(table) for table in (plan.streets, plan.base, plan.precincts)]
        return cls(tuple((layer, shapely.STRtree(layer.shapes)) for layer in layers))

    def within(self, window: shapely.Polygon) -> tuple[Layer, ...]:
        """What of each layer lies in a window, in the layer's order."""
        return tuple(layer.some(np.sort(tree.query(window))) for layer, tree in self.layers)


def slice_plan(
    plan: Plan,
    turf_ids: Sequence[str],
    grouped: frozenset[str] = frozenset(),
    around: Around | None = None,
) -> Iterator[Slice]:
    """
    The turfs of some ids, in their order.

    Parameters
    ----------
    plan
        A plan, or the rows of some of its turfs: all its doors and voters become objects.
    grouped
        Turfs that are by street.
    around
        That of the whole plan, where it is known already.
    """
    at = gpd.points_from_xy(plan.doors["lon"], plan.doors["lat"], crs="EPSG:4326")
    places = at.to_crs(plan.turfs.crs)
    people = _people(plan)
    doors = _records(plan.doors[[*_DOOR]].assign(x=places.x, y=places.y))
    own, legs = (_rows_of(table["turf_id"]) for table in (plan.doors, plan.legs))
    turfs = {row["turf_id"]: row for row in turf_rows(plan)}
    outlines = dict(zip(plan.turfs["turf_id"], plan.turfs.geometry, strict=True))
    walks = dict(zip(plan.walks["turf_id"], plan.walks.geometry, strict=True))
    leg_records, leg_lines = _records(plan.legs), plan.legs.geometry.to_numpy()
    for leg in leg_records:
        leg["street"] = printable(leg["street"])
    around = around or Around.of(plan)
    for turf_id in turf_ids:
        rows = tuple(
            _door(doors[row], people.get(doors[row]["door_id"], ())) for row in own[turf_id]
        )
        walked = legs.get(turf_id, [])
        streets, base, precincts = around.within(_near(rows, walks[turf_id]))
        yield Slice(
            turf=turfs[turf_id],
            doors=rows,
            legs=[leg_records[row] for row in walked],
            leg_lines=leg_lines[walked],
            walk=walks[turf_id],
            outline=outlines[turf_id],
            streets=streets,
            base=base,
            precincts=precincts,
            by_street=turf_id in grouped,
        )


def layer_of(table: gpd.GeoDataFrame) -> Layer:
    """A table of the plan as a layer, names fit to be printed."""
    names = _shared(table["name" if "name" in table else "precinct"])
    kinds = _shared(table["kind"]) if "kind" in table else np.full(len(table), "", object)
    return Layer(names, kinds, table.geometry.to_numpy())


def _shared(texts: pd.Series) -> Texts:
    """Texts fit to be printed; equal ones are one object, for many rows have the same."""
    codes, unique = pd.factorize(texts)
    return np.array([*map(printable, unique.tolist()), ""], object)[codes]


def _near(doors: Sequence[Door], walk: Any) -> shapely.Polygon:  # noqa: ANN401 - a geometry
    x, y = [door.x for door in doors], [door.y for door in doors]
    bounds = shapely.bounds(walk)
    low = np.fmin(bounds[:2], [min(x), min(y)])
    high = np.fmax(bounds[2:], [max(x), max(y)])
    margin = AROUND_M + AROUND * float((high - low).max())
    window: shapely.Polygon = shapely.box(*(low - margin), *(high + margin))
    return window


def turf_rows(plan: Plan) -> list[dict[str, Any]]:
    """Rows of the plan's turfs without their outlines, texts fit to be printed."""
    return [
        {name: printable(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in _records(plan.turfs)
    ]


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(name) for name in table if name != "geometry"]
    # `to_dict` looks at the type of each cell; a column has one.
    cells = (table[name].to_numpy(object).tolist() for name in names)
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _rows_of(turf_id: pd.Series) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(turf_id.tolist()):
        rows.setdefault(name, []).append(row)
    return rows


def _people(plan: Plan) -> dict[str, tuple[Person, ...]]:
    """Door -> its voters."""
    kept = keep_columns(plan.about)
    found: dict[str, list[Person]] = {}
    for row in _records(plan.voters):
        name = f"{row['first_name']} {row['last_name']}"
        found.setdefault(row["door_id"], []).append(
            Person(
                voter_id=str(row["voter_id"]),
                name=printable(name),
                age=printable(row["age"]),
                language=printable(row["language"]),
                kept=tuple(printable(row[name]) for name in kept),
            )
        )
    return {door: tuple(voters) for door, voters in found.items()}


def _door(row: dict[str, Any], people: tuple[Person, ...]) -> Door:
    return Door(
        door_id=row["door_id"],
        stop=int(row["stop"]),
        address=printable(row["address"]),
        unit=printable(row["unit"]),
        street=printable(row["street"]),
        side=row["side"],
        setback_m=float(row["setback_m"]),
        flags=tuple(printable(flag) for flag in row["flags"].split(";") if flag.strip()),
        x=row["x"],
        y=row["y"],
        people=people,
    )


_DOOR: Final = (
    *("door_id", "stop", "address", "unit", "street", "side", "setback_m", "flags", "lon", "lat"),
)

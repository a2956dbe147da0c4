"""
Before and after: River Town cut by k-means and by turfcutter, as two pictures.

    python tests/benchmarks/picture.py            writes .github/before.png and .github/after.png

Each turf has a shade and an outline; turfs on both sides of what cannot be crossed are hatched.
"""

import io
import tempfile
from pathlib import Path

import cutter
import matplotlib as mpl
import numpy as np
import peers
import places
import referee
import shapely
from PIL import Image

mpl.use("agg")
from matplotlib import pyplot as plt

HOME = Path(__file__).resolve().parents[2] / ".github"
SIZE_IN, DPI = (6.6, 5.4), 130
SHADES = ("#f6d7a7", "#8fb8d8", "#d9e8b8", "#c79fc4", "#f0f0f0", "#a9c9a4", "#e9a58f")
"""Of different brightness each, so that neighbours differ on a copy in grey, too."""
LOT_M = 13.0


def areas(xy: np.ndarray, turf: np.ndarray) -> list[shapely.Geometry]:
    """Area of each turf: the places nearer to its doors than to others', near its doors."""
    spots, first = np.unique(xy.round(1), axis=0, return_index=True)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(spots), ordered=True))
    lots = shapely.intersection(cells, shapely.buffer(shapely.points(spots), 2.2 * LOT_M))
    return [
        shapely.union_all(lots[turf[first] == number]).buffer(LOT_M / 2).buffer(-LOT_M / 2)
        for number in range(turf.max() + 1)
    ]


def shades_of(shapes: list[shapely.Geometry]) -> list[str]:
    """A shade for each area that no neighbour has, while there are enough."""
    tree, chosen = shapely.STRtree(shapes), {}
    for number in range(len(shapes)):
        near = tree.query(shapes[number].buffer(60), predicate="intersects").tolist()
        taken = {chosen[other] for other in near if other in chosen}
        chosen[number] = next(
            (s for s in range(len(SHADES)) if s not in taken), number % len(SHADES)
        )
    return [SHADES[chosen[number]] for number in range(len(shapes))]


def draw(place: places.Place, labels: np.ndarray, title: str, path: Path) -> None:
    """Write one picture."""
    net = referee.net_of(place)
    turf = referee.codes(labels)
    told = referee.judge_on(net, labels)
    wrong = set(referee.barrier_turfs(net, turf))
    figure, axes = plt.subplots(figsize=SIZE_IN, dpi=DPI)
    shapes = areas(net.xy, turf)
    for number, (shape, shade) in enumerate(zip(shapes, shades_of(shapes), strict=True)):
        for part in shapely.get_parts(shape):
            look = {"hatch": "////", "lw": 1.6} if number in wrong else {"lw": 0.7}
            x, y = part.exterior.xy
            axes.fill(x, y, facecolor=shade, edgecolor="black", **look)
    axes.plot(*net.xy.T, ".", color="black", ms=1.3)
    for line in barrier_lines(place):
        axes.plot(*line.xy, color="white", lw=6)
        axes.plot(*line.xy, color="#333333", lw=3.4)
    for line in net.ways_over:
        axes.plot(*line.xy, color="white", lw=7, solid_capstyle="butt")
        axes.plot(*line.xy, color="black", lw=1.2)
    axes.set_title(
        f"{title}: {told['doors_min']} to {told['doors_max']} doors a turf, "
        f"{told['walk_m']:.0f} m walked a door,\n{len(wrong)} of {told['turfs']} turfs "
        "on both sides of a freeway, river or railway",
        fontsize=8.5,
        loc="left",
    )
    low, high = net.xy.min(axis=0) - 30, net.xy.max(axis=0) + 30
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
    axes.axis("off")
    sheet = io.BytesIO()
    figure.savefig(sheet, bbox_inches="tight", pad_inches=0.05)
    plt.close(figure)
    Image.open(sheet).convert("RGB").quantize(64).save(path, optimize=True)


def barrier_lines(place: places.Place) -> list[shapely.LineString]:
    """What cannot be crossed."""
    return referee.read_osm(place.osm).barriers


def main() -> None:
    """Write both pictures."""
    place = places.river_town()
    net = referee.net_of(place)
    straight = peers.kmeans(peers.Doors(net.xy, None, None, None, None))
    with tempfile.TemporaryDirectory() as folder:
        run = cutter.turfcutter_labels(place, Path(folder))
    draw(place, straight, "k-means on straight lines", HOME / "before.png")
    draw(place, run.labels, "turfcutter", HOME / "after.png")


if __name__ == "__main__":
    main()

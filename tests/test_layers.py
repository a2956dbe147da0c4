"""Who may import whom: web -> turfcutter -> geodata, inside the two by rank, no circles."""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
PACKAGES = {"web": {"web", "turfcutter", "geodata"}, "turfcutter": {"turfcutter", "geodata"}}
TOP_LEVEL = {"pyproject.toml", "turfcutter", "web", "geodata", "tests", "README.md", "LICENSE"}

ALGORITHMS = [
    {"streets"},
    {"cutting", "drawing", "sending"},
    {"walks"},
]
RANKS = [
    {"declaring", "params", "model", "texts", "compiled", "arrays", "processes"},
    {"paramfile", "inputs"},
    *ALGORITHMS,
    {"doors"},
    {"plans"},
    {"checks", "scores", "editing"},
    {"render"},
    {"exports"},
    {"packets"},
    {"kernels"},
    {"workflow"},
    {"batch"},
    {"sample"},
    {"cli"},
]
"""Packages and modules of turfcutter; each imports those of its own line and of lines above."""
READERS = [
    {"errors", "notes", "schema", "crs"},
    {"counties", "columns", "storage"},
    {"layers", "delimited"},
    {"addresses", "voters", "precincts", "streets", "places"},
    {"geocoding"},
]
"""The same for geodata."""
PAPER = [
    {"issues", "press"},
    {"turfs"},
    {"lists", "maps"},
    {"pages", "journal"},
    {"printing"},
]
"""The same for turfcutter.packets."""
RANKED = {"turfcutter": RANKS, "geodata": READERS, "turfcutter.packets": PAPER}
READING = {"plans.plan", "checks.advice", "checks.surveying", "scores.oldcuts"}
"""Of the packages that get tables and give tables, these modules know files."""
PURE = {*set().union(*ALGORITHMS), "doors", "plans", "checks", "scores", "editing"}
"""These get tables and give tables: no files, no network, no clock, no environment."""
FORBIDDEN = {
    *("os", "pathlib", "io", "tempfile", "shutil", "subprocess"),
    *("socket", "ssl", "http", "urllib", "requests", "osmnx"),
    *("time", "datetime", "random", "secrets", "uuid"),
}


def modules() -> dict[str, Path]:
    """Every module of the three packages -> its file."""
    found = {}
    for package in ("geodata", "turfcutter", "web"):
        for path in (HOME / package).rglob("*.py"):
            parts = path.relative_to(HOME).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


@cache
def imports(module: str) -> frozenset[str]:
    """What a module imports, lazily or not, as full names; of our own packages, the module."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    return frozenset(named(module, ast.walk(tree)))


def named(module: str, nodes: Iterable[ast.AST]) -> Iterator[str]:
    """What those of some nodes import that are imports."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} uses a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


BELOW_THE_COMMAND_LINE = sorted(
    name for name in MODULES if not name.startswith(("web", "turfcutter.cli"))
)


def ours(module: str) -> set[str]:
    return {name for name in imports(module) if name in MODULES}


def rank(name: str, package: str) -> int:
    """Line of a module in the ranks of a package; the package itself imports nothing."""
    first = name.removeprefix(package).lstrip(".").split(".")[0]
    ranks = [place for place, line in enumerate(RANKED[package]) if first in line]
    assert ranks or not first, f"{name} has no rank"
    return ranks[0] if ranks else -1


def within(package: str) -> list[str]:
    """A package and its modules."""
    return sorted(name for name in MODULES if f"{name}.".startswith(f"{package}."))


def test_there_is_something_to_check():
    assert len(MODULES) > 20
    assert "geodata.errors" in ours("turfcutter.declaring")


def wrong(modules: Iterable[str], strange: Callable[[str], set[str]]) -> dict[str, set[str]]:
    """Modules in which there is something strange, and what."""
    return {name: found for name in sorted(modules) if (found := strange(name))}


def test_layers():
    def strange(module):
        package = module.split(".")[0]
        allowed = PACKAGES.get(package, {package})
        return {name.split(".")[0] for name in ours(module)} - allowed

    assert wrong(MODULES, strange) == {}


@pytest.mark.parametrize("package", sorted(RANKED))
def test_ranks_inside_a_package(package):
    def above(module):
        own = ours(module) & {*within(package)}
        return {name for name in own if rank(name, package) > rank(module, package)}

    assert wrong(within(package), above) == {}


@pytest.mark.parametrize("package", sorted(RANKED))
def test_every_rank_exists(package):
    depth = package.count(".") + 1
    there = {name.split(".")[depth] for name in within(package) if name != package}
    assert set().union(*RANKED[package]) == there


def inside(packages: set[str]) -> list[str]:
    """Modules of packages of turfcutter but those that know files."""
    own = {name: name.removeprefix("turfcutter.") for name in MODULES if name.count(".")}
    return sorted(
        name
        for name, short in own.items()
        if short.split(".")[0] in packages and short not in READING
    )


def test_algorithms_touch_nothing_outside():
    def outside(module):
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        libraries = {name.split(".")[0] for name in imports(module)} & FORBIDDEN
        return libraries | calls & {"open", "print", "input", "eval", "exec"}

    assert wrong(inside(PURE), outside) == {}


def test_algorithms_know_neither_inputs_nor_what_is_stored():
    stored = {"turfcutter.paramfile", "turfcutter.params.files", *within("turfcutter.inputs")}
    stored |= {f"turfcutter.{name}" for name in READING}
    algorithms = inside(set().union(*ALGORITHMS))
    assert wrong(algorithms, lambda module: ours(module) & stored) == {}


def test_no_clock_and_no_environment_below_the_command_line():
    told = {"environ", "getenv", "today", "now", "utcnow", "perf_counter"}

    def asked(module):
        tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
        return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & told

    assert wrong(BELOW_THE_COMMAND_LINE, asked) == {}


def test_whoever_only_looks_at_plans_starts_without_the_compiler():
    """Numba takes a second of each process that loads it; maps, links and pages do not need it."""
    found, ahead = set(), ["web.viewer", "web.serve", "web.office", "turfcutter.render.map"]
    while ahead:
        module = ahead.pop()
        if module in found:
            continue
        found.add(module)
        tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
        own = [name for name in named(module, tree.body) if name in MODULES]
        ahead += [part for name in own for part in (name, name.rpartition(".")[0]) if part]
    assert len(found) > 50
    assert not found & {"turfcutter.compiled", "turfcutter.cutting", "turfcutter.kernels"}


def test_no_circles():
    list(TopologicalSorter({name: ours(name) - {name} for name in MODULES}).static_order())


def test_top_level_holds_what_was_agreed():
    entries = {path.name for path in HOME.iterdir() if not path.name.startswith(".")}
    assert (
        entries - {"turfcutter.egg-info", "build", "dist", "turfcutter-demo", "__pycache__"}
        == TOP_LEVEL
    )

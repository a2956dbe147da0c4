"""Worker processes: killed, stopped, too fat, wrong; the others do not notice."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from turfcutter.batch import crew as crew_module
from turfcutter.batch.book import Book, work
from turfcutter.batch.calls import FAULT, KILLED, MEMORY, STOPPED, Call
from turfcutter.batch.crew import Crew

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    """Workers import `chores` by its name."""
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.setattr(crew_module, "STOPPED_SECONDS", 0.5)


@pytest.fixture
def done():
    """Has calls done by a crew; returns values by county, faults by county, retries by code."""

    def run(calls, size=2, memory_mb=10_000):
        values, retries, steps = {}, [], []
        book = Book()

        def say(**said):
            if said["event"] == "retry":
                retries.append((said["county"], said["code"]))

        def follow(outcome):
            values[outcome.call.county] = outcome.value
            return []

        with Crew(size, memory_mb, lambda *said: steps.append(said)) as crew:
            work(crew, calls, follow, book, say)
        run.steps = [(call.county, *rest) for call, *rest in steps]
        return values, dict(book.faults), retries

    return run


def test_each_ailment_costs_one_try_and_nobody_else(done, tmp_path):
    """One worker of each kind among healthy calls: all are done in the end."""
    import chores  # noqa: PLC0415

    ailments = ["killed once", "stopped once", "fat once"]
    calls = [
        Call(then, "chore", chores.counted, (tmp_path / then[:4], then)) for then in ailments
    ] + [Call(f"c{n}", "chore", chores.double, (n,)) for n in range(6)]
    values, faults, retries = done(calls, memory_mb=300)
    assert values == {**dict.fromkeys(ailments, 2), **{f"c{n}": 2 * n for n in range(6)}}
    assert faults == {}
    told = dict(retries)
    assert told == dict(zip(ailments, [KILLED, STOPPED, MEMORY], strict=True))


def test_three_deaths_are_named(done, tmp_path):
    import chores  # noqa: PLC0415

    calls = [
        Call("bad", "chore", chores.counted, (tmp_path / "bad", "killed")),
        Call("wrong", "chore", chores.counted, (tmp_path / "wrong", "wrong")),
        Call("good", "chore", chores.counted, (tmp_path / "good", ""), watched=True),
        Call("threads", "chore", chores.threads, ()),
    ]
    values, faults, _ = done(calls)
    assert values == {"good": 1, "threads": (1, 1)}, "workers have one thread each"
    assert [fault.code for fault in faults["bad"]] == [KILLED]
    assert "signal 9" in faults["bad"][0].sentence
    assert [fault.code for fault in faults["wrong"]] == [FAULT]
    assert "Eleanor" not in faults["wrong"][0].sentence
    assert (tmp_path / "bad").read_text() == "xxx"
    assert (tmp_path / "wrong").read_text() == "xxx"
    assert done.steps == [("good", "visiting", "1")]


def test_the_hour_leaves_what_is_not_done():
    """Left is not failed: each county has its sentence once, of the step that was to come."""
    import chores  # noqa: PLC0415

    book, said = Book(), []
    with Crew(1, 10_000, lambda *_: None, over=lambda: True) as crew:
        steps = [("a", "county"), ("a", "county"), ("b", "night"), ("c", "packets")]
        calls = [Call(name, step, chores.sleeps, (3600,)) for name, step in steps]
        work(crew, calls, lambda _: [], book, lambda **event: said.append(event))
    assert book.faults == {}
    assert {name: " ".join(one.split()[3:7]) for name, one in book.left.items()} == {
        "a": "before it was cut;",
        "b": "before its new files",
        "c": "before its packets were",
    }
    assert [(event["county"], event["state"], event["code"]) for event in said] == [
        (name, "left", "LEFT") for name in "abc"
    ]


def test_workers_die_with_their_batch(tmp_path):
    """After kill -9 of the batch no worker goes on writing."""
    script = (
        "from turfcutter.batch.crew import Crew; from turfcutter.batch.calls import Call\n"
        "import chores, sys\n"
        "def main():\n"
        "    with Crew(1, 10_000, lambda call, step, detail: print(detail, flush=True)) as crew:\n"
        "        crew.submit(Call('c', 's', chores.tells_and_sleeps, (), watched=True))\n"
        "        list(crew.outcomes())\n"
        "if __name__ == '__main__':\n"
        "    main()\n"
    )
    path = tmp_path / "batch.py"
    path.write_text(script)
    paths = os.pathsep.join([str(HERE), str(HERE.parents[2])])
    batch = subprocess.Popen(
        [sys.executable, str(path)], env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE
    )
    worker = int(batch.stdout.readline())
    assert Path(f"/proc/{worker}").exists()
    batch.kill()
    batch.wait()
    batch.stdout.close()
    for _ in range(200):
        if not alive(worker):
            break
        time.sleep(0.05)
    assert not alive(worker)


def alive(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"

"""A whole printing: its files, their bytes, and what happens when it is stopped."""

import errno
import fcntl
import hashlib
import io
import json
import os
import shutil
import zipfile
from pathlib import Path

import pikepdf
import pypdf
import pytest

from geodata.errors import BusyError, InputError, SpaceError
from turfcutter.packets.journal import JOURNAL, begun, claimed
from turfcutter.packets.lists.copies import LIST_COLUMNS
from turfcutter.packets.lists.manifests import MANIFEST_CSV
from turfcutter.packets.lists.numbers import list_number
from turfcutter.packets.lists.register import reserve
from turfcutter.packets.printing import COMBINED, Printing, jobs_of, print_packets


def digests(out):
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != JOURNAL
    }


@pytest.fixture(scope="module")
def finished(county_plan, some, tmp_path_factory):
    """The folder of that printing, made once; nobody writes into it."""
    out = tmp_path_factory.mktemp("finished") / "out"
    print_packets(county_plan, some, out)
    return out


@pytest.fixture
def own(finished, tmp_path):
    """A copy of it for a test that does."""
    return Path(shutil.copytree(finished, tmp_path / "own"))


@pytest.fixture(scope="module")
def some(county_plan, packet_issue):
    """A printing of the three smallest turfs."""
    least = county_plan.turfs.sort_values(["doors", "turf_id"])["turf_id"][:3]
    return Printing(packet_issue(), tuple(sorted(least)), 5_000_001)


def test_every_turf_has_its_files_and_only_the_owner_may_read_them(printed):
    out, records, plan = printed.out, printed.records, printed.plan
    assert [record["name"] for record in records] == plan.turfs["turf_id"].tolist()
    for record in records:
        number = list_number(record["serial"])
        names = {f"packets/{record['name']}.pdf", f"manifests/{number}.csv"}
        assert names < set(record["files"])
    assert sum(record["doors"] for record in records) == len(plan.doors)
    assert sum(record["voters"] for record in records) == len(plan.voters)
    assert all(path.stat().st_mode & 0o077 == 0 for path in out.rglob("*"))
    assert json.loads((out / "printing.json").read_text())["lists"] == len(records)


def test_processes_change_no_byte(county_plan, some, finished, tmp_path):
    print_packets(county_plan, some, tmp_path / "two", workers=2)
    assert digests(finished) == digests(tmp_path / "two")


def test_a_printing_goes_on_where_it_was_stopped(county_plan, some, own):
    """The last list of the journal is torn, one file is damaged, the end was not reached."""
    out, whole = own, digests(own)
    first, second, third = (out / "packets" / f"{name}.pdf" for name in some.turf_ids)
    for name in ("printing.json", COMBINED, "launch.pdf"):
        (out / name).unlink()
    journal = (out / JOURNAL).read_bytes()
    (out / JOURNAL).write_bytes(journal[:-40])
    second.write_bytes(second.read_bytes()[:-5])
    kept = first.stat().st_mtime_ns
    assert begun(out) == (5_000_001, "2026-10-01 09:00")
    print_packets(county_plan, some, out)
    assert digests(out) == whole
    assert first.stat().st_mtime_ns == kept
    assert third.exists()


def test_another_printing_is_replaced_only_when_told(county_plan, some, packet_issue, own):
    out = own
    other = Printing(packet_issue(), some.turf_ids[:1], 6_000_001)
    with pytest.raises(InputError) as fault:
        print_packets(county_plan, other, out)
    assert fault.value.code == "OUTPUT"
    print_packets(county_plan, other, out, force=True)
    assert [path.name for path in (out / "packets").iterdir()] == [f"{some.turf_ids[0]}.pdf"]


def test_folders_of_other_things_are_left_alone(county_plan, some, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError):
        print_packets(county_plan, some, tmp_path, force=True)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_two_printings_do_not_share_a_folder(county_plan, some, tmp_path):
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(BusyError):
        print_packets(county_plan, some, tmp_path)
    os.close(descriptor)


def test_an_unknown_turf_is_named(county_plan, packet_issue, tmp_path):
    with pytest.raises(InputError, match="'NOWHERE' is no turf of the plan"):
        print_packets(county_plan, Printing(packet_issue(), ("NOWHERE",)), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_all_packets_are_bound_with_bookmarks_and_tags(printed):
    out, records = printed.out, printed.records
    own = [len(pypdf.PdfReader(out / "packets" / f"{r['name']}.pdf").pages) for r in records]
    with pikepdf.open(out / COMBINED) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == sum(own)
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == [record["name"] for record in records]
        assert pdf.Root.StructTreeRoot.ParentTreeNextKey == sum(own)
        keys = [int(page.StructParents) for page in pdf.pages]
        assert keys == list(range(sum(own)))
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        assert [int(key) for key in numbers[::2]] == keys
        assert all("/S" in parents[0] for parents in numbers[1::2])
    reader = pypdf.PdfReader(out / COMBINED, strict=True)
    first = 0
    for record, pages in zip(records, own, strict=True):
        text = reader.pages[first].extract_text()
        assert record["name"] in text
        assert (
            text
            == pypdf.PdfReader(out / "packets" / f"{record['name']}.pdf").pages[0].extract_text()
        )
        first += pages


def test_on_both_sides_every_packet_begins_on_a_front(county_plan, some, packet_issue, tmp_path):
    printing = Printing(packet_issue(duplex=True), some.turf_ids, some.serial)
    print_packets(county_plan, printing, tmp_path / "out")
    reader = pypdf.PdfReader(tmp_path / "out" / COMBINED, strict=True)
    covers = [
        n for n, page in enumerate(reader.pages) if "Count up when done" in page.extract_text()
    ]
    assert len(covers) == 3
    assert all(n % 2 == 0 for n in covers)
    assert len(reader.pages) % 2 == 0


def test_a_pair_gets_two_lists_that_share_the_doors(county_plan, some, packet_issue, tmp_path):
    printing = Printing(packet_issue(pair=True), some.turf_ids[:1], 7_000_001)
    records = print_packets(county_plan, printing, tmp_path / "out")
    turf = county_plan.doors[county_plan.doors["turf_id"] == some.turf_ids[0]]
    assert [record["name"][-2:] for record in records] == ["-a", "-b"]
    assert sum(record["doors"] for record in records) == len(turf)
    assert abs(records[0]["doors"] - records[1]["doors"]) <= turf.groupby("stop").size().max()
    assert records[0]["serial"] + 1 == records[1]["serial"]
    for record in records:
        pages = pypdf.PdfReader(tmp_path / "out" / "packets" / f"{record['name']}.pdf").pages
        assert all(record["name"] in page.extract_text() for page in pages[1:])


def test_a_single_door_is_not_shared_by_a_pair(plans, packet_issue, tmp_path):
    plan = plans.block_plan(1, 1, 1, units=())
    records = print_packets(
        plan, Printing(packet_issue(pair=True), as_planned=True), tmp_path / "out"
    )
    assert [(record["name"], record["doors"]) for record in records] == [("A1", 1)]


def test_lists_are_handed_out_by_staging_place_and_crew(county_plan, packet_issue):
    turfs = county_plan.turfs.copy()
    turfs["staging"] = ["Library", "Church"] * (len(turfs) // 2) + ["Church"] * (len(turfs) % 2)
    turfs["crew"] = list(range(len(turfs), 0, -1))
    plan = type(county_plan)(**{**vars(county_plan), "turfs": turfs})
    order = [job.turf_id for job in jobs_of(plan, Printing(packet_issue()))]
    place = turfs.set_index("turf_id").loc[order]
    assert place["staging"].is_monotonic_increasing
    assert all(group["crew"].is_monotonic_increasing for _, group in place.groupby("staging"))


def test_serials_are_never_given_twice(tmp_path):
    register = tmp_path / "state" / "next-list"
    assert reserve(register, 10) == 1_000_000
    assert reserve(register, 5) == 1_000_010
    assert reserve(register, 1) == 1_000_015
    register.write_text("no number")
    with pytest.raises(InputError) as fault:
        reserve(register, 1)
    assert fault.value.code == "WORKSPACE"


def test_a_full_disk_is_told_as_such(tmp_path, monkeypatch):
    """Another name for the register, or another folder, would be of no help."""

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SpaceError):
        reserve(tmp_path / "next-list", 1)
    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(SpaceError), claimed(tmp_path / "out", {}, [], force=False):
        pass


def test_lists_for_spreadsheets_hold_text_and_no_voter_id(printed):
    out, records, plan = printed.out, printed.records, printed.plan
    name = records[0]["name"]
    text = (out / "lists" / f"{name}.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0].split(",") == list(LIST_COLUMNS)
    with zipfile.ZipFile(io.BytesIO((out / "lists" / f"{name}.xlsx").read_bytes())) as book:
        cells = "".join(
            book.read(part).decode() for part in book.namelist() if part.endswith(".xml")
        )
    assert "<f>" not in cells
    ids = set(plan.voters["voter_id"])
    assert not any(voter in text or f">{voter}<" in cells for voter in ids)
    manifest = next(iter((out / "manifests").glob("*.csv"))).read_text().splitlines()
    assert manifest[0].split(",") == list(MANIFEST_CSV)


def test_a_phone_gets_stops_and_walk_without_voters(printed):
    name, plan = printed.records[0]["name"], printed.ordered
    text = (printed.out / "gpx" / f"{name}.gpx").read_text(encoding="utf-8")
    assert text.count("<wpt") == plan.turfs["stops"].iloc[0]
    assert text.count("<trkpt") == len(plan.walks.geometry.iloc[0].coords)
    assert not any(name in text for name in plan.voters["last_name"])


def test_the_launch_table(printed):
    out, records = printed.out, printed.records
    text = "".join(page.extract_text() for page in pypdf.PdfReader(out / "launch.pdf").pages)
    slips = pypdf.PdfReader(out / "slip-sheets.pdf")
    for record, page in zip(records, slips.pages, strict=True):
        number = list_number(record["serial"])
        assert f"{number[:4]} {number[4:]}" in text
        assert record["name"] in page.extract_text()
    wall = pypdf.PdfReader(out / "wall-map.pdf").pages
    assert len(wall) == 1
    assert [round(float(side) / 72) for side in wall[0].mediabox[2:]] == [11, 17]
    assert all(record["name"] in wall[0].extract_text() for record in records)


def test_suppressed_voters_are_on_no_line(printed, county_plan):
    """Five were suppressed before anything was stored; the lines are those of the others."""
    out, records, plan = printed.out, printed.records, printed.plan
    assert plan.about["counts"]["suppressed"] >= 5
    lines = sum(
        len(path.read_text(encoding="utf-8").splitlines()) - 1
        for path in (out / "manifests").iterdir()
    )
    assert lines == len(county_plan.voters) == sum(record["voters"] for record in records)

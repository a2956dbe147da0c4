"""``turfcutter packets`` as a user runs it."""

import json

import pypdf
import pytest

from turfcutter.plans.plan import write_plan


@pytest.fixture
def plan_folder(plans, tmp_path):
    folder = tmp_path / "plan"
    folder.mkdir()
    write_plan(plans.whole_plan(2, 1, 6), folder)
    return folder


def test_numbers_are_drawn_once_and_kept_when_it_goes_on(here, plan_folder, tmp_path):
    out, register = tmp_path / "out", tmp_path / "next-list"
    words = ("packets", plan_folder, "--out", out, "--register", register, "--json", "--quiet")
    first = here(*words)
    assert first.returncode == 0, first.stderr
    said = json.loads(first.stdout)
    assert said["lists"] == 2
    assert said["serial"] == 1_000_000
    assert register.read_text() == "1000002\n"
    before = {path: path.read_bytes() for path in out.rglob("*.pdf")}
    again = here(*words)
    assert json.loads(again.stdout) == said
    assert {path: path.read_bytes() for path in out.rglob("*.pdf")} == before
    other = here(*words, "--organization", "Others")
    assert (other.returncode, "OUTPUT" in other.stderr) == (2, True)
    new = here(*words, "--organization", "Others", "--force")
    assert json.loads(new.stdout)["serial"] == 1_000_002


def test_the_plan_s_own_words_hold_where_no_option_says_otherwise(here, plan_folder, tmp_path):
    config = tmp_path / "county.toml"
    config.write_text('[packet]\norganization = "Neighbors"\nscript = { English = "Hello." }\n')
    words = ("--config", config, "--serial", 2_000_000, "--issued", "today", "--paper", "a4")
    done = here("packets", plan_folder, "--out", tmp_path / "out", *words, "--turf", "A2")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "out" / "packets").iterdir()] == ["A2.pdf"]
    page = pypdf.PdfReader(tmp_path / "out" / "packets" / "A2.pdf").pages[0]
    text = page.extract_text()
    for part in ("Grid town", "Neighbors", "Hello.", "Issued today", "2000 0006"):
        assert part in text
    assert round(float(page.mediabox[3])) == 842


def test_errors_are_sentences(here, plan_folder, tmp_path):
    for words, code in [
        ((tmp_path / "nothing", "--out", tmp_path / "out"), "NO_FILE"),
        ((plan_folder, "--out", tmp_path / "out", "--turf", "X9"), "PARAMETER"),
        ((plan_folder, "--out", plan_folder), "OUTPUT"),
    ]:
        done = here("packets", *words, "--serial", 2_000_000)
        assert done.returncode == 2
        assert code in done.stderr
        assert "Traceback" not in done.stderr

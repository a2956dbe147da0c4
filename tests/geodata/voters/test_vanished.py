import pytest

from geodata.errors import InputError
from geodata.voters.vanished import check_vanished


def file(path, voters):
    rows = [f"{one},1 Elm St,{code}" for one, code in voters]
    path.write_text("\n".join(["voter_id,address,precinct", *rows]) + "\n")
    return path


def compared(tmp_path, older, newest, *, accept=False):
    paths = file(tmp_path / "old.csv", older), file(tmp_path / "new.csv", newest)
    notes, counts = check_vanished(*paths, {}, accept=accept)
    rows, *fates = counts["old.csv"].values()
    assert rows == sum(fates) == len(older)
    return list(notes)


def people(count, size=100):
    return [(f"{n:04}", f"P{n // size}") for n in range(count)]


def test_a_few_who_left_are_a_count(tmp_path):
    older = people(1000)
    (note,) = compared(tmp_path, older, older[::-1][:-1] + [("new", "P1")] * 2)
    assert note.count == 1
    assert note.sentence == (
        "1 of 1,000 voters of old.csv are not in new.csv; they are on no list."
    )
    assert compared(tmp_path, older, older) == []


@pytest.mark.parametrize(("gone", "refused"), [(20, False), (21, True)])
def test_more_than_two_per_cent_of_all_is_a_file_cut_off(tmp_path, gone, refused):
    older = people(1000, size=1000)
    if not refused:
        assert compared(tmp_path, older, older[gone:])[0].count == gone
        return
    with pytest.raises(InputError, match=r"VANISHED: new.csv lacks 21 of 1,000 .* --accept-van"):
        compared(tmp_path, older, older[gone:])
    assert compared(tmp_path, older, older[gone:], accept=True)[0].count == gone


@pytest.mark.parametrize(("gone", "refused"), [(10, False), (11, True)])
def test_more_than_a_tenth_of_a_precinct_too(tmp_path, gone, refused):
    older = people(1000)
    newest = older[:300] + older[300 + gone :]
    if not refused:
        assert compared(tmp_path, older, newest)[0].count == gone
        return
    with pytest.raises(InputError, match=r"10% of precinct P3 \(11 of 100\); it may be cut off"):
        compared(tmp_path, older, newest)


def test_one_voter_may_always_leave(tmp_path):
    older = people(30, size=5)
    assert compared(tmp_path, older, older[1:])[0].count == 1


def test_who_is_hidden_today_has_not_vanished(tmp_path):
    """Ids are compared before anybody is suppressed; rows of one id count once."""
    older = people(100)
    assert compared(tmp_path, older + older, older) == []

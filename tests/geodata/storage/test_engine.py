import stat

import duckdb
import pytest

from geodata.storage.engine import open_engine


def setting(engine, name):
    return engine.execute("SELECT current_setting(?)", [name]).fetchall()[0][0]


def test_no_extension_is_fetched_or_loaded(tmp_path):
    with open_engine(tmp_path) as engine:
        assert not setting(engine, "autoinstall_known_extensions")
        assert not setting(engine, "autoload_known_extensions")
        with pytest.raises(duckdb.Error):
            engine.execute("SELECT * FROM 'https://localhost/voters.csv'")


def test_spilling_happens_in_a_private_folder_that_goes_away(tmp_path):
    with open_engine(tmp_path, memory="100MB") as engine:
        spill = next(tmp_path.iterdir())
        assert stat.S_IMODE(spill.stat().st_mode) == 0o700
        assert setting(engine, "temp_directory") == str(spill)
        engine.execute(
            "CREATE TABLE t AS SELECT md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS a"
            " FROM range(2_000_000) r(i)"
        ).fetchall()
        assert any(spill.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_no_folder_is_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open_engine(None) as engine:
        assert setting(engine, "temp_directory") == ""
        engine.execute("SELECT count(*) FROM range(100000)").fetchall()
    assert list(tmp_path.iterdir()) == []

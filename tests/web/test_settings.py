"""Production starts with safe settings or not at all."""

import secrets

import pytest

from geodata.errors import InputError
from web.production import application
from web.settings import production_settings

SAFE = {
    "TURFCUTTER_SECRET": secrets.token_hex(32),
    "TURFCUTTER_STATE": "/var/lib/turf",
    "TURFCUTTER_ORIGIN": "https://turf.example.org",
}


def test_safe_settings_are_taken():
    settings = production_settings(SAFE)
    assert settings.secure
    assert settings.hosts == {"turf.example.org"}
    assert settings.database == "sqlite+pysqlite:////var/lib/turf/viewer.sqlite"
    assert (settings.names_idle_s, settings.idle_s) == (900, 28_800)


@pytest.mark.parametrize(
    "change",
    [
        {"TURFCUTTER_SECRET": ""},
        {"TURFCUTTER_SECRET": "dev"},
        {"TURFCUTTER_SECRET": secrets.token_hex(8)},
        {"TURFCUTTER_SECRET": "a" * 64},
        {"TURFCUTTER_SECRET": "please-CHANGE-me-please-0123456789-xyz"},
        {"FLASK_DEBUG": "1"},
        {"DEBUG": "true"},
        {"PYTHONDEVMODE": "1"},
        {"FLASK_ENV": "development"},
        {"TURFCUTTER_ORIGIN": ""},
        {"TURFCUTTER_ORIGIN": "http://turf.example.org"},
        {"TURFCUTTER_ORIGIN": "https://turf.example.org/below"},
        {"TURFCUTTER_ORIGIN": "https://user@turf.example.org"},
        {"TURFCUTTER_STATE": ""},
        {"TURFCUTTER_STATE": "turf"},
    ],
)
def test_unsafe_settings_are_refused(change):
    with pytest.raises(InputError) as fault:
        production_settings({**SAFE, **change})
    assert fault.value.code == "PARAMETER"
    assert not change.get("TURFCUTTER_SECRET") or change["TURFCUTTER_SECRET"] not in str(
        fault.value
    )


def test_plain_http_only_when_told_so():
    settings = production_settings(
        {**SAFE, "TURFCUTTER_ORIGIN": "http://10.0.0.5:8000", "TURFCUTTER_PLAIN_HTTP": "yes"}
    )
    assert not settings.secure


def test_the_server_leaves_with_a_sentence(monkeypatch):
    monkeypatch.setenv("TURFCUTTER_SECRET", "short")
    monkeypatch.setenv("TURFCUTTER_STATE", "/nowhere")
    monkeypatch.setenv("TURFCUTTER_ORIGIN", "https://turf.example.org")
    with pytest.raises(SystemExit, match="PARAMETER: Set TURFCUTTER_SECRET"):
        application()

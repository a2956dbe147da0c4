"""Every sentence of a page has its Spanish, and whoever reads chooses the language."""

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from turfcutter.cli.score import FIGURES
from turfcutter.texts import LANGUAGES, sentences
from web import faults, forms, links, login, outputs
from web.jobs import views
from web.models import ROLES

HOME = Path(__file__).parents[2]
TEMPLATES = sorted((HOME / "web/templates").glob("*.html"))
MODULES = sorted((HOME / "web").rglob("*.py"))
SCRIPTS = [
    path
    for folder in ("web/static", "turfcutter/render/static/map")
    for path in sorted((HOME / folder).glob("*.js"))
]
SAYING = {"say", "count", "flash", "note"}
"""Functions whose constant texts are read by people."""
TABLES = {
    *ROLES,
    *("easy", "fair", "hard"),
    *faults.SENTENCES.values(),
    *views.STATES.values(),
    *views.STEPS.values(),
    *(meaning for meaning, _ in FIGURES),
    *(what for name, (what, _) in outputs.FILES.items()),
    *forms.TITLES.values(),
    *forms.FIRST_LABELS.values(),
    *(login.WRONG, login.LOCKED, links.WRONG, links.LOCKED, faults.NO_LINK),
}
"""Texts of tables, which pages say one by one."""


def of_form():
    """What the form of a cut says of each parameter."""
    for title, _, entries in forms.sections({}):
        yield title
        for entry in entries:
            yield from (entry.label, entry.help, entry.about.get("unit"))
            yield from entry.about.get("choices") or ()


def of_template(text):
    for _, _, given in extract_from_ast(
        Environment(autoescape=True).parse(text), gettext_functions=("_", "count")
    ):
        yield from (each for each in (given if isinstance(given, tuple) else [given]) if each)


def of_module(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            for given in node.args if name in SAYING else []:
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    yield given.value


def of_script(text):
    for call in re.findall(r"\b(?:say|count)\(([^;]*?)\)", text, flags=re.DOTALL):
        yield from re.findall(r'"([^"]+)"', call)
    yield from re.findall(r'\["\w+", "([^"]+)", (?:true|false)\]', text)


def of_panel(text):
    for said, label in re.findall(r'data-say[^<>]*>([^<]+)<|data-label="([^"]+)"', text):
        yield said or label


PLACES = {
    **dict.fromkeys(TEMPLATES, of_template),
    **dict.fromkeys(MODULES, of_module),
    **dict.fromkeys(SCRIPTS, of_script),
    HOME / "turfcutter/render/static/panel.html": of_panel,
}


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.name)
def test_every_sentence_of_a_page_is_in_the_catalogue(path):
    found = {text for text in PLACES[path](path.read_text(encoding="utf-8")) if text.strip()}
    assert found <= sentences("es").keys()


def test_every_text_of_a_table_is_in_the_catalogue():
    known = sentences("es").keys()
    assert known >= TABLES
    assert known >= {text for text in of_form() if text}


def test_there_is_something_to_look_for():
    assert "Open the map" in set(of_template((HOME / "web/templates/plan.html").read_text()))
    assert "{name} can log in now." in set(of_module((HOME / "web/people.py").read_text()))
    script = (HOME / "turfcutter/render/static/map/map.js").read_text()
    assert {"Street names", "Hide list"} <= set(of_script(script))


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_same_blanks(language):
    for english, other in sentences(language).items():
        blanks = [sorted(re.findall(r"{\w+}", text)) for text in (english, other)]
        assert blanks[0] == blanks[1], english


def test_a_browser_that_wishes_spanish_gets_it_and_is_told_that_nobody_checked_it(office):
    client = office.client("fred")
    page = client.get("/", headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}).text
    assert '<html lang="es">' in page
    assert "<h1>Planes</h1>" in page
    assert "Traducción automática, sin revisar" in page
    english = client.get("/", headers={"Accept-Language": "fr"}).text
    assert "<h1>Plans</h1>" in english
    assert "sin revisar" not in english


def test_a_language_that_was_chosen_stays_until_another_is(office):
    client = office.client("fred")
    office.app.config["WTF_CSRF_ENABLED"] = False
    for language, title in (("es", "Planes"), ("en", "Plans"), ("xx", "Plans")):
        answer = client.post("/language", data={"language": language, "next": "/account"})
        assert answer.location == "/account"
        assert f"<h1>{title}</h1>" in client.get("/", headers={"Accept-Language": "es"}).text


def test_choosing_a_language_leads_to_no_other_host(office):
    office.app.config["WTF_CSRF_ENABLED"] = False
    data = {"language": "es", "next": "//evil.example"}
    assert office.client().post("/language", data=data).location == "/"

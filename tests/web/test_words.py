"""Every sentence of a page has its Spanish, and whoever reads chooses the language."""

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.ext import extract_from_ast
from sqlalchemy import select

from geodata.errors import CODES
from turfcutter.cli.score import FIGURES
from turfcutter.texts import LANGUAGES, sentences
from web import access, audit, faults, forms, links, login, outputs, removals
from web.db import transaction
from web.jobs import child, queue, titles, views, worker
from web.models import ROLES, Account, Job

HOME = Path(__file__).parents[2]
TEMPLATES = sorted((HOME / "web/templates").glob("*.html"))
MODULES = sorted((HOME / "web").rglob("*.py"))
SCRIPTS = [
    path
    for folder in ("web/static", "turfcutter/render/static/map")
    for path in sorted((HOME / folder).glob("*.js"))
]
SAYING = {"say", "count", "flash", "note", "_note"}
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
    *CODES.values(),
    *titles.TITLES.values(),
    *(child.FAULT, child.FULL, child.MEMORY, worker.ENDED, queue.GIVEN_UP),
    *(removals.BUSY, removals.NOT_ITS_NAME),
    *(sentence for made_of in audit.DETAILS.values() for sentence in made_of),
    *(sentence for _, sentence in access.ASK.values()),
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


def test_a_language_belongs_to_the_account_in_every_browser_and_to_nobody_else(office):
    office.app.config["WTF_CSRF_ENABLED"] = False
    first, second, other = office.client("fred"), office.client("fred"), office.client("olga")
    first.post("/language", data={"language": "es", "next": "/"})
    assert "<h1>Planes</h1>" in second.get("/").text
    assert "<h1>Plans</h1>" in other.get("/").text
    second.post("/language", data={"language": "en", "next": "/"})
    assert "<h1>Plans</h1>" in first.get("/").text


def test_errors_and_jobs_of_a_spanish_reader_begin_in_spanish(office):
    """What only English has for it stands after what it is about, marked as English."""
    client, plan = office.client("olga"), office.plans["North"]
    head = {"Accept-Language": "es", "X-CSRFToken": client.get("/api/session").json["csrf"]}
    with transaction(office.engine) as session:
        account = session.scalar(select(Account).where(Account.name == "olga"))
        title = titles.title_of("turf", turf="A1", plan="Fall of {plan}")
        failed = queue.add(session, account, "print", "list", title, {}, plan).id
        queue.fail(session.get_one(Job, failed), "NO_CRS", "areas.zip says nothing <b>.")
    page = client.get(f"/jobs/{failed}", headers=head).text
    assert "<h1>Imprimir: zona A1 de Fall of {plan}</h1>" in page
    assert "La capa no dice" in page
    assert '<span lang="en">areas.zip says nothing &lt;b&gt;.</span>' in page
    assert "Imprimir: zona A1" in client.get("/jobs", headers=head).text
    english = client.get(f"/jobs/{failed}").text
    assert "areas.zip says nothing" in english
    assert "Print: Turf A1" in english
    assert "does not say which" not in english
    wrong = client.post(f"/plans/{plan}/print", data={"turf": "Z9"}, headers=head).text
    assert "Un parámetro no se conoce" in wrong
    assert '<span lang="en">&#39;Z9&#39; is no turf' in wrong
    assert "Un parámetro" not in client.post(f"/plans/{plan}/print", headers=head).text


def test_details_of_the_log_and_errors_of_the_api_are_in_the_readers_language(office):
    olga, ada, plan = office.client("olga"), office.client("ada"), office.plans["North"]
    spanish = {"Accept-Language": "es"}
    head = {"X-CSRFToken": olga.get("/api/session").json["csrf"], **spanish}
    made = olga.post(f"/api/plans/{plan}/turfs/A1/shares", json={"days": 1}, headers=head)
    assert made.status_code == 201
    log = ada.get("/log", headers=spanish).text
    assert "enlace hecho" in log
    assert ", 1 día</td>" in log
    assert "organizer" not in log
    assert ", 1 day</td>" in ada.get("/log").text
    nothing = olga.get("/api/nothing", headers=spanish).json["error"]
    assert nothing == "Aquí no hay nada, o no es para usted."
    wrong = olga.post(f"/api/plans/{plan}/turfs/A1/shares", json={"days": 99}, headers=head).json
    assert wrong["error"].startswith("Un parámetro no se conoce")
    assert "days:" in wrong["error"]


@pytest.mark.parametrize("what", titles.TITLES)
def test_titles_are_found_again_in_what_was_kept(office, what):
    kept = titles.title_of(what, turf="T-1", plan="Plan of Print: x", count="1,200")
    with office.app.test_request_context(headers={"Accept-Language": "es"}):
        assert titles.said(kept) != kept
        assert "Plan of Print: x" in titles.said(kept)
        assert titles.said("anything else") == "anything else"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page is whole, in both languages, without script or style inside, and can be used by everyone."""

from __future__ import annotations

import dataclasses
import gzip
import re
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dispatch.web.templating import TEMPLATES, environment, render
from dispatch.web.views.doors import TITLES, ErrorPage
from notifications.catalog import languages
from tests.dispatch.web.offer_samples import OFFER
from tests.dispatch.web.planning_samples import DRAFT
from tests.dispatch.web.sample_week import DESK
from tests.dispatch.web.samples import PAGES

PHONE_PAGES = (
    "offer",
    "offer_yes",
    "my_agenda",
    "my_availability",
    "my_week",
    "my_choices",
    "my_calendar",
    "phone_visit",
    "phone_visit_told",
)


def ask(path: str = "/", *, language: str = "it", viewer: object = None) -> Request:
    """A request for a page, as the access layer hands it on."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"accept-language", language.encode())],
        "state": {"viewer": viewer},
    }
    return Request(scope)


def page(name: str, language: str = "it", path: str = "/") -> str:
    """The text of one sample page."""
    template, context, viewer = PAGES[name]
    return text(render(ask(path, language=language, viewer=viewer), template, **context))


def text(response: HTMLResponse) -> str:
    return bytes(response.body).decode()


class Reading(HTMLParser):
    """What the tests look at in a page: every opening tag with its attributes, and who is inside a label."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.labelled: list[dict[str, str | None]] = []
        self.inside_label = False
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside_label = self.inside_label or tag == "label"
        if self.inside_label:
            self.labelled.append(self.tags[-1][1])

    def handle_endtag(self, tag: str) -> None:
        self.inside_label = self.inside_label and tag != "label"

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def nameless(source: str) -> list[dict[str, str | None]]:
    """The inputs of a page that no label speaks for."""
    reading = Reading(source)
    named = {label.get("for") for label in reading.all("label")}
    return [
        field
        for field in reading.all("input", "select", "textarea")
        if field.get("type") != "hidden"
        and field.get("id") not in named
        and "aria-label" not in field
        and not any(field is labelled for labelled in reading.labelled)
    ]


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole(name: str, language: str) -> None:
    """A page names its language and has a title, one first heading and unique ids."""
    source = page(name, language)
    reading = Reading(source)
    assert reading.all("html")[0]["lang"] == language
    assert len(reading.all("h1")) == 1
    ids = [attributes["id"] for _tag, attributes in reading.tags if "id" in attributes]
    assert sorted(ids, key=str) == sorted(set(ids), key=str)
    assert re.search(r"<title>\S.* · Ponte</title>", source)


@pytest.mark.parametrize("name", PAGES)
def test_no_page_carries_script_or_style(name: str) -> None:
    """The content policy is default-src 'self': anything inline would be refused by the browser."""
    reading = Reading(page(name))
    assert not reading.all("style")
    assert all(script.get("src", "").startswith("/static/") for script in reading.all("script"))  # type: ignore[union-attr] # get has a default
    assert not [attributes for _tag, attributes in reading.tags if "style" in attributes]
    assert not [attributes for _tag, attributes in reading.tags if any(name.startswith("on") for name in attributes)]


@pytest.mark.parametrize("name", PAGES)
def test_every_input_has_a_name_and_a_type(name: str) -> None:
    """Who listens to the page hears what each input is for; Bootstrap Italia styles only inputs that say their type."""
    source = page(name)
    assert nameless(source) == []
    assert all("type" in field for field in Reading(source).all("input"))


def test_an_input_without_label_is_noticed() -> None:
    """The guard above fails for an input that nothing names."""
    assert len(nameless('<label for="a">A</label><input id="a"><input id="b"><label><input></label>')) == 1


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", PHONE_PAGES)
def test_the_phone_pages_are_small(name: str, language: str) -> None:
    """With their style they stay under 5 KB on the wire and load no script: an old phone on a slow line opens them."""
    source = page(name, language, path="/m/7fK2")
    style = (TEMPLATES.parent / "static" / "phone.css").read_bytes()
    assert len(gzip.compress(source.encode())) + len(gzip.compress(style)) < 5 * 1024
    assert "<script" not in source


def test_reading_an_offer_never_answers_it() -> None:
    """Scanners fetch links before people do, so yes and no are forms that post."""
    forms = Reading(page("offer")).all("form")
    assert len(forms) == 2
    assert all(form["method"] == "post" and form["action"] == "/m/7fK2/answer" for form in forms)


def test_a_dispute_is_settled_with_one_click() -> None:
    """The coordinator sees both sayings, and each has its button."""
    source = page("attendance")
    assert "non si è presentata" in source
    assert source.count('name="as_told"') == 2


def test_her_page_tells_by_pressing_only() -> None:
    """As planned is one large button; everything else a form that posts, with what was typed in it."""
    forms = Reading(page("phone_visit")).all("form")
    assert {(form["method"], form["action"]) for form in forms} == {("post", "/m/7fK2/visit")}
    assert "È andata come previsto" in page("phone_visit")


@pytest.mark.parametrize("status", ["accepted", "declined", "expired", "covered", "withdrawn"])
def test_a_settled_offer_asks_nothing(status: str) -> None:
    """Once it is settled the page says so kindly and has no button to answer."""
    source = text(render(ask(), "offers/offer.html", page=dataclasses.replace(OFFER, status=status)))
    assert "<button" not in source


def test_before_yes_the_offer_hides_the_desk() -> None:
    """Name, address and contact of the desk come only with the booking."""
    source = page("offer")
    assert "<bdi>Trescore Balneario</bdi> (scuola)" in source
    assert "via Lotto" not in source


def test_an_offer_without_language_has_no_empty_line() -> None:
    """A territorial shift asks for no language, so the page has no line for one."""
    source = text(render(ask(), "offers/offer.html", page=dataclasses.replace(OFFER, language="")))
    assert "<dt>Lingua</dt>" not in source
    assert "<dt>Lingua</dt>" in page("offer")


def test_the_form_warns_about_names() -> None:
    """The first thing the form says is not to write who the person is."""
    assert "Non scrivere nomi o dati sanitari della persona" in page("new_request")


def test_a_refused_form_keeps_what_was_typed_and_points_to_it() -> None:
    """The box on top links to each wrong field, the field says why, and nothing typed is lost."""
    source = page("new_request_refused")
    assert '<a href="#languages-0-code">Lingua della persona: Non conosciamo' in source
    assert 'aria-describedby="languages-0-code-hint languages-0-code-error" aria-invalid="true"' in source
    assert 'value="10:15"' in source
    assert ">Aula 3</textarea>" in source


def test_the_publish_button_says_how_many() -> None:
    """It counts the SMS of what is accepted; each line can be left out, and those the filters hide are sent along."""
    source = page("run_draft")
    assert "Pubblica e invia 9 SMS" in source
    shown = len(DRAFT.new) + len(DRAFT.moved) + len(DRAFT.dropped)
    assert source.count('name="line"') == shown + len(DRAFT.elsewhere)


def test_the_search_refreshes_with_and_without_script() -> None:
    """Script replaces the progress; without it the whole page loads again."""
    source = page("run_searching")
    assert 'data-po-live="runs" hx-get="" hx-trigger="po:told" hx-select="#run"' in source
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in source


def test_the_two_empty_states_differ() -> None:
    """Nothing yet offers the first action; nothing with this filter offers to take the filter off."""
    assert "Scrivi la prima richiesta" in page("requests_none")
    assert "Togli i filtri" in page("requests_filtered")


@pytest.mark.parametrize("status", TITLES)
def test_every_error_has_its_page(status: int) -> None:
    """Each says in words what happened and what to do."""
    source = text(render(ask(), "error.html", status_code=status, page=ErrorPage(status)))
    assert f"Errore {status}" in source
    assert "btn-primary" in source


def test_the_header_shows_the_pages_of_the_role() -> None:
    """A desk finds its two pages, and the one it is on is marked."""
    source = text(render(ask("/requests", viewer=DESK), "intake/requests.html", page=PAGES["requests"][1]["page"]))
    assert 'href="/requests" aria-current="page"' in source
    assert "/agenda" not in source


def test_changing_the_language_keeps_the_place() -> None:
    """The switch leads to the same week and filters, in the other language."""
    request = ask("/agenda")
    request.scope["query_string"] = b"week=2026-W48&q=amina"
    source = text(render(request, "planning/agenda.html", page=PAGES["agenda"][1]["page"]))
    assert 'href="?week=2026-W48&amp;q=amina&amp;lang=en"' in source


def test_what_people_type_is_never_markup() -> None:
    """A note with a tag in it is shown as it was typed."""
    hostile = dataclasses.replace(OFFER, comune="<script>alert(1)</script>")
    source = text(render(ask(), "offers/offer.html", page=hostile))
    assert "<script" not in source
    assert "&lt;script&gt;" in source


def test_a_forgotten_variable_is_an_error() -> None:
    """A page that is not given what it needs fails instead of showing a hole."""
    with pytest.raises(UndefinedError, match="page"):
        render(ask(), "offers/agenda.html")


def test_every_template_says_its_licence() -> None:
    """All templates open with the SPDX line, and all of them compile."""
    names = environment().list_templates(extensions=["html"])
    assert len(names) > 15
    for name in names:
        assert (TEMPLATES / name).read_text().startswith("{# SPDX-License-Identifier: AGPL-3.0-or-later"), name
        environment().get_template(name)

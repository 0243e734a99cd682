# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page, every refusal and every SMS in Italian and in English: no word of the other language is left on it.

The catalogs answer with every text between brackets, so that what stands outside of them was never given to them. Of
that, names and figures are fine; a word that only the other language's catalog knows is not.
"""

from __future__ import annotations

import gettext
import html
import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from babel.dates import get_day_names
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from config.territory.languages import load_languages
from dispatch.access import links
from dispatch.access.policy import TABLE
from dispatch.app import create_app
from dispatch.kit.clock import set_virtual
from dispatch.kit.installation import Installation
from dispatch.kit.ticks import TIMED, strike
from dispatch.records.offers import Message, Offer
from dispatch.records.statuses import Role
from dispatch.records.territory import Place
from dispatch.web import i18n
from notifications.catalog import catalog
from tests import make

PHONE = "+393401234567"
OTHER = {"it": "en", "en": "it"}
# The API's description is for programmers and in English; what programs read has no words of ours. The columns of an
# imported file and the keys of the policy are called as they stand in the files.
NOT_FOR_READERS = ("/live", "/api/", "/metrics", "/healthz", "/readyz", "/import", "/policy")
# What is marked as of a language is meant to be in it, as the doctor's words are, and is read out so.
MARKED = re.compile(r'<(?!html)(\w+)[^>]*\slang="\w+"[^>]*>.*?</\1>', re.DOTALL)
LINK = re.compile(r"\S+/\S+")
LINK_TEXT = re.compile(r"[\w.]+\.example/\S*")
INVISIBLE = re.compile(r"<(script|style|svg)\b.*?</\1>|<!--.*?-->", re.DOTALL)
SPOKEN_ATTRIBUTES = re.compile(r'\b(?:title|placeholder|aria-label|alt)="([^"]*)"')
WORD = re.compile(r"[^\W\d_]{3,}")
AT_LEAST = 9  # pages: fewer would mean that the walk sees refusals alone


class Bracketed(gettext.NullTranslations):
    """A catalog that shows what went through it, and keeps what the real one would have given back untranslated."""

    def __init__(self, locale: str) -> None:
        super().__init__()
        self.known = i18n.read_catalog(locale)
        self.missed: set[str] = set()

    def gettext(self, message: str) -> str:
        if message and self.known.get(message) is None:
            self.missed.add(message)
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.gettext(msgid1)
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def words_of(texts: Iterable[object]) -> set[str]:
    """The words of many texts, without what their braces hold."""
    return {word.lower() for text in texts for word in WORD.findall(re.sub(r"%\(\w+\)\w|<[^>]*>", " ", str(text)))}


def only_in(locale: str) -> set[str]:
    """The words that our catalogs use in this language and not in the other."""

    def known(one: str) -> set[str]:
        pages = [form for entry in i18n.read_catalog(one) for form in _forms(entry.string)]
        return words_of([*pages, *catalog(one).texts.values()])

    return known(locale) - known(OTHER[locale])


def _forms(string: object) -> tuple[object, ...]:
    return tuple(string) if isinstance(string, tuple | list) else (string,)


def own_names() -> set[str]:
    """How languages call themselves, the same on every page; and the days of the week, which Babel writes."""
    days = (get_day_names(width, locale=one) for width in ("abbreviated", "wide") for one in i18n.locales())
    names = words_of([*map(i18n.autonym, i18n.locales()), *(one.autonym for one in load_languages())])
    return names | words_of(name for week in days for name in week.values())


def outside(page: str) -> set[str]:
    """The words that a reader sees or hears and that came from no catalog."""
    page = LINK_TEXT.sub(" ", MARKED.sub(" ", INVISIBLE.sub(" ", page)))
    text = html.unescape(re.sub(r"<[^>]*>", "\n", page) + "\n".join(SPOKEN_ATTRIBUTES.findall(page)))
    while (less := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = less
    return {word.lower() for word in WORD.findall(text)}


@pytest.fixture(params=["it", "en"])
def locale(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def addresses(here: Installation, work: Callable[[], None], locale: str) -> dict[str, str]:
    """A small way behind us: a request published, asked and answered by a question. What stands in braces of paths."""
    with here.database.begin() as session:
        set_virtual(session, make.NOW)
        place = make.place(session, "qqdesk", name="Qqplace")
        organisation = make.organisation(session, "qqorg", name="Qqorg", role="requesting")
        desk = make.desk(
            session, "qqdesk", name="Qqdesk", sms_label="qqdesk", place_id=place.id, organisation_id=organisation.id
        )
        known: dict[str, Any] = {"speaks": {"tl": 3}, "message_language": locale, "organisation_id": organisation.id}
        mediator = make.mediator(session, "qqm", name="Qqname", phone=PHONE, **known)
        session.execute(update(Place).values(address=""))
        make.account(session, "qqsara", Role.DESK, desk_id=desk.id)
        make.account(session, "qqmarta", Role.COORDINATOR)
        make.account(session, "qqroot", Role.ADMIN)
        make.account(session, "qqamina", Role.MEDIATOR, mediator_id=mediator.id)
    door = visitor(here, locale, "qqmarta")
    key = make.key_of(here.database, "qqdesk")
    tagalog = [{"code": "tl", "level": 2, "must": True}]
    code = door.post("/api/v1/requests", json=make.body("qqdesk", languages=tagalog), headers=key).json()["code"]
    run = door.post("/api/v1/planning-runs", json={"week": "2026-11-30"}).json()["id"]
    work()
    door.post(f"/api/v1/planning-runs/{run}/publish", json={})
    work()
    with here.database.begin() as session:
        for timed in TIMED:
            strike(session, timed)
    work()
    door.post(f"/handsets/{PHONE[1:]}/answer", data={"text": "qq?"})
    work()
    with here.database.begin() as session:
        offer_id = session.scalars(select(Offer.id)).one()
    return {
        "code": code,
        "run_id": str(run),
        "number": PHONE[1:],
        "offer": links.make(links.Purpose.OFFER, offer_id, b"test"),
        "agenda": links.make(links.Purpose.AGENDA, mediator.id, b"test"),
        "appointment": "1",
        "mediator_code": "qqm",
        "desk_code": "qqdesk",
        "place_code": "qqdesk",
        "organisation_code": organisation.code,
        "policy_key": "planning.fairness_cost",
        "plural": "desks",
        "key": "qqdesk",
    }


def visitor(here: Installation, locale: str, login: str = "") -> TestClient:
    asks = {"accept": "text/html", "accept-language": locale}
    door = TestClient(create_app(here), follow_redirects=False, raise_server_exceptions=False, headers=asks)
    return make.signed_in(door, login) if login else door


def pages(here: Installation, locale: str, values: dict[str, str]) -> dict[str, str]:
    """Every page of every role, also those that refuse, and forms sent empty."""
    found = {}
    for login in ("qqsara", "qqmarta", "qqamina", "qqroot", ""):
        door = visitor(here, locale, login)
        for method, path in TABLE:
            token = {"token": values["agenda" if path.endswith(("/agenda", "/availability")) else "offer"]}
            if (
                method != "GET"
                or path.startswith(NOT_FOR_READERS)
                or set(re.findall(r"{(\w+)}", path)) - {*values, "token"}
            ):
                continue
            answer = door.get(path.format(**values | token))
            if answer.status_code != 303 and answer.headers["content-type"].startswith("text/html"):
                found[f"{login} {path} {answer.status_code}"] = answer.text
        found[f"{login} empty request"] = door.post("/requests/new", data={}).text
        found[f"{login} nowhere"] = door.get("/nowhere").text
    return found


@pytest.mark.xdist_group("planner")
def test_no_page_holds_a_word_of_the_other_language(
    here: Installation, addresses: dict[str, str], locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads, whatever the page: all our words come from the catalogs, all others are the reader's or nobody's."""
    bracketed = Bracketed(locale)
    monkeypatch.setattr(i18n, "translations", lambda _locale: bracketed)
    foreign = only_in(OTHER[locale]) - own_names()
    seen = pages(here, locale, addresses)
    assert sum(name.endswith(" 200") for name in seen) >= AT_LEAST
    assert all("⟦" in text for text in seen.values() if text)
    faults = {name: sorted(found) for name, text in seen.items() if (found := outside(text) & foreign)}
    assert faults == {}
    assert bracketed.missed == set()


def test_every_sms_is_in_its_readers_language(here: Installation, addresses: dict[str, str], locale: str) -> None:
    """What was written to her on the way has no word that only the other language's texts know."""
    with here.database.begin() as session:
        bodies = list(session.scalars(select(Message.body)))
    assert len(bodies) >= 2
    assert words_of(LINK.sub(" ", body) for body in bodies) & only_in(OTHER[locale]) == set()


def test_the_guard_sees_words_left_outside() -> None:
    """The control: a hard-coded word, seen or only heard, is found; what the catalog gave, also inside it, is not."""
    bracketed = Bracketed("it")
    assert bracketed.gettext("Nobody wrote this down") == "⟦Nobody wrote this down⟧"
    assert bracketed.missed == {"Nobody wrote this down"}
    page = '<p title="Cancel it">⟦Hello %(name)s⟧ Annulla ⟦a ⟦b⟧ c⟧</p><script>Publish</script>'
    assert outside(page) == {"cancel", "annulla"}
    assert "annulla" in only_in("it")
    assert "cancel" in only_in("en")
    assert not only_in("it") & only_in("en")

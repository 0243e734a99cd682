# SPDX-License-Identifier: AGPL-3.0-or-later
"""Guard: the worst values of the whole province fit each text's budget, and the budgets are the agreed ones."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unicodedata import category

import pytest

from notifications.catalog import catalog, languages
from notifications.compose import compose
from notifications.language_names import language_name
from notifications.message import (
    AgendaVisit,
    AskCodeWords,
    HelpWords,
    LinkWords,
    MessageKind,
    OfferWords,
    OpenOffer,
    ServiceKind,
    VisitWords,
    Words,
)
from notifications.segments import BASIC, EXTENSION, Alphabet, measure
from notifications.wording.steps import Step
from tests.notifications.words import (
    AGENDA,
    CONFIRMED,
    HOW_WAS_IT,
    MOVED,
    NOTED,
    OFFER,
    ORDINARY,
    REMINDER,
    SHIFT,
    rome_winter,
)

TERRITORY = Path(__file__).parents[2] / "config" / "territory"
LONGEST_LINK = "ponte.example/m/" + "W" * 12
START, END = rome_winter(25, 10), rome_winter(25, 12, 30)
VISIT = VisitWords(code=9999, start=START, end=END)


def rows(path: str) -> list[dict[str, str]]:
    """A table of the territory as it stands in the repository."""
    with (TERRITORY / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


COMUNI = rows("bergamo/comuni.csv")
LANGUAGES = rows("languages.csv")


def longest_languages(locale: str) -> list[tuple[str, str | None]]:
    """The three longest names a recipient may read, and the three longest short ones, each with its short name."""
    pairs = [(said(row, locale), row["short_it"]) for row in LANGUAGES]
    worst = sorted(pairs, key=lambda pair: len(pair[0]))[-3:] + sorted(pairs, key=lambda pair: len(pair[1]))[-3:]
    return sorted(set(worst))


def said(row: dict[str, str], locale: str) -> str:
    """What an offer calls a language of the territory's table; Italian is measured with the longer of its names."""
    return language_name(row["code"], locale, italian=row["name_it"], english=row["name_en"])


def worst_offers(locale: str, comuni: Sequence[dict[str, str]] = COMUNI) -> Iterator[OfferWords]:
    """Every comune × the longest languages × every kind of desk; two-digit hours, four-digit code, deadline named."""
    base = replace(OFFER, code=9999, start=START, end=END, reply_by=rome_winter(24, 16, 30), link=LONGEST_LINK)
    for comune in comuni:
        for language, short in longest_languages(locale):
            for service in ServiceKind:
                yield replace(
                    base,
                    comune=comune["name"],
                    comune_short=comune["short_name"] or None,
                    language=language,
                    language_short=short,
                    service=service,
                )


def worst_others() -> dict[MessageKind, Words]:
    """The longest values of every other kind."""
    visit = AgendaVisit(start=START, end=END, comune=max((row["name"] for row in COMUNI), key=len))
    return {
        **{kind: VISIT for kind, words in ORDINARY.items() if isinstance(words, VisitWords)},
        MessageKind.CONFIRMED: replace(
            CONFIRMED, start=START, end=END, address="v" * 60, contact="c" * 60, link=LONGEST_LINK
        ),
        MessageKind.MOVED: replace(
            MOVED, code=9999, old_start=START, old_end=END, start=START, end=END, comune=visit.comune
        ),
        MessageKind.ASK_CODE: AskCodeWords(offers=(OpenOffer(code=9999, start=START, end=END),) * 60),
        MessageKind.NONE_OPEN: LinkWords(link=LONGEST_LINK),
        MessageKind.REMINDER: replace(
            REMINDER, start=START, end=END, desk="d" * 24, comune=visit.comune, link=f"{LONGEST_LINK}/agenda"
        ),
        MessageKind.HOW_WAS_IT: replace(HOW_WAS_IT, code=9999, start=START, end=END, link=f"{LONGEST_LINK}/visit"),
        MessageKind.NOTED: replace(NOTED, code=9999, start=START, end=END, absent=True),
        MessageKind.ASK_VISIT: AskCodeWords(offers=(OpenOffer(code=9999, start=START, end=END),) * 60),
        MessageKind.NO_VISIT: LinkWords(link=f"{LONGEST_LINK}/agenda"),
        MessageKind.BUSY_NOTED: replace(
            SHIFT, start=START, end=END + timedelta(days=9), visits=(OpenOffer(code=9999, start=START, end=END),) * 9
        ),
        MessageKind.HELP: HelpWords(open_codes=(9999,) * 60),
        MessageKind.AGENDA: replace(AGENDA, visits=(visit,) * 9, link=LONGEST_LINK),
    }


def test_tables_are_the_whole_province() -> None:
    """The worst cases are computed over all 243 comuni and at least 60 languages."""
    assert len(COMUNI) == 243
    assert len(LANGUAGES) >= 60


# The ordinary tests take the comuni with the longest names, long and short; tests/chaos takes every one.
LONGEST_COMUNI = [
    *sorted(COMUNI, key=lambda row: len(row["name"]))[-8:],
    *sorted(COMUNI, key=lambda row: len(row["short_name"] or row["name"]))[-8:],
]


@pytest.mark.parametrize("locale", languages())
def test_worst_offer_fits_its_budget(locale: str) -> None:
    """Whatever the comune, the language and the desk, the offer costs one segment in Italian, two in the others."""
    assert dearest_offer(locale, LONGEST_COMUNI) <= 1 + (locale != "it")


def dearest_offer(locale: str, comuni: Sequence[dict[str, str]]) -> int:
    """The segments of the dearest offer; every one of them must keep the signs of its place and its language."""
    return max(compose(MessageKind.OFFER, locale, words).segments for words in worst_offers(locale, comuni))


def shown(body: str) -> str:
    """A text as the oldest phone shows it after the wire: a sign that its alphabet does not carry becomes "?"."""
    gsm7 = measure(body).alphabet is Alphabet.GSM7
    return "".join(
        sign if (sign in BASIC | EXTENSION if gsm7 else ord(sign) <= 0xFFFF and category(sign) != "Cn") else "?"
        for sign in body
    )


@pytest.mark.parametrize("locale", languages())
def test_no_sign_is_lost(locale: str) -> None:
    """In every text of every language each sign is one that its alphabet carries: none becomes a question mark."""
    for kind, words in {**ORDINARY, **worst_others()}.items():
        body = compose(kind, locale, words).body
        assert shown(body) == body


def test_a_lost_sign_is_seen() -> None:
    """Control: a picture of a later Unicode than the two-byte alphabet is shown as a question mark."""
    assert shown("è \U0001f600") == "è ?"


def test_several_languages_fit_in_short() -> None:
    """A slot for two languages at the longest place still fits everywhere: the second one is counted, not named."""
    for locale in languages():
        for words in worst_offers(locale, LONGEST_COMUNI[-2:]):
            compose(MessageKind.OFFER, locale, replace(words, language="l" * 60, language_short="arabo levan. +1"))


def test_without_the_steps_the_worst_offer_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: with the shortening switched off, some comune breaks the budget of one segment."""
    monkeypatch.setattr("notifications.compose.WRITERS", _without_steps())
    with pytest.raises(ValueError, match="takes 2 segments"):
        dearest_offer("it", LONGEST_COMUNI)


def _without_steps() -> dict[MessageKind, object]:
    from notifications.wording import WRITERS

    return {kind: replace(writer, steps=()) for kind, writer in WRITERS.items()}


def test_ordinary_offer_of_every_comune_keeps_its_link() -> None:
    """With a same-day deadline, a three-digit code and a short link, no comune costs an Arabic offer its link."""
    for comune in COMUNI:
        words = replace(OFFER, comune=comune["name"], comune_short=comune["short_name"] or None)
        assert Step.LINK not in compose(MessageKind.OFFER, "it", words).dropped_steps


@pytest.mark.parametrize("locale", languages())
@pytest.mark.parametrize("kind", [kind for kind in MessageKind if kind is not MessageKind.OFFER])
def test_worst_of_every_other_kind_fits(kind: MessageKind, locale: str) -> None:
    """Confirmed costs two in Italian, the others one; every other language one more each."""
    budget = (2 if kind is MessageKind.CONFIRMED else 1) + (locale != "it")
    words = worst_others().get(kind, ORDINARY[kind])
    for later in range(7):
        assert compose(kind, locale, _moved_by(words, timedelta(days=later))).segments <= budget


def _moved_by(words: Words, by: timedelta) -> Words:
    """The same visit on another weekday, whose name may be longer."""
    return replace(words, start=words.start + by, end=words.end + by) if isinstance(words, VisitWords) else words


@pytest.mark.parametrize("language", languages())
def test_budgets_are_the_agreed_ones(language: str) -> None:
    """Italian: 2 for a confirmation, 1 for the rest; every other language one more."""
    more = 0 if language == "it" else 1
    budgets = catalog(language).budgets
    assert {msgid for msgid, budget in budgets.items() if budget == 2 + more} == {
        msgid for msgid in budgets if msgid.startswith("Ponte: confirmed ")
    }
    assert set(budgets.values()) == {1 + more, 2 + more}


def test_latin_texts_cost_no_ucs2() -> None:
    """No text of a language that can do without holds a sign that more than doubles its price."""
    for language in ("it", "en", "fr", "es", "sq", "ro"):
        assert [text for text in catalog(language).texts.values() if measure(text).alphabet != "gsm7"] == []
    assert [row["name"] for row in COMUNI if measure(row["name"]).alphabet != "gsm7"] == []

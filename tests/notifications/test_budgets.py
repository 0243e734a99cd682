# SPDX-License-Identifier: AGPL-3.0-or-later
"""Guard: the worst values of the whole province fit each text's budget, and the budgets are the agreed ones."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from notifications.catalog import catalog, languages
from notifications.compose import compose
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
from notifications.segments import measure
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
NAME = {"it": ("name_it", "short_it"), "en": ("name_en", "name_en")}
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
    name, short = NAME[locale]
    pairs = [(row[name], row[short] or row[name]) for row in LANGUAGES]
    worst = sorted(pairs, key=lambda pair: len(pair[0]))[-3:] + sorted(pairs, key=lambda pair: len(pair[1]))[-3:]
    return sorted(set(worst))


def worst_offers(locale: str) -> Iterator[OfferWords]:
    """Every comune × the longest languages × every kind of desk; two-digit hours, four-digit code, deadline named."""
    base = replace(OFFER, code=9999, start=START, end=END, reply_by=rome_winter(24, 16, 30), link=LONGEST_LINK)
    for comune in COMUNI:
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


@pytest.mark.parametrize(("locale", "budget"), [("it", 1), ("en", 2)])
def test_worst_offer_fits_its_budget(locale: str, budget: int) -> None:
    """Whatever the comune, the language and the desk, the offer costs one segment in Italian, two in English."""
    assert max(compose(MessageKind.OFFER, locale, words).segments for words in worst_offers(locale)) <= budget


def test_without_the_steps_the_worst_offer_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: with the shortening switched off, some comune breaks the budget of one segment."""
    monkeypatch.setattr("notifications.compose.WRITERS", _without_steps())
    with pytest.raises(ValueError, match="takes 2 segments"):
        [compose(MessageKind.OFFER, "it", words) for words in worst_offers("it")]


def _without_steps() -> dict[MessageKind, object]:
    from notifications.wording import WRITERS

    return {kind: replace(writer, steps=()) for kind, writer in WRITERS.items()}


def test_ordinary_offer_of_every_comune_keeps_its_link() -> None:
    """With a same-day deadline, a three-digit code and a short link, no comune costs an Arabic offer its link."""
    for comune in COMUNI:
        words = replace(OFFER, comune=comune["name"], comune_short=comune["short_name"] or None)
        assert Step.LINK not in compose(MessageKind.OFFER, "it", words).dropped_steps


@pytest.mark.parametrize("locale", ["it", "en"])
@pytest.mark.parametrize("kind", [kind for kind in MessageKind if kind is not MessageKind.OFFER])
def test_worst_of_every_other_kind_fits(kind: MessageKind, locale: str) -> None:
    """Confirmed costs two in Italian, the others one; English one more each."""
    budget = (2 if kind is MessageKind.CONFIRMED else 1) + (locale == "en")
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


def test_italian_texts_cost_no_ucs2() -> None:
    """No Italian text holds a sign that doubles its price."""
    assert [text for text in catalog("it").texts.values() if measure(text).alphabet != "gsm7"] == []
    assert [row["name"] for row in COMUNI if measure(row["name"]).alphabet != "gsm7"] == []

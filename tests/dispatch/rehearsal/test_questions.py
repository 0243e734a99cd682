# SPDX-License-Identifier: AGPL-3.0-or-later
"""Virtual people answer every question that an SMS puts: an offer once, and a visit that moved once more."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from dispatch.rehearsal.hands import Hands
from dispatch.rehearsal.inbox import Arrived
from dispatch.rehearsal.people import People
from dispatch.rehearsal.profiles import PEOPLE
from dispatch.rehearsal.week import Week
from notifications.compose import compose
from notifications.message import MessageKind
from notifications.samples import MOVED

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
VISIT = NOW + dt.timedelta(days=5)
OFFER = "Ponte: sab 28/11 10:00-11:00, arabo, Trescore. Puoi? Rispondi SI 411 o NO 411 entro le 16:00."
WILLING = replace(PEOPLE, accept=100, decline=0, free_text=0)


class Room:
    """Where one person's handset lies, and everything else that a week looks at: nobody watches, time stands still."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        self.answers: list[str] = []
        nothing: Any = self
        hands = Hands(nothing, dt.timedelta(minutes=30), lambda: None)
        self.week = Week(NOW.date(), nothing, nothing, hands, nothing, People(1, WILLING), self, 1, {})

    def look(self, _now: dt.datetime) -> list[Arrived]:
        return self.arrived

    def happened(self, what: str, at: dt.datetime) -> None:
        """Nobody watches."""

    def answer(self, _phone: str, text: str) -> None:
        self.answers.append(text)

    def reads(self, kind: str, text: str) -> list[str]:
        """What she sends after this SMS."""
        self.arrived = [Arrived(kind, "+39340", "m1", text, 7, VISIT, VISIT + dt.timedelta(hours=1))]
        self.answers.clear()
        self.week._read_phones(NOW)
        for event in self.week.events:
            event.act()
        self.week.events.clear()
        return self.answers


def moved(language: str, *, needs_answer: bool) -> str:
    return compose(MessageKind.MOVED, language, replace(MOVED, needs_answer=needs_answer)).body


@pytest.mark.parametrize(("language", "yes"), [("it", "SI 412"), ("en", "YES 412")])
def test_a_visit_that_moved_is_answered_anew(language: str, yes: str) -> None:
    """Its question is another one, with a code of its own; a second copy of either is answered by nobody."""
    room = Room()
    assert room.reads("offer", OFFER) == ["SI 411"]
    assert room.reads("offer", OFFER) == []
    assert room.reads("moved", moved(language, needs_answer=True)) == [yes]
    assert room.reads("moved", moved(language, needs_answer=True)) == []
    assert room.week.codes["m1", 7] == "412"


def test_news_of_a_move_is_no_question() -> None:
    """Whoever is only told says nothing, and goes on speaking of the visit by the code she has."""
    room = Room()
    room.reads("offer", OFFER)
    assert room.reads("moved", moved("it", needs_answer=False)) == []
    assert room.week.codes["m1", 7] == "411"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Virtual mediators and desks tell how it went: the published rates, the same truth, words that Ponte reads."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy.orm import Session

from dispatch.kit.session import Database
from dispatch.records.statuses import Outcome
from dispatch.rehearsal.outcomes import Outcomes, next_due
from notifications.replies import Command, CommandName, read
from tests import make

START = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)
END = START + dt.timedelta(hours=1)
ASKED = "Ponte: com'è andata mer 25/11 9:00-10:00? FATTO 412, con altri orari FATTO 412 9:05 10:40, persona assente ASSENTE 412."
PEOPLE = Outcomes(4711)


def test_the_published_rates_are_drawn() -> None:
    """Of four thousand visits about 4 % without the person, 1.5 % without the mediator; asked again, all the same."""
    drawn = Counter(PEOPLE.truth("m1", slot, START, END).outcome for slot in range(4000))
    assert 120 < drawn[Outcome.PERSON_ABSENT] < 200
    assert 35 < drawn[Outcome.MEDIATOR_ABSENT] < 90
    assert PEOPLE.truth("m1", 7, START, END) == PEOPLE.truth("m1", 7, START, END)


def test_a_visit_of_minutes_still_ends_after_it_began() -> None:
    """However late it begins and early it ends."""
    soon = START + dt.timedelta(minutes=15)
    drawn = [PEOPLE.truth("m1", slot, START, soon) for slot in range(500)]
    assert all(truth.start < truth.end for truth in drawn)


def test_every_word_of_theirs_is_read() -> None:
    """What a virtual mediator writes is a command with her code; real times are told only once they have passed."""
    silent = 0
    for slot in range(300):
        answer = PEOPLE.her_sms("m1", slot, ASKED, START, END, END)
        if answer is None:
            silent += 1
            continue
        reading = read(answer.text)
        assert isinstance(reading, Command)
        assert reading.name in (CommandName.DONE, CommandName.ABSENT)
        assert (reading.code, reading.unsure) == (412, False)
        assert answer.at >= PEOPLE.truth("m1", slot, START, END).end or reading.times is None
    assert 5 < silent < 60
    assert PEOPLE.her_sms("m1", 1, "Ponte: grazie!", START, END, END) is None


def test_a_desk_tells_the_same_truth() -> None:
    """Its outcome is the one that was drawn, some time after the end; a fifth of them say nothing."""
    told = [PEOPLE.desk_tells("m1", slot, START, END) for slot in range(300)]
    for slot, one in enumerate(told):
        if one is not None:
            assert one[0] > END - dt.timedelta(minutes=30)
            assert one[1]["outcome"] == PEOPLE.truth("m1", slot, START, END).outcome
    assert 30 < told.count(None) < 90


def test_what_is_due_next(database: Database) -> None:
    """Nothing in an empty house; the date of a visit that nobody has told of yet."""
    with database.begin() as session:
        assert next_due(session) == {"attendance.remind": None, "attendance.ask": None}
        _ended(session)
        assert next_due(session)["attendance.ask"] == END


def _ended(session: Session) -> None:
    make.ended_visit(session, make.desk(session), make.mediator(session), START, remind_at=END)

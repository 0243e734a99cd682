# SPDX-License-Identifier: AGPL-3.0-or-later
"""FATTO and ASSENTE by SMS: noted once, corrected until agreed, asked back when doubtful, never guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from dispatch.attendance.sayings import Saying, Side
from dispatch.attendance.service import tell
from dispatch.kit.session import Database
from dispatch.records.attendance import Attendance
from dispatch.records.offers import Message
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus, AttendanceStatus, InboundStatus, Outcome
from tests.dispatch.attendance import scene
from tests.dispatch.attendance.scene import END, LATER, POLICY, START
from tests.dispatch.offers import scene as offers


def noted(database: Database, visit: scene.Booked) -> tuple[str | None, str | None, int]:
    with database.begin() as session:
        row = scene.attendance(session, visit)
        times = None
        if row.real is not None and row.real.lower and row.real.upper:
            times = f"{row.real.lower:%H:%M}-{row.real.upper:%H:%M}"
        return row.outcome, times, row.minutes


def last(database: Database) -> tuple[str, str]:
    with database.begin() as session:
        row = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        return row.kind, row.body


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("FATTO", ("held", "08:00-09:00", 60)),
        ("FATTO 9:05 10:10", ("held", "08:05-09:10", 65)),
        ("fatto {code} 9.05 10.10", ("held", "08:05-09:10", 65)),
        ("ASSENTE", ("person_absent", None, 60)),
        ("assente {code}", ("person_absent", None, 60)),
    ],
)
def test_what_she_writes_is_noted_and_said_back(
    database: Database, words: str, wanted: tuple[str, str | None, int]
) -> None:
    """As planned, with real times, or the person was not there; one SMS of thanks tells what was understood."""
    visit = scene.booked(database)
    scene.ended(database, visit)
    assert scene.says(database, visit, words.format(code=visit.code)) == InboundStatus.SETTLED
    assert noted(database, visit) == wanted
    kind, body = last(database)
    assert kind == "noted"
    assert ("persona assente" in body) == (wanted[0] == "person_absent")


def test_she_may_write_before_the_tick(database: Database) -> None:
    """At the door, a minute after the end: the row is made by her word, and nobody asks her any more."""
    visit = scene.booked(database)
    assert scene.says(database, visit, "FATTO", END) == InboundStatus.SETTLED
    with database.begin() as session:
        assignment = session.get_one(Assignment, visit.assignment_id)
        assert (assignment.status, assignment.outcome_due) == (AssignmentStatus.DONE, None)
        assert offers.texts(session, "how_was_it") == []


def test_a_second_fatto_changes_nothing_and_a_different_one_corrects(database: Database) -> None:
    """The same words twice are one telling and one SMS of thanks; other times replace the first."""
    visit = scene.booked(database)
    scene.ended(database, visit)
    for sid in ("a", "a", "b"):
        scene.says(database, visit, "FATTO", sid=sid)
    with database.begin() as session:
        assert len(offers.texts(session, "noted")) == 1
    scene.says(database, visit, "FATTO 9:00 10:15")
    assert noted(database, visit) == ("held", "08:00-09:15", 75)


def test_after_both_agreed_a_person_reads_it(database: Database) -> None:
    """The desk has confirmed: other times are no correction any more, the same words still change nothing."""
    visit = scene.booked(database)
    scene.ended(database, visit)
    scene.says(database, visit, "FATTO")
    with database.begin() as session:
        tell(session, POLICY, scene.attendance(session, visit), Side.DESK, Saying(Outcome.HELD), LATER, via="test")
    assert scene.says(database, visit, f"FATTO {visit.code}", sid="again") == InboundStatus.SETTLED
    assert scene.says(database, visit, f"FATTO {visit.code} 9:00 10:30") == InboundStatus.PERSON
    assert noted(database, visit) == ("held", "08:00-09:00", 60)
    assert last(database)[0] == "to_person"


@pytest.mark.parametrize(
    "words", ["FATTO 10:00 9:00", "FATTO 9:05", "FATTO 9:00 13:00", "FATTO 4:12 9:00", "FATTO 9 99"]
)
def test_times_that_cannot_be_are_asked_back(database: Database, words: str) -> None:
    """Backwards, one alone, in the future, hours away: nothing is noted, and she is told how to write it."""
    visit = scene.booked(database)
    scene.ended(database, visit)
    assert scene.says(database, visit, words) == InboundStatus.ANSWERED
    assert noted(database, visit) == (None, None, 0)
    kind, body = last(database)
    assert kind == "ask_times"
    assert f"FATTO {visit.code} 9:05 10:40" in body


def test_as_planned_is_no_answer_while_it_lasts(database: Database) -> None:
    """Ten minutes in, "FATTO" would note an hour that has not passed; "ASSENTE" is possible from the start on."""
    visit = scene.booked(database)
    soon = START + dt.timedelta(minutes=10)
    assert scene.says(database, visit, "FATTO", soon) == InboundStatus.ANSWERED
    assert scene.says(database, visit, "ASSENTE", soon) == InboundStatus.SETTLED
    assert noted(database, visit)[0] == "person_absent"


def test_with_two_visits_the_code_is_asked_for(database: Database) -> None:
    """Both are over: a bare FATTO could be either; with its code each gets its own."""
    first = scene.booked(database)
    second = scene.booked(database, START + dt.timedelta(hours=3), phone=first.phone)
    now = LATER + dt.timedelta(hours=3)
    for visit in (first, second):
        scene.ended(database, visit, now)
    assert scene.says(database, first, "FATTO", now) == InboundStatus.ANSWERED
    kind, body = last(database)
    assert kind == "ask_visit"
    assert f"{first.code} (mer 25/11 9:00), {second.code} (mer 25/11 12:00)" in body
    assert scene.says(database, first, f"FATTO {second.code} 12:00 13:00", now) == InboundStatus.SETTLED
    assert (noted(database, first)[0], noted(database, second)[0]) == (None, "held")
    assert scene.says(database, first, "FATTO", now, sid="bare") == InboundStatus.SETTLED  # one alone is left
    assert noted(database, first)[0] == "held"


def test_a_word_said_again_changes_no_earlier_visit(database: Database) -> None:
    """Yesterday's times wait for the desk, today's visit is agreed on: a second FATTO is about today's, or is asked."""
    first = scene.booked(database)
    scene.ended(database, first)
    assert scene.says(database, first, "FATTO 9:05 10:10") == InboundStatus.SETTLED
    second = scene.booked(database, START + dt.timedelta(days=1), phone=first.phone)
    now = LATER + dt.timedelta(days=1)
    scene.ended(database, second, now)
    assert scene.says(database, second, "FATTO", now) == InboundStatus.SETTLED
    with database.begin() as session:
        tell(session, POLICY, scene.attendance(session, second), Side.DESK, Saying(Outcome.HELD), now, via="test")
    before = last(database)
    assert scene.says(database, second, "FATTO", now) == InboundStatus.SETTLED
    assert last(database) == before, "said again it costs no SMS"
    assert scene.says(database, second, "ASSENTE", now) == InboundStatus.ANSWERED
    kind, body = last(database)
    assert (kind, str(first.code) in body, str(second.code) in body) == ("ask_visit", True, True)
    assert (noted(database, first), noted(database, second)[0]) == (("held", "08:05-09:10", 65), "held")


def test_before_todays_visit_a_bare_word_corrects_no_earlier_one(database: Database) -> None:
    """Yesterday's real times stand; "FATTO" on the way to today's visit is asked about, and so it is once both agreed."""
    first = scene.booked(database)
    scene.ended(database, first)
    assert scene.says(database, first, "FATTO 9:05 10:10") == InboundStatus.SETTLED
    second = scene.booked(database, START + dt.timedelta(days=1), phone=first.phone)
    early = START + dt.timedelta(days=1, minutes=-20)
    assert scene.says(database, second, "FATTO", early) == InboundStatus.ANSWERED
    kind, body = last(database)
    assert (kind, str(first.code) in body, str(second.code) in body) == ("ask_visit", True, True)
    assert noted(database, first) == ("held", "08:05-09:10", 65)
    with database.begin() as session:
        tell(session, POLICY, scene.attendance(session, first), Side.DESK, Saying(Outcome.HELD), early, via="test")
    assert scene.says(database, second, "FATTO 9:05 10:10", early) == InboundStatus.ANSWERED
    assert last(database)[0] == "no_visit"
    assert noted(database, first) == ("held", "08:05-09:10", 65)


def test_the_evening_before_the_next_visit_a_correction_is_one(database: Database) -> None:
    """Today's visit is told of, the next is tomorrow's: other times can only be about today's."""
    first = scene.booked(database)
    scene.ended(database, first)
    scene.says(database, first, "FATTO")
    scene.booked(database, START + dt.timedelta(days=1), phone=first.phone)
    assert scene.says(database, first, "FATTO 9:00 10:15", LATER) == InboundStatus.SETTLED
    assert noted(database, first) == ("held", "08:00-09:15", 75)


def test_nothing_to_tell(database: Database) -> None:
    """Before the start nothing of hers is over, whatever the code: she gets her agenda."""
    visit = scene.booked(database)
    for words in ("FATTO", f"FATTO {visit.code}", "ASSENTE"):
        assert scene.says(database, visit, words, START - dt.timedelta(minutes=1)) == InboundStatus.ANSWERED
    assert last(database)[0] == "no_visit"
    with database.begin() as session:
        assert session.scalars(select(func.count(Attendance.id))).one() == 0


def test_what_says_more_is_read_by_a_person(database: Database) -> None:
    """A telling with a remark is never cut down to the telling."""
    visit = scene.booked(database)
    scene.ended(database, visit)
    assert scene.says(database, visit, "fatto ma serve un altro incontro") == InboundStatus.PERSON
    with database.begin() as session:
        assert scene.attendance(session, visit).status == AttendanceStatus.AWAITED

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whom to ask until when, and what an answer does: the tables of messaging.md §2 and §3, row by row."""

from __future__ import annotations

import datetime as dt
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import Range

from config.policy import load_policy
from dispatch.offers.decisions import Reply, Settled, settle
from dispatch.outbox.asking import Asking, Way, at_first_light, how_to_ask
from dispatch.outbox.choosing import Person, whom_to_ask
from dispatch.outbox.hours import add_awake, add_working_days, awake, is_quiet, is_working_day
from dispatch.records.statuses import OfferStatus

ROME = ZoneInfo("Europe/Rome")
POLICY = load_policy().offers


def rome(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ROME).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("now", "start", "way", "people", "reply_by"),
    [
        ("2026-11-24T10:00", "2026-12-30T10:00", Way.CASCADE, 1, "2026-11-30T10:00"),  # > 20 working days: 4 of them
        ("2026-11-24T10:00", "2026-12-22T10:00", Way.CASCADE, 1, "2026-11-26T10:00"),  # the boundary is the shorter row
        ("2026-11-24T10:00", "2026-12-09T10:15", Way.CASCADE, 1, "2026-11-26T10:00"),  # 10 to 20: 2 of them
        ("2026-11-24T10:00", "2026-12-09T10:00", Way.CASCADE, 1, "2026-11-25T15:00"),  # exactly 10, 8 December is none
        ("2026-11-24T10:00", "2026-12-04T10:00", Way.CASCADE, 1, "2026-11-25T15:00"),
        ("2026-11-27T10:00", "2026-12-04T10:00", Way.CASCADE, 1, "2026-11-30T15:00"),  # Friday: by Monday 15:00
        ("2026-11-24T10:00", "2026-11-26T10:00", Way.BATCH, 3, "2026-11-24T12:00"),
        ("2026-11-27T10:00", "2026-12-01T09:00", Way.BATCH, 3, "2026-11-27T12:00"),  # over the weekend
        ("2026-11-24T20:00", "2026-11-26T09:00", Way.BATCH, 3, "2026-11-25T08:30"),  # an hour today, an hour tomorrow
        ("2026-11-24T10:00", "2026-11-25T10:00", Way.ALL, 12, "2026-11-24T10:30"),
        ("2026-11-24T22:00", "2026-11-25T14:00", Way.ALL, 12, "2026-11-25T08:00"),
        ("2026-11-24T10:00", "2026-11-24T12:00", Way.URGENT, 12, "2026-11-24T10:10"),
        ("2026-11-24T10:00", "2026-11-24T10:05", Way.URGENT, 12, "2026-11-24T10:05"),
        ("2026-11-24T23:00", "2026-11-25T00:30", Way.URGENT, 12, "2026-11-24T23:10"),  # urgent is asked at night too
    ],
)
def test_the_policy_table(now: str, start: str, way: Way, people: int, reply_by: str) -> None:
    """Each row of the table, its boundary, and what nights, weekends and holidays make of it."""
    asking = how_to_ask(rome(now), rome(start), POLICY)
    assert asking is not None
    assert (asking.way, asking.people) == (way, people)
    assert asking.reply_by == rome(reply_by)


def test_an_early_start_is_asked_by_night_of_those_who_allow_it() -> None:
    """Waiting until 7:30 would end less than an hour before the start: it leaves now, and the coordinator is told."""
    now, start = rome("2026-11-24T22:00"), rome("2026-11-25T08:15")
    asking = how_to_ask(now, start, POLICY)
    assert asking is not None
    assert asking.only_night_owls
    assert asking.tell_coordinator
    assert (asking.send_at, asking.reply_by) == (now, now + dt.timedelta(minutes=30))
    fallback = at_first_light(start, now, POLICY)
    assert (fallback.way, fallback.send_at) == (Way.URGENT, rome("2026-11-25T06:15"))
    assert fallback.reply_by == rome("2026-11-25T07:40")  # ten minutes, once people are awake


def test_at_first_light_nobody_is_waited_for_beyond_the_start() -> None:
    """A visit at 7:35 leaves five minutes of the day, one in the dead of night its own start."""
    now = rome("2026-11-24T22:00")
    for start, reply_by in (("2026-11-25T07:35", "2026-11-25T07:35"), ("2026-11-25T03:00", "2026-11-25T03:00")):
        assert at_first_light(rome(start), now, POLICY).reply_by == rome(reply_by)


def test_what_has_begun_is_not_asked_about() -> None:
    """A start in the past has no line in the table."""
    assert how_to_ask(rome("2026-11-24T10:00"), rome("2026-11-24T10:00"), POLICY) is None


@pytest.mark.parametrize("day", ["2026-08-26", "2026-12-08", "2026-12-25", "2027-03-29", "2026-11-28"])
def test_holidays_the_patron_and_weekends_are_no_working_days(day: str) -> None:
    """Sant'Alessandro, the Immaculate, Christmas, Easter Monday, a Saturday."""
    assert not is_working_day(dt.date.fromisoformat(day), POLICY)


NIGHTS = (rome("2026-10-24T12:00"), rome("2027-03-27T12:00"))  # noon before each change of the clocks
MINUTES = st.integers(0, 3 * 24 * 60)
INSTANTS = st.builds(lambda day, minute: day + dt.timedelta(minutes=minute), st.sampled_from(NIGHTS), MINUTES)


@settings(max_examples=400, deadline=None)
@given(now=INSTANTS, lead=st.integers(1, 45 * 24 * 60))
def test_no_question_leaves_in_quiet_hours_and_every_deadline_is_before_the_start(now: dt.datetime, lead: int) -> None:
    """Over both nights on which the clocks change, for every lead time up to 45 days."""
    start = now + dt.timedelta(minutes=lead)
    asking = how_to_ask(now, start, POLICY)
    assert asking is not None
    assert now <= asking.send_at < asking.reply_by <= start
    excepted = asking.way is Way.URGENT or asking.only_night_owls
    assert excepted or not is_quiet(asking.send_at, POLICY)
    assert excepted or asking.tell_coordinator or start - asking.reply_by >= dt.timedelta(hours=1)


@settings(max_examples=300, deadline=None)
@given(instant=INSTANTS, minutes=st.integers(0, 2000))
def test_awake_time_is_counted_minute_by_minute(instant: dt.datetime, minutes: int) -> None:
    """The twin of `add_awake`: walk minute by minute and count those outside quiet hours."""
    end = add_awake(instant, dt.timedelta(minutes=minutes), POLICY)
    walked, at = 0, awake(instant, POLICY)
    while at < end:
        walked += not is_quiet(at, POLICY)
        at += dt.timedelta(minutes=1)
    assert walked == minutes


@given(instant=INSTANTS, days=st.integers(1, 12))
def test_a_working_day_later_has_the_same_wall_time(instant: dt.datetime, days: int) -> None:
    """Elapsed hours differ on the nights of the change; the wall time does not, outside the hour that is not there."""
    local, later = instant.astimezone(ROME), add_working_days(instant, days, POLICY).astimezone(ROME)
    assert is_working_day(later.date(), POLICY)
    assert (local.hour, local.minute) == (later.hour, later.minute) or local.hour == 2


IN_TIME, LATE = rome("2026-11-24T15:00"), rome("2026-11-24T17:00")
REPLY_BY = rome("2026-11-24T16:00")
ENDED_YES = {
    OfferStatus.EXPIRED: (Settled.BOOK, Settled.COVERED),
    OfferStatus.WITHDRAWN: (Settled.BOOK, Settled.COVERED),
    OfferStatus.COVERED: (Settled.BOOK, Settled.COVERED),
    OfferStatus.DECLINED: (Settled.BOOK, Settled.PERSON),
    OfferStatus.ACCEPTED: (Settled.NOTHING, Settled.NOTHING),
    OfferStatus.WAITING: (Settled.BOOK, Settled.COVERED),
    OfferStatus.QUEUED: (Settled.BOOK, Settled.COVERED),
}
ON_NO = {
    OfferStatus.WAITING: Settled.DECLINE,
    OfferStatus.QUEUED: Settled.DECLINE,
    OfferStatus.ACCEPTED: Settled.PERSON,
}


@pytest.mark.parametrize(("status", "now", "slot_open"), list(product(OfferStatus, (IN_TIME, LATE), (True, False))))
def test_the_whole_matrix_of_answers(status: OfferStatus, now: dt.datetime, slot_open: bool) -> None:
    """A3: every status × yes, no, unclear × in time, late × slot open, taken."""
    free, taken = ENDED_YES[status]
    assert settle(status, REPLY_BY, Reply.YES, now, slot_open=slot_open) is (free if slot_open else taken)
    assert settle(status, REPLY_BY, Reply.NO, now, slot_open=slot_open) is ON_NO.get(status, Settled.NOTHING)
    assert settle(status, REPLY_BY, Reply.UNCLEAR, now, slot_open=slot_open) is Settled.PERSON


HOUR = Range(rome("2026-11-30T09:00"), rome("2026-11-30T10:00"))


def test_who_is_asked() -> None:
    """A cascade asks the planner's choice only; a batch skips blocked phones and who has enough questions open."""
    people = [
        Person(1, HOUR, open_overlaps=5),
        Person(2, HOUR, blocked=True),
        Person(3, HOUR, open_overlaps=2),
        Person(4, HOUR, open_overlaps=1),
        Person(5, HOUR),
        Person(6, HOUR),
    ]
    batch = Asking(Way.BATCH, 3, IN_TIME, REPLY_BY)
    assert [person.mediator_id for person in whom_to_ask(batch, people, POLICY)] == [1, 4, 5]
    cascade = Asking(Way.CASCADE, 1, IN_TIME, REPLY_BY)
    assert [person.mediator_id for person in whom_to_ask(cascade, people, POLICY)] == [1]
    assert whom_to_ask(cascade, [Person(2, HOUR, blocked=True), people[4]], POLICY) == []
    night = Asking(Way.ALL, 12, IN_TIME, REPLY_BY, only_night_owls=True)
    assert whom_to_ask(night, [*people, Person(7, HOUR, night_owl=True)], POLICY) == [Person(7, HOUR, night_owl=True)]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""OCCUPATO and LIBERO by SMS: her absences and extra shifts afterwards, what she is told, and what becomes of her visits."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.kit import running
from dispatch.kit.clock import at_home
from dispatch.kit.session import Database
from dispatch.mediators import jobs, taking
from dispatch.offers.declining import decline_busy
from dispatch.records import Absence, Assignment, ExtraShift, Inbound, Mediator, Message, Notice, Offer, Slot
from dispatch.records.access import AuditEntry
from dispatch.records.statuses import AssignmentStatus, InboundStatus, OfferStatus, SlotStatus
from dispatch.roster.own_time import instants_of
from dispatch.roster.week import Week, read_mediators
from notifications.replies.shifts import Span
from tests import make
from tests.dispatch.offers import scene

MONDAY = scene.MONDAY_MORNING  # 23 November, 9:00 in Italy
NUMBERS = count(1)


@pytest.fixture
def phone(database: Database) -> str:
    """A mediator who works 8:00-19:00 on working days."""
    with database.begin() as session:
        return make.mediator(session).phone


def says(
    database: Database, phone: str, words: str, now: dt.datetime = MONDAY, *, sid: str = ""
) -> InboundStatus | None:
    """She writes; the offers stage reads it, and this one takes what is handed over."""
    first = scene.says(database, phone, words, now, sid=sid or f"SH{next(NUMBERS)}")
    if first != InboundStatus.HANDED_OVER:
        return first
    with database.begin() as session:
        inbound_id = session.scalars(select(Inbound.id).order_by(Inbound.id.desc()).limit(1)).one()
        return taking.take(session, inbound_id, now)


def at(database: Database, instant: dt.datetime) -> None:
    with database.begin() as session:
        scene.set_time(session, instant)


def shown(session: Session, model: type[Absence] | type[ExtraShift]) -> list[str]:
    """Each row on the wall clock: "24/11 9:00 - 24/11 13:00"."""
    times = session.scalars(select(model.during).order_by(func.lower(model.during))).all()
    return [f"{_wall(during.lower)} - {_wall(during.upper)}" for during in times]


def _wall(instant: dt.datetime | None) -> str:
    assert instant is not None
    local = at_home(instant)
    return f"{local.day}/{local.month} {local.hour}:{local:%M}"


def last(database: Database) -> tuple[str, str]:
    with database.begin() as session:
        row = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        return row.kind, row.body


@pytest.mark.parametrize(
    ("words", "absence", "said"),
    [
        ("OCCUPATO mar 9-13", "24/11 9:00 - 24/11 13:00", "mar 24/11 9:00-13:00"),
        ("OCCUPATO domani", "24/11 0:00 - 25/11 0:00", "mar 24/11."),
        ("OCCUPATO dal 24/11 al 28/11", "24/11 0:00 - 29/11 0:00", "mar 24/11 - sab 28/11"),
        ("OCCUPATO domani pomeriggio", "24/11 13:00 - 24/11 18:00", "mar 24/11 13:00-18:00"),
    ],
)
def test_busy_is_an_absence(database: Database, phone: str, words: str, absence: str, said: str) -> None:
    """Noted at once, said back with the date that was understood, and written into the audit with its SMS."""
    assert says(database, phone, words) == InboundStatus.SETTLED
    with database.begin() as session:
        assert shown(session, Absence) == [absence]
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "say_busy")).all()
        assert entry.actor == f"sms {session.scalars(select(Inbound.id)).one()}"
    kind, body = last(database)
    assert (kind, said in body) == ("busy_noted", True), body


def test_said_twice_or_more_widely_it_is_one_absence(database: Database, phone: str) -> None:
    """The same SMS delivered twice, the same words again, and a longer time: one row, without holes or overlaps."""
    for words, sid in (("OCCUPATO mar 9-13", "a"), ("OCCUPATO mar 9-13", "a"), ("OCCUPATO mar 10-12", ""),
                       ("OCCUPATO mar 12-15", ""), ("OCCUPATO mar 15-16", "")):  # fmt: skip
        says(database, phone, words, sid=sid)
    with database.begin() as session:
        assert shown(session, Absence) == ["24/11 9:00 - 24/11 16:00"]
        assert len(scene.texts(session, "busy_noted")) == 4


def test_free_is_cut_out_of_an_absence(database: Database, phone: str) -> None:
    """Away all week but Wednesday morning; nothing is offered beside the hours that her week has anyway."""
    says(database, phone, "OCCUPATO lun-ven", MONDAY - dt.timedelta(days=1))
    assert says(database, phone, "LIBERO mer 9-12") == InboundStatus.SETTLED
    with database.begin() as session:
        assert shown(session, Absence) == ["23/11 0:00 - 25/11 9:00", "25/11 12:00 - 28/11 0:00"]
        assert shown(session, ExtraShift) == []
    assert last(database)[0] == "free_noted"
    says(database, phone, "LIBERO dal 23/11 al 27/11")
    with database.begin() as session:
        assert shown(session, Absence) == []


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        ("LIBERO sab 9-12", ["28/11 9:00 - 28/11 12:00"]),
        ("LIBERO sab", ["28/11 8:00 - 28/11 22:00"]),
        ("LIBERO mar 17-21", ["24/11 19:00 - 24/11 21:00"]),
        ("LIBERO mar 9-12", []),
        ("LIBERO mar", []),
        ("LIBERO dal 27/11 al 29/11", ["28/11 8:00 - 28/11 22:00", "29/11 8:00 - 29/11 22:00"]),
    ],
)
def test_free_beside_her_week_is_an_extra_shift(database: Database, phone: str, words: str, extra: list[str]) -> None:
    """Only what her pattern does not have is added, once, and the planner sees it."""
    for _ in range(2):
        assert says(database, phone, words) == InboundStatus.SETTLED
    with database.begin() as session:
        assert shown(session, ExtraShift) == extra


def test_the_planner_sees_what_she_said(database: Database, phone: str) -> None:
    """Tuesday morning is gone from her shifts, Saturday is there."""
    says(database, phone, "OCCUPATO mar 9-13")
    says(database, phone, "LIBERO sab 9-12")
    with database.begin() as session:
        [her] = read_mediators(session, Week(dt.date(2026, 11, 23), 7))
    day = 1440
    assert {(day + 480, day + 540), (day + 780, day + 1140), (5 * day + 540, 5 * day + 720)} <= set(her.shifts)


@pytest.mark.parametrize("words", ["OCCUPATO mar 13-9", "OCCUPATO", "LIBERO 9-13", "LIBERO dal 24/11 al 28/12/2027"])
def test_what_would_be_a_guess_is_asked_back(database: Database, phone: str, words: str) -> None:
    """Nothing is noted, and she gets an example."""
    assert says(database, phone, words) == InboundStatus.ANSWERED
    kind, body = last(database)
    assert (kind, "OCCUPATO mar 9-13" in body) == ("ask_shift", True)
    with database.begin() as session:
        assert shown(session, Absence) == shown(session, ExtraShift) == []


def test_a_bare_word_while_a_question_is_open_is_asked_about_it(database: Database) -> None:
    """It may be her answer: she is asked with the code, and nothing is settled."""
    [offer_id] = scene.asked(database)
    with database.begin() as session:
        phone = session.scalars(select(Mediator.phone)).one()
    assert says(database, phone, "occupata") == InboundStatus.ANSWERED
    assert last(database)[0] == "ask_code"
    with database.begin() as session:
        assert session.get_one(Offer, offer_id).status == OfferStatus.WAITING


def test_her_open_question_in_that_time_is_a_no(database: Database) -> None:
    """Declined for her and looked for elsewhere; a question on another day still waits."""
    [offer_id] = scene.asked(database)  # Wednesday 2 December, 10:00
    with database.begin() as session:
        phone = session.scalars(select(Mediator.phone)).one()
    assert says(database, phone, "OCCUPATO 3/12") == InboundStatus.SETTLED
    declined(database, dt.date(2026, 12, 3))
    with database.begin() as session:
        assert session.get_one(Offer, offer_id).status == OfferStatus.WAITING
    says(database, phone, "OCCUPATO 2/12 9-13")
    declined(database, dt.date(2026, 12, 2))
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        assert (offer.status, offer.settled_by) == (OfferStatus.DECLINED, "busy")
        assert session.get_one(Slot, offer.slot_id).status == SlotStatus.OPEN
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.WITHDRAWN]


def declined(database: Database, day: dt.date) -> None:
    """The job that the absence queued."""
    with database.begin() as session:
        her = session.scalars(select(Mediator.id)).one()
        decline_busy(session, scene.office(), her, instants_of(Span(day, day, 0, 1440)), MONDAY)


def test_what_the_plan_holds_for_her_unasked_is_freed(database: Database) -> None:
    """Published, and no SMS has left: the assignment ends and its slot is looked at again."""
    with database.begin() as session:
        scene.publish(session, scene.slot(session), [make.mediator(session)])
        phone = session.scalars(select(Mediator.phone)).one()
    says(database, phone, "OCCUPATO 2/12")
    declined(database, dt.date(2026, 12, 2))
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.WITHDRAWN]
        slot = session.scalars(select(Slot)).one()
        assert (slot.status, slot.replan_due is not None) == (SlotStatus.OPEN, True)


def test_what_she_said_yes_to_stays_hers(database: Database) -> None:
    """The answer lists it with its code, a coordinator is told, and ANNULLA gives it up."""
    [offer_id] = scene.asked(database)
    with database.begin() as session:
        phone, code = session.scalars(select(Mediator.phone)).one(), session.get_one(Offer, offer_id).code
    says(database, phone, "SI")
    assert says(database, phone, "OCCUPATO 2/12") == InboundStatus.SETTLED
    declined(database, dt.date(2026, 12, 2))
    kind, body = last(database)
    assert (kind, str(code) in body, "ANNULLA" in body) == ("busy_noted", True, True), body
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.BOOKED]
        [notice] = session.scalars(select(Notice).where(Notice.kind == "busy_booked")).all()
        assert notice.values["visits"] == 1
    assert says(database, phone, f"ANNULLA {code}") == InboundStatus.SETTLED
    with database.begin() as session:
        assert session.scalars(select(Assignment.status)).all() == [AssignmentStatus.WITHDRAWN]


def test_who_has_left_is_read_by_a_person(database: Database, phone: str) -> None:
    with database.begin() as session:
        session.scalars(select(Mediator)).one().active = False
    assert says(database, phone, "LIBERO sab") == InboundStatus.PERSON
    with database.begin() as session:
        assert shown(session, ExtraShift) == []


def test_the_day_counts_from_when_she_wrote(database: Database, phone: str) -> None:
    """Read two days late, "domani" is still the day after her message."""
    scene.says(database, phone, "OCCUPATO domani", MONDAY)
    with database.begin() as session:
        taking.take(session, session.scalars(select(Inbound.id)).one(), MONDAY + dt.timedelta(days=2))
        assert shown(session, Absence) == ["24/11 0:00 - 25/11 0:00"]


@pytest.mark.parametrize(("words", "hours"), [("OCCUPATO 28/3/2027", 23), ("OCCUPATO 31/10/2027", 25)])
def test_a_whole_day_is_whole_on_both_dst_nights(database: Database, phone: str, words: str, hours: int) -> None:
    """From midnight to midnight as the clocks show it."""
    says(database, phone, words)
    with database.begin() as session:
        during = session.scalars(select(Absence)).one().during
        assert during.lower is not None
        assert during.upper == during.lower + dt.timedelta(hours=hours)


def test_a_lost_job_is_made_up_for(database: Database, phone: str) -> None:
    """Handed over and forgotten: the tick takes it; one that cannot be taken goes to a person after a while."""
    running.start(make.installation(database))
    try:
        at(database, MONDAY)
        scene.says(database, phone, "OCCUPATO mar 9-13", MONDAY)
        jobs.take_left()
        jobs.take_left()
        with database.begin() as session:
            assert shown(session, Absence) == ["24/11 9:00 - 24/11 13:00"]
            assert len(scene.texts(session, "busy_noted")) == 1
        scene.says(database, phone, "OCCUPATO mer", MONDAY)
        with database.begin() as session:
            broken = session.scalars(select(Inbound).order_by(Inbound.id.desc()).limit(1)).one()
            broken.reading = {"kind": "shift"}
        at(database, MONDAY + jobs.HOPELESS_AFTER)
        with pytest.raises(KeyError):
            jobs.take_left()
        with database.begin() as session:
            assert session.scalars(select(Inbound.status).order_by(Inbound.id.desc()).limit(1)).one() == "person"
    finally:
        running._current.clear()

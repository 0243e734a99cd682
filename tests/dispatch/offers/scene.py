# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small stage for the tests of offers: an office with a fixed chance, and slots published to mediators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.policy import load_policy
from dispatch.kit import clock
from dispatch.kit.session import Database
from dispatch.offers import queries, reading, sending
from dispatch.offers.inbound import store
from dispatch.offers.make import offer_assignment
from dispatch.offers.office import Office
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Message, Offer
from dispatch.records.planning import Assignment, Candidate, PlanningRun
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AssignmentStatus, InboundStatus, PlanningRunStatus, RunKind, SlotStatus
from notifications.providers.port import InboundSms
from notifications.providers.recording import Recording
from tests import make

MONDAY_MORNING = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)  # 9:00 in Italy
CHANCE = Random(7)  # one for a whole run, as the installation has one
WIRE = Recording()  # one too, since a carrier gives no id twice
READING_JOBS = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'offers.read'")
NEXT_WEEK = dt.datetime(2026, 12, 2, 9, 0, tzinfo=dt.UTC)  # a Wednesday, 10:00 in Italy: the cascade applies


def office(**changes: object) -> Office:
    policy = load_policy()
    whole: dict[str, object] = {
        "offers": policy.offers,
        "sms": policy.sms,
        "rng": CHANCE,
        "secret": b"test",
        "link_host": "ponte.example",
        "base_url": "https://ponte.example",
    }
    return Office(**(whole | changes))  # type: ignore[arg-type]  # the keys are those of Office


def set_time(session: Session, instant: dt.datetime) -> None:
    clock.set_virtual(session, instant)


def slot(session: Session, start: dt.datetime = NEXT_WEEK, *, minutes: int = 60, place_id: int | None = None) -> Slot:
    """One slot for Arabic at a school, asked for at exactly this start."""
    make.languages(session, "ar")
    desk = make.desk(session)
    request = make.kept(
        session,
        Request(
            code=f"R-{desk.id}",
            desk_id=desk.id,
            kind="mediation",
            priority="routine",
            body={},
            created_at=MONDAY_MORNING,
            changed_at=MONDAY_MORNING,
        ),
    )
    appointment = make.kept(
        session,
        Appointment(
            request_id=request.id,
            number=1,
            kind="mediation",
            mode="onsite",
            place_id=place_id or desk.place_id,
            duration=minutes,
            windows=[[start.isoformat(), start.isoformat()]],
            first_start=start,
            last_start=start,
        ),
    )
    needs = {"languages": {"ar": 2}, "any_language": False, "skills": [], "gender": None, "only": None, "wishes": {}}
    return make.kept(
        session,
        Slot(appointment_id=appointment.id, number=1, needs=needs, value=500, changed_at=MONDAY_MORNING),
    )


def more_slots(session: Session, like: Slot, starts: Sequence[dt.datetime]) -> list[Slot]:
    """Slots of the same request, as that one is, at these starts; in few statements however many."""
    first = like.appointment
    appointments = [
        Appointment(
            request_id=first.request_id,
            number=number,
            kind=first.kind,
            mode=first.mode,
            place_id=first.place_id,
            duration=first.duration,
            windows=[[start.isoformat(), start.isoformat()]],
            first_start=start,
            last_start=start,
        )
        for number, start in enumerate(starts, start=2)
    ]
    session.add_all(appointments)
    session.flush()
    slots = [
        Slot(appointment_id=row.id, number=1, needs=like.needs, value=like.value, changed_at=like.changed_at)
        for row in appointments
    ]
    session.add_all(slots)
    session.flush()
    return slots


def publish(
    session: Session, wanted: Slot, people: Sequence[Mediator], start: dt.datetime = NEXT_WEEK, *, minutes: int = 60
) -> Assignment:
    """What planning leaves: a published assignment of the first, and all of them ranked as candidates."""
    run = make.kept(
        session,
        PlanningRun(
            kind=RunKind.WEEK,
            status=PlanningRunStatus.PUBLISHED,
            week_start=start.date(),
            days=7,
            seconds=1,
            asked_at=MONDAY_MORNING,
        ),
    )
    for rank, person in enumerate(people, start=1):
        session.add(
            Candidate(
                run_id=run.id, slot_id=wanted.id, mediator_id=person.id, rank=rank, loss=rank, start=start, reasons=[]
            )
        )
    wanted.status = SlotStatus.OFFERED
    return make.kept(
        session,
        Assignment(
            slot_id=wanted.id,
            mediator_id=people[0].id,
            during=Range(start, start + dt.timedelta(minutes=minutes)),
            status=AssignmentStatus.PUBLISHED,
            run_id=run.id,
            changed_at=MONDAY_MORNING,
        ),
    )


def ask_all(database: Database, with_office: Office, now: dt.datetime = MONDAY_MORNING) -> None:
    """Turn every published assignment into offers, as the job does."""
    with database.begin() as session:
        set_time(session, now)
        waiting = queries.unoffered_assignments(session)
    for assignment_id in waiting:
        with database.begin() as session:
            offer_assignment(session, with_office, assignment_id, now)


def send_all(database: Database, with_office: Office, provider: Recording | None = None) -> Recording:
    provider = provider or WIRE
    sending.drain(database, with_office, provider)
    return provider


def asked(
    database: Database, people: int = 1, *, start: dt.datetime = NEXT_WEEK, now: dt.datetime = MONDAY_MORNING
) -> list[int]:
    """One slot, offered to this many mediators and sent: the ids of the offers, best candidate first."""
    with_office = office()
    with database.begin() as session:
        mediators = [make.mediator(session) for _ in range(people)]
        publish(session, slot(session, start), mediators, start)
    ask_all(database, with_office, now)
    send_all(database, with_office)
    with database.begin() as session:
        return list(session.scalars(select(Offer.id).order_by(Offer.id)))


def says(database: Database, phone: str, words: str, now: dt.datetime, *, sid: str = "") -> InboundStatus | None:
    """A reply comes in and is read."""
    sms = InboundSms(sid=sid or f"IN{phone}{words}{now}", from_phone=phone, to_phone="+393399900000", body=words)
    with database.begin() as session:
        inbound_id = store(session, "recording", sms, now)
    if inbound_id is None:
        return None
    with database.begin() as session:
        return reading.read_inbound(session, office(), inbound_id, now)


def texts(session: Session, kind: str) -> list[str]:
    """The bodies of all messages of this kind, the oldest first."""
    return list(session.scalars(select(Message.body).where(Message.kind == kind).order_by(Message.id)))

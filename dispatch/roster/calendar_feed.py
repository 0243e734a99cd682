# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's visits as dates of a calendar: what stands, what waits for her yes, and what fell away.

The file names services, places and languages, as her agenda does, and no person: no contact, no note, no case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, joinedload

from dispatch.kit.calendar_file import Date, Standing
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Message, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AssignmentStatus, Mode
from dispatch.web.choices import kind_word, mode_word
from dispatch.web.register_words import language_word
from notifications.message import MessageKind

KEPT = dt.timedelta(days=60)  # what is over stays in her calendar this long
STANDS = (AssignmentStatus.BOOKED, AssignmentStatus.DONE)
FELL_AWAY = (AssignmentStatus.WITHDRAWN, AssignmentStatus.SUPERSEDED)
# Only who had said yes to a visit was ever told one of these about it.
TOLD_AS_HERS = (
    MessageKind.CONFIRMED,
    MessageKind.MOVED,
    MessageKind.CANCELLED,
    MessageKind.RELEASED,
    MessageKind.REASSIGNED,
)


def her_dates(session: Session, her: Mediator, now: dt.datetime) -> tuple[Date, ...]:
    """What stands, what waits for her yes to a new time, and what fell away, each slot once."""
    newest: dict[int, Assignment] = {}
    for row in _hers(session, her.id, now - KEPT):
        before = newest.get(row.slot_id)
        if before is None or (row.status in FELL_AWAY) <= (before.status in FELL_AWAY):
            newest[row.slot_id] = row
    return tuple(_date(row) for row in newest.values())


def _hers(session: Session, mediator_id: int, since: dt.datetime) -> Sequence[Assignment]:
    """Her assignments in the order in which they changed."""
    slot = joinedload(Assignment.slot).joinedload(Slot.appointment)
    query = (
        select(Assignment)
        .where(Assignment.mediator_id == mediator_id, func.upper(Assignment.during) >= since, _was_hers())
        .options(
            slot.joinedload(Appointment.request).joinedload(Request.desk),
            slot.joinedload(Appointment.place),
        )
        .order_by(Assignment.changed_at, Assignment.id)
    )
    return session.scalars(query).all()


def _was_hers() -> ColumnElement[bool]:
    """She said yes to it: a question that she never answered is not a date of hers."""
    told = exists().where(
        Offer.slot_id == Assignment.slot_id,
        Offer.mediator_id == Assignment.mediator_id,
        Message.offer_id == Offer.id,
        Message.kind.in_(TOLD_AS_HERS),
    )
    moved = and_(Assignment.status == AssignmentStatus.PUBLISHED, Assignment.agreed.is_not(None))
    return Assignment.status.in_(STANDS) | moved | (Assignment.status.in_(FELL_AWAY) & told)


def _date(row: Assignment) -> Date:
    appointment = row.slot.appointment
    assert row.during.lower is not None
    assert row.during.upper is not None
    fell_away = row.status in FELL_AWAY
    standing = Standing.CONFIRMED if row.status in STANDS else Standing.TENTATIVE
    place = appointment.place if appointment.mode == Mode.ONSITE else None
    where = mode_word(appointment.mode) if place is None else f"{place.address}, {place.comune.name}".lstrip(", ")
    return Date(
        name=f"slot-{row.slot_id}",
        start=row.during.lower,
        end=row.during.upper,
        changed=row.changed_at,
        # What is not hers any more says no more than that: she may have no business there.
        title="Ponte" if fell_away else f"Ponte: {appointment.request.desk.name}",
        place="" if fell_away else where,
        about="" if fell_away else ", ".join((kind_word(appointment.kind), *_languages(row.slot.needs))),
        standing=Standing.CANCELLED if fell_away else standing,
    )


def _languages(needs: dict[str, object]) -> Iterable[str]:
    asked = needs.get("languages")
    return [language_word(code) for code in sorted(asked)] if isinstance(asked, dict) else []

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a mediator's visits when she is away or leaves: refused with the visits shown, released, or kept.

Released: her assignments end and the slots open in this transaction, so a repair looks for somebody else. The offers
belong to their own stage: its job ``offers.tell_released``, queued in the same transaction, ends them and tells people.
Locks are taken in the order of the house: mediator → appointment → slot → assignment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.access.audit import record
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import local_midnight
from dispatch.kit.locks import lock_mediators
from dispatch.kit.queue import enqueue
from dispatch.records.intake import Appointment, Slot
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AppointmentStatus, AssignmentStatus, SlotStatus
from dispatch.roster import queries
from dispatch.roster.queries import VisitAhead
from dispatch.web import moments
from dispatch.web.i18n import gettext as _
from dispatch.web.status_words import status_word

TAKEN = (SlotStatus.OPEN, SlotStatus.OFFERED, SlotStatus.BOOKED)


class Visits(StrEnum):
    """What is chosen for visits that stand in the way. ``refuse`` is no choice yet: they are shown."""

    REFUSE = "refuse"
    RELEASE = "release"
    KEEP = "keep"


class VisitsInTheWay(NotUnderstood):
    """She has visits in this time; ``visits`` are the rows to show, and somebody must choose what becomes of them."""

    def __init__(self, detail: str, visits: list[VisitAhead]) -> None:
        remedy = _("Release them, and Ponte looks for others; or keep them.")
        super().__init__(
            detail, fields=tuple(FieldProblem("visits", _line(one), one.request, remedy) for one in visits)
        )
        self.visits = visits


def make_room(
    session: Session, mediator: Mediator, during: Range[dt.datetime], choice: Visits, actor: str, now: dt.datetime
) -> list[VisitAhead]:
    """Do what was chosen with her visits in this time; those that were released. What has begun stays as it is."""
    ahead = _ahead(session, mediator, during, now)
    if choice is Visits.KEEP:
        return []
    if choice is Visits.REFUSE and ahead:
        detail = _("%(name)s has visits in this time.") % {"name": mediator.name}
        raise VisitsInTheWay(detail, ahead)
    release(session, mediator, ahead, during, actor, now)
    return ahead


def let_go(
    session: Session, mediator: Mediator, choice: Visits, until: dt.date | None, actor: str, now: dt.datetime
) -> list[VisitAhead]:
    """What becomes of everything ahead of her when she leaves; those that were released.

    Kept are visits she said yes to (up to the end of ``until`` where it is given); what she is only being asked about
    is always taken back.
    """
    for_ever: Range[dt.datetime] = Range(now, None)
    ahead = _ahead(session, mediator, for_ever, now)
    if choice is Visits.REFUSE and ahead:
        detail = _("%(name)s still has visits ahead.") % {"name": mediator.name}
        raise VisitsInTheWay(detail, ahead)
    last = None if until is None else local_midnight(until + dt.timedelta(days=1))
    gone = [one for one in ahead if not (choice is Visits.KEEP and _stays(one, last))]
    release(session, mediator, gone, for_ever, actor, now)
    return gone


def release(
    session: Session,
    mediator: Mediator,
    visits: list[VisitAhead],
    during: Range[dt.datetime],
    actor: str,
    now: dt.datetime,
) -> None:
    """End these visits of hers, and take back what she is asked about in this time."""
    asked = queries.slots_asked(session, mediator.id, during)
    slot_ids = sorted({visit.slot_id for visit in visits} | asked)
    appointments = queries.lock_appointments(session, slot_ids)
    slots = queries.lock_slots(session, slot_ids)
    others = queries.slots_with_open_offers(session, slot_ids, apart_from=mediator.id)
    chosen = {visit.assignment_id for visit in visits}
    ended = {row.slot_id: row for row in queries.lock_live(session, mediator.id, slot_ids) if row.id in chosen}
    for row in ended.values():
        row.status, row.changed_at = AssignmentStatus.WITHDRAWN, now
        row.evening_due = row.hours_due = row.outcome_due = None
    for slot in slots:
        if slot.id in ended:
            _open_again(slot, slot.id in others, now)
    _unconfirm(appointments, slots)
    for slot_id in slot_ids:
        enqueue(session, "offers.tell_released", mediator_id=mediator.id, slot_id=slot_id)
    if ended:
        record(session, now, actor, "release_visits", "mediator", mediator.code, visits=len(ended))


def _open_again(slot: Slot, others_are_asked: bool, now: dt.datetime) -> None:
    if slot.status not in TAKEN:
        return  # cancelled meanwhile
    if not others_are_asked:
        slot.status, slot.replan_due = SlotStatus.OPEN, now
    slot.changed_at = now


def _unconfirm(appointments: Sequence[Appointment], slots: Sequence[Slot]) -> None:
    """An appointment with an open slot waits for somebody again."""
    waiting = {slot.appointment_id for slot in slots if slot.status == SlotStatus.OPEN}
    for appointment in appointments:
        if appointment.id in waiting and appointment.status == AppointmentStatus.CONFIRMED:
            appointment.status = AppointmentStatus.OPEN


def _ahead(session: Session, mediator: Mediator, during: Range[dt.datetime], now: dt.datetime) -> list[VisitAhead]:
    """Her visits in this time that have not begun; nobody can book her meanwhile."""
    lock_mediators(session, [mediator.id])
    return [one for one in queries.visits_ahead(session, mediator.id, during) if _begin(one) > now]


def _stays(visit: VisitAhead, last: dt.datetime | None) -> bool:
    return visit.status == AssignmentStatus.BOOKED and (last is None or _begin(visit) < last)


def _begin(visit: VisitAhead) -> dt.datetime:
    assert visit.during.lower is not None
    return visit.during.lower


def _line(visit: VisitAhead) -> str:
    """One visit as a coordinator recognises it."""
    assert visit.during.lower is not None
    assert visit.during.upper is not None
    when = f"{moments.short_day(visit.during.lower)}, {moments.span(visit.during.lower, visit.during.upper)}"
    return f"{when}, {visit.desk} ({_(status_word('assignment', visit.status).label)})"

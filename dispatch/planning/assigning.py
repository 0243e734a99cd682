# SPDX-License-Identifier: AGPL-3.0-or-later
"""A coordinator gives a slot to somebody of her choice: asked by SMS, or booked at once because she agreed on the phone.

Whoever had it is freed in the same transaction. Her day is audited like every booking's: a rule that keeps people safe
and visits possible holds whatever is wished; one that only spares her may be set aside, by name and in the audit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from dispatch.access.audit import record
from dispatch.access.visitor import Visitor
from dispatch.appointments.lost_time import weigh_lost_time
from dispatch.errors import Conflict, FieldProblem, NotUnderstood
from dispatch.kit.locks import lock_mediators
from dispatch.kit.policy import policy_in_force
from dispatch.kit.queue import enqueue
from dispatch.outbox.due import NOTHING_DUE, dues_of_booking
from dispatch.planning.queries import live_by_slot, lock_appointments_of, open_asking, open_or_accepted
from dispatch.planning.words import rule_words
from dispatch.records.intake import Slot
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AppointmentStatus, AskingEnd, AssignmentStatus, SlotStatus
from dispatch.roster.day import day_refusals
from dispatch.roster.page_queries import seen_by
from dispatch.web.i18n import gettext as _

# They spare her, and she may come all the same. Everything else makes the visit impossible or wrong; rest is the law's.
MAY_BE_SET_ASIDE = frozenset({"shift", "max_day", "max_week", "distance", "ambito"})

NOBODY = 0  # stands where an assignment's id would, and no assignment has it


class How(StrEnum):
    """``ask`` puts the question by SMS; ``agreed``: she said yes on the phone, and is booked."""

    ASK = "ask"
    AGREED = "agreed"


def assign(
    session: Session,
    slot_id: int,
    mediator_code: str,
    how: How,
    who: Visitor,
    now: dt.datetime,
    *,
    despite: bool = False,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> Assignment:
    """Give the slot to her, swapped at once with whoever has it.

    ``seen`` is the assignment that stood when this was decided, ``NOBODY`` for none; None where it was not said.
    ``at`` is another of the starts that the desk allows. ``despite`` sets aside the rules that allow it, for who agreed on the phone: a yes by SMS would be audited anew.

    Raises NotUnderstood where her day forbids it, Conflict where the slot changed under the coordinator's hands.
    """
    her = find_mediator(session, who, mediator_code)
    before = live_by_slot(session, [slot_id]).get(slot_id)
    lock_mediators(session, {her.id, *([before.mediator_id] if before else [])})
    slot = lock_appointments_of(session, [slot_id])[slot_id]
    live = live_by_slot(session, [slot_id]).get(slot_id)
    start = at or start_of(session, slot)
    if seen is not None and seen != (live.id if live else NOBODY):
        raise Conflict(_("Somebody answered just now. Look at who has it, and try again."))
    refuse_what_changed(slot, before, live, her, start, now)
    during = Range(start, start + dt.timedelta(minutes=slot.appointment.duration))
    offers = open_or_accepted(session, slot_id)
    close_asking(session, slot_id, AskingEnd.ASSIGNED, now)
    if live is not None:
        _end(session, live, now)
    aside = audited(session, her, slot, during, despite=despite and how is How.AGREED)
    given = _write(session, her, slot, during, how, now)
    was = None if live is None else live.mediator.code
    record(session, now, who.actor, "assign", "slot", slot_id, mediator=her.code, was=was, how=how.value, despite=aside)
    booked = given.id if how is How.AGREED else None
    enqueue(session, "offers.tell_assigned", slot_id=slot_id, offer_ids=[*offers], booked=booked)
    return given


def close_asking(session: Session, slot_id: int, how: AskingEnd, now: dt.datetime) -> None:
    """Nobody whom a coordinator named earlier is asked any more (the slot is locked)."""
    asking = open_asking(session, slot_id)
    if asking is not None:
        asking.closed_at, asking.ended = now, how
        session.flush()


def start_of(session: Session, slot: Slot) -> dt.datetime:
    """When it is: as it stands, as another slot of the same appointment stands, or as it was asked."""
    standing = live_by_slot(session, [one.id for one in slot.appointment.slots])
    for slot_id in (slot.id, *sorted(standing)):
        live = standing.get(slot_id)
        if live is not None and live.during.lower is not None:
            return live.during.lower
    return slot.appointment.asked_start or slot.appointment.first_start


def rules_of(refusals: Iterable[str]) -> list[str]:
    """The names of the rules that refusals ("shift: …") begin with."""
    return sorted({refusal.partition(":")[0] for refusal in refusals})


def find_mediator(session: Session, who: Visitor, code: str) -> Mediator:
    hers = select(Mediator).where(Mediator.code == code, Mediator.active, seen_by(who))
    her = session.scalars(hers).one_or_none()
    if her is None:
        raise refused(code, _("Nobody of the roster has this code."), _("Choose somebody of the list."))
    return her


def refuse_what_changed(
    slot: Slot,
    before: Assignment | None,
    live: Assignment | None,
    her: Mediator,
    start: dt.datetime,
    now: dt.datetime,
) -> None:
    if slot.status == SlotStatus.CANCELLED:
        raise Conflict(_("This meeting was cancelled: nobody can be assigned to it any more."))
    if (before and before.id) != (live and live.id):
        raise Conflict(_("Somebody answered just now. Look at who has it, and try again."))
    if start <= now:
        raise Conflict(_("This meeting has begun: nobody can be assigned to it any more."))
    if live is not None and live.mediator_id == her.id and live.status == AssignmentStatus.BOOKED:
        raise Conflict(_("%(name)s has it already.") % {"name": her.name})


def _end(session: Session, live: Assignment, now: dt.datetime) -> None:
    if live.agreed is not None and live.status == AssignmentStatus.PUBLISHED:
        weigh_lost_time(session, live, now)
    live.status, live.changed_at = AssignmentStatus.WITHDRAWN, now
    for due, nothing in NOTHING_DUE.items():
        setattr(live, due, nothing)
    session.flush()


def audited(session: Session, her: Mediator, slot: Slot, during: Range[dt.datetime], *, despite: bool) -> list[str]:
    """The rules that were set aside; a refusal that may not be is said with its words."""
    assert during.lower is not None
    assert during.upper is not None
    refusals = day_refusals(session, her.id, slot.id, during.lower, during.upper)
    broken = rules_of(refusals)
    hard = [rule for rule in broken if rule not in MAY_BE_SET_ASIDE]
    if hard:
        raise refused(her.code, _said(her, hard), _("Choose somebody else."))
    if broken and not despite:
        raise refused(
            her.code,
            _said(her, broken),
            _("Choose somebody else; or ask her on the phone, tick that she comes all the same, and book her."),
        )
    return broken


def _said(her: Mediator, rules: Sequence[str]) -> str:
    words = "; ".join(rule_words(rule) for rule in rules)
    return _("%(name)s is among those who %(why)s.") % {"name": her.name, "why": words}


def refused(code: str, message: str, remedy: str) -> NotUnderstood:
    problem = FieldProblem("mediator", message, code, remedy)
    return NotUnderstood(_("The meeting cannot be given to her."), fields=(problem,))


def _write(
    session: Session, her: Mediator, slot: Slot, during: Range[dt.datetime], how: How, now: dt.datetime
) -> Assignment:
    agreed = how is How.AGREED
    dues = dues_of_booking(her, during, now, policy_in_force(session)) if agreed else NOTHING_DUE
    status = AssignmentStatus.BOOKED if agreed else AssignmentStatus.PUBLISHED
    written = session.scalars(
        insert(Assignment)
        .values(slot_id=slot.id, mediator_id=her.id, during=during, status=status, changed_at=now, **dues)
        .on_conflict_do_nothing()
        .returning(Assignment)
    ).one_or_none()
    if written is None:
        raise Conflict(_("Somebody answered just now. Look at who has it, and try again."))
    slot.status = SlotStatus.BOOKED if agreed else SlotStatus.OFFERED
    slot.replan_due, slot.reasons, slot.changed_at = None, None, now
    slot.excluded = [other for other in slot.excluded if other != her.id]
    standing = [one for one in slot.appointment.slots if one.status != SlotStatus.CANCELLED]
    booked = all(one.status == SlotStatus.BOOKED for one in standing)
    slot.appointment.status = AppointmentStatus.CONFIRMED if booked else AppointmentStatus.OPEN
    return written

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A coordinator has people of her choice asked about a slot: one, several one after the other, or all at once.

Whoever is booked stays so until one of them says yes. Everybody's day is audited before anything is promised: a yes by
SMS would be audited anew, so nobody is asked about what she could not be given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.access.audit import record
from dispatch.access.visitor import Visitor
from dispatch.errors import Conflict
from dispatch.kit.locks import lock_mediators
from dispatch.kit.queue import enqueue
from dispatch.planning.assigning import (
    NOBODY,
    audited,
    close_asking,
    find_mediator,
    refuse_what_changed,
    refused,
    start_of,
)
from dispatch.planning.queries import live_by_slot, lock_appointments_of
from dispatch.records.intake import Slot
from dispatch.records.offers import Asking
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AskingEnd, AskingWay, AssignmentStatus, SlotStatus
from dispatch.web.i18n import gettext as _


def ask(
    session: Session,
    slot_id: int,
    codes: Sequence[str],
    way: AskingWay,
    who: Visitor,
    now: dt.datetime,
    *,
    start: dt.datetime | None = None,
    seen: int | None = None,
) -> Asking:
    """Have these people asked, in this order; a new choice takes the place of whom an earlier one had still to ask.

    ``seen`` is the assignment that stood when this was decided (`assigning.NOBODY` for none); ``start`` another one of
    the starts that the desk allows. Raises NotUnderstood for who cannot be asked, Conflict where the slot changed.
    """
    people = [find_mediator(session, who, code) for code in dict.fromkeys(codes)]
    if not people:
        raise refused("", _("Nobody is chosen."), _("Tick whom to ask."))
    before = live_by_slot(session, [slot_id]).get(slot_id)
    lock_mediators(session, {*(her.id for her in people), *([before.mediator_id] if before else [])})
    slot = lock_appointments_of(session, [slot_id])[slot_id]
    live = live_by_slot(session, [slot_id]).get(slot_id)
    begins = start or start_of(session, slot)
    if seen is not None and seen != (live.id if live else NOBODY):
        raise Conflict(_("Somebody answered just now. Look at who has it, and try again."))
    during = Range(begins, begins + dt.timedelta(minutes=slot.appointment.duration))
    for her in people:
        refuse_what_changed(slot, before, live, her, begins, now)
        _refuse_unreachable(her)
        audited(session, her, slot, during, despite=False)
    close_asking(session, slot_id, AskingEnd.REPLACED, now)
    asking = _write(session, slot, people, way, during, live, who, now)
    was = None if live is None else live.mediator.code
    asked = [her.code for her in people]
    record(session, now, who.actor, "ask", "slot", slot_id, mediators=asked, way=way.value, was=was)
    enqueue(session, "offers.ask_next", slot_id=slot_id)
    return asking


def _refuse_unreachable(her: Mediator) -> None:
    if her.sms_blocked:
        raise refused(
            her.code,
            _("%(name)s gets no SMS.") % {"name": her.name},
            _("Call her (%(phone)s); if she agrees, book her here.") % {"phone": her.phone},
        )


def _write(
    session: Session,
    slot: Slot,
    people: Sequence[Mediator],
    way: AskingWay,
    during: Range[dt.datetime],
    live: Assignment | None,
    who: Visitor,
    now: dt.datetime,
) -> Asking:
    booked = live if live is not None and live.status == AssignmentStatus.BOOKED else None
    chosen = [her.id for her in people]
    asking = Asking(
        slot_id=slot.id,
        way=way,
        people=chosen,
        during=during,
        instead_of=booked.id if booked else None,
        asked_by=who.actor[:80],
        created_at=now,
    )
    session.add(asking)
    slot.excluded = [her for her in slot.excluded if her not in chosen]
    if booked is None:
        slot.status, slot.replan_due, slot.reasons, slot.changed_at = SlotStatus.OFFERED, None, None, now
    session.flush()
    return asking

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page on which a coordinator chooses the mediator of one slot: who has it, who else could, and against what."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.access.visitor import Visitor
from dispatch.errors import FieldProblem, NotFound
from dispatch.planning.assigning import NOBODY, start_of
from dispatch.planning.board import language_names
from dispatch.planning.choosing import choices_for
from dispatch.planning.queries import SlotName, live_by_slot, slot_of_date
from dispatch.planning.words import rule_words, why_her
from dispatch.records.intake import Slot
from dispatch.records.roster import Mediator
from dispatch.records.statuses import SlotStatus
from dispatch.roster.page_queries import seen_by
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.views.page import FieldError
from dispatch.web.views.planning import MediatorsPage, Suitable


def find_slot(session: Session, who: Visitor, name: SlotName) -> Slot:
    """The slot, if the visitor coordinates its ambito; NotFound also for another's."""
    slot = slot_of_date(session, who.ambiti, name)
    if slot is None:
        raise NotFound(_("The request has no meeting number %(number)d.") % {"number": name.appointment})
    return slot


def names_seen(session: Session, who: Visitor) -> dict[str, str]:
    """By code, the names of those whom the visitor may see, and so choose."""
    return dict(session.execute(select(Mediator.code, Mediator.name).where(seen_by(who))).all())


def mediators_page(
    session: Session,
    who: Visitor,
    slot: Slot,
    now: dt.datetime,
    values: FormValues,
    problems: tuple[FieldProblem, ...] = (),
) -> MediatorsPage:
    appointment, live = slot.appointment, live_by_slot(session, [slot.id]).get(slot.id)
    start, names = start_of(session, slot), language_names(session)
    ahead = slot.status != SlotStatus.CANCELLED and start > now
    people = names_seen(session, who)
    suitable = [
        Suitable(
            one.mediator, people[one.mediator], why_her(one.figures), "; ".join(rule_words(r) for r in one.against)
        )
        for one in (choices_for(session, slot.id, start, now) if ahead else ())
        if one.mediator in people and (live is None or one.mediator != live.mediator.code)
    ]
    return MediatorsPage(
        code=appointment.request.code,
        number=appointment.number,
        slot=slot.number,
        slots=len(appointment.slots),
        start=start,
        end=start + dt.timedelta(minutes=appointment.duration),
        desk=appointment.request.desk.name,
        language=", ".join(names.get(code, code) for code in slot.needs.get("languages", {})),
        status=slot.status,
        mediator=live.mediator.name if live else "",
        assignment=live.status if live else "",
        instead_of=live.id if live else NOBODY,
        can_assign=ahead,
        suitable=tuple(suitable),
        values=values,
        errors=tuple(FieldError(problem.field, f"{problem.message} {problem.remedy}") for problem in problems),
    )

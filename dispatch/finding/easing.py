# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carries out a change that would bring somebody, through the stage or register that it concerns, if it still would.

What the desk gives way in is a change of its request, as if it had typed it: whoever was asked or booked hears of it. What
a mediator gives way in is an exception of her hours, kept with who granted it and why. Nobody is asked or booked here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from dispatch.access.audit import record
from dispatch.access.visitor import Visitor
from dispatch.errors import Conflict, FieldProblem, NotUnderstood
from dispatch.finding.words import BY_DESK, HOURS, key_of
from dispatch.intake.dates import answers_of, change_date
from dispatch.intake.reading import Reader
from dispatch.intake.schemas import AppointmentChange
from dispatch.kit.clock import at_home, monday_of
from dispatch.planning.assigning import find_mediator, start_of
from dispatch.planning.choosing import Looked, look
from dispatch.records.intake import Appointment, Slot
from dispatch.records.offers import Notice
from dispatch.records.statuses import AppointmentStatus, GrantSpan
from dispatch.roster.entries import ExtraShiftEntry
from dispatch.roster.exceptions import save_extra_shift
from dispatch.roster.granting import grant_hours
from dispatch.web.i18n import gettext as _
from solver.explain import Relaxation

CHANGED_FOR_YOU = "changed_for_you"  # a notice to the desk
AT_IT = dt.timedelta(minutes=10)  # a coordinator is choosing: no repair is quicker than she is


@dataclass(frozen=True)
class Eased:
    """The date as it is now, and who could come to it, at which start."""

    appointment: Appointment
    mediator: str
    start: dt.datetime
    kind: str


def carry_out(reader: Reader, slot: Slot, key: str, why: str) -> Eased:
    """Raises Conflict where the change would help no longer, NotUnderstood where its reason is missing."""
    session, now = reader.session, reader.now
    looked = look(session, slot.id, start_of(session, slot), now, changes=True)
    change = _find(looked, key)
    line = change.assignments[0]
    start, row = looked.instant(line.start), slot.appointment
    if change.kind in HOURS:
        _grant(session, reader.visitor, looked, change, why, now)
    elif change.kind in BY_DESK:
        row = _ask_the_desk(reader, row, change, start)
        _tell_the_desk(session, row, change, now)
        _wait_for_her(row, now)
    return Eased(row, line.mediator, start, change.kind)


def _find(looked: Looked, key: str) -> Relaxation:
    found = looked.answer.relaxations if looked.answer is not None else ()
    for change in found:
        if key_of(change, looked) == key:
            return change
    raise Conflict(_("This would not help any more: something changed meanwhile. Look at what would help now."))


def _grant(session: Session, who: Visitor, looked: Looked, change: Relaxation, why: str, now: dt.datetime) -> None:
    line = change.assignments[0]
    her, day = find_mediator(session, who, line.mediator), at_home(looked.instant(line.start)).date()
    if not why.strip():
        problem = FieldProblem("why", _("The reason is missing."), "", _("Write in a few words why she works more."))
        raise NotUnderstood(_("The exception cannot be written down."), fields=(problem,))
    if change.kind == "shift":
        start, end = _new_shift(looked, change)
        entry = ExtraShiftEntry(mediator=her.code, start=start, end=end)
        save_extra_shift(session, entry, who.actor, now)
        times = {"start": start.isoformat(), "end": end.isoformat()}
        record(session, now, who.actor, "grant_shift", "mediator", her.code, **times, why=why.strip()[:200])
        return
    minutes = change.figures["minutes"]
    assert isinstance(minutes, int)
    span = GrantSpan.DAY if change.kind == "max_day" else GrantSpan.WEEK
    first = day if span is GrantSpan.DAY else monday_of(day)
    grant_hours(session, her, span, first, minutes, who.actor, why.strip(), now)


def _new_shift(looked: Looked, change: Relaxation) -> tuple[dt.datetime, dt.datetime]:
    """The shift of hers that would be longer; laid over the old one it makes one of both."""
    assert looked.problem is not None
    her = change.mediators[0]
    before = next(one for one in looked.problem.mediators if one.id == her.id)
    low, high = next(span for span in her.shifts if span not in before.shifts)
    return looked.instant(low), looked.instant(high)


def _ask_the_desk(reader: Reader, row: Appointment, change: Relaxation, start: dt.datetime) -> Appointment:
    """The date with what the desk gave way in; where it had to be asked anew, the date that took its place."""
    request = row.request
    known = {one.id for one in request.appointments}
    asked = AppointmentChange.model_validate({"scope": "this", **_answers(row, change, start)})
    request = change_date(reader, request.code, row.number, asked)
    fresh = [one for one in request.appointments if one.id not in known and one.status != AppointmentStatus.CANCELLED]
    return max(fresh, key=lambda one: one.id) if fresh else row


def _tell_the_desk(session: Session, row: Appointment, change: Relaxation, now: dt.datetime) -> None:
    """It agreed on the phone; on its page it reads that the request is another one now."""
    request = row.request
    session.add(
        Notice(
            desk_id=request.desk_id,
            request_id=request.id,
            kind=CHANGED_FOR_YOU,
            values={"what": change.kind},
            created_at=now,
        )
    )


def _answers(row: Appointment, change: Relaxation, start: dt.datetime) -> dict[str, Any]:
    answers, figures = answers_of(row.request, row), change.figures
    match change.kind:
        case "start" | "day":
            at = at_home(start)
            return {"when": {"day": at.date().isoformat(), "from": f"{at:%H:%M}"}}
        case "video" | "phone":
            return {"mode": change.kind}
        case "level":
            return {"languages": [_at_level(one, figures) for one in answers["languages"]]}
        case "skills":
            return {"skills": [_wished(one, one["code"] == figures["skill"]) for one in answers["skills"]]}
        case "gender":
            return {"gender": _wished(answers["gender"], True)}
        case _:
            return {"same_mediator": _wished(answers["same_mediator"], True)}


def _at_level(need: dict[str, Any], figures: dict[str, int | str | None]) -> dict[str, Any]:
    return {**need, "level": figures["to"]} if need["code"] == figures["language"] else need


def _wished(need: dict[str, Any], is_it: bool) -> dict[str, Any]:
    return {**need, "must": False} if is_it else need


def _wait_for_her(row: Appointment, now: dt.datetime) -> None:
    for slot in row.slots:
        if slot.replan_due is not None:
            slot.replan_due = max(slot.replan_due, now + AT_IT)

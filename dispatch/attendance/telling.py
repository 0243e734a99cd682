# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way in of every door: whose side a visitor speaks for, and what happens when both had agreed already."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.access.visitor import Visitor
from dispatch.attendance import page_queries
from dispatch.attendance.decisions import Heard
from dispatch.attendance.page_queries import Line
from dispatch.attendance.reading import read_tell
from dispatch.attendance.sayings import Saying, Side, read_saying
from dispatch.attendance.schemas import Tell
from dispatch.attendance.service import settle, tell
from dispatch.errors import Conflict, NotFound
from dispatch.kit.policy import policy_in_force
from dispatch.web.i18n import gettext as _


def find(session: Session, who: Visitor, attendance_id: int) -> Line:
    """The visit, if this visitor may see it; NotFound also for another's."""
    line = page_queries.find_line(session, page_queries.seen_by(who), attendance_id)
    if line is None:
        raise NotFound(_("There is no visit %(number)d here. Go back to the list.") % {"number": attendance_id})
    return line


def tell_or_settle(session: Session, who: Visitor, line: Line, told: Tell, now: dt.datetime) -> None:
    """A desk and a mediator tell their side; a coordinator settles."""
    policy = policy_in_force(session).attendance
    known = [line.desk.name, *([line.appointment.place.name] if line.appointment.place else [])]
    said = read_tell(told, line.row, now, policy, known, with_km=who.desk_id is None)
    if who.is_staff:
        settle(session, policy, line.row, said, now, by=who.actor)
        return
    side = Side.DESK if who.desk_id is not None else Side.MEDIATOR
    if tell(session, policy, line.row, side, said, now, via=who.actor) is Heard.CLOSED:
        raise Conflict(_("Both sides agreed on this visit already: if it is wrong, tell who coordinates the service."))


def settle_as_told(session: Session, who: Visitor, line: Line, side: Side, now: dt.datetime) -> None:
    """One click of a coordinator: what this side said is what counts."""
    said: Saying | None = read_saying(line.row.by_mediator if side is Side.MEDIATOR else line.row.by_desk)
    if said is None:
        raise Conflict(_("This side has not told anything. Choose what counts on the page of the visit."))
    settle(session, policy_in_force(session).attendance, line.row, said, now, by=who.actor)

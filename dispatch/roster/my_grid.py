# SPDX-License-Identifier: AGPL-3.0-or-later
"""The grid of a mediator's coming days: morning, afternoon, evening, each free or not, each changed by one tap."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import at_home, local_midnight
from dispatch.kit.policy import policy_in_force
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AssignmentStatus
from dispatch.roster.own_time import free_minutes, instants_of, note_busy, note_free, on_the_wall_from, parts_of_day
from dispatch.roster.queries import visits_ahead
from dispatch.roster.spans import Span as Minutes
from dispatch.roster.spans import without
from dispatch.web.i18n import gettext as _
from dispatch.web.views.roster import MyCell, MyDay
from notifications.replies.shifts import PartOfDay, Span

SHOWN = 14
CELL = re.compile(r"(free|busy):([0-9]{4}-[0-9]{2}-[0-9]{2}):(morning|afternoon|evening)", re.ASCII)


def days(session: Session, her: Mediator, now: dt.datetime) -> tuple[MyDay, ...]:
    """Today and the days after it; a part of the day that is over cannot be tapped any more."""
    policy, local = policy_in_force(session), at_home(now)
    first = local.date()
    last = first + dt.timedelta(days=SHOWN - 1)
    free = free_minutes(session, her, first, last, policy)
    window = Range(local_midnight(first), local_midnight(last + dt.timedelta(days=1)))
    booked = [
        on_the_wall_from(first, visit.during)
        for visit in visits_ahead(session, her.id, window)
        if visit.status == AssignmentStatus.BOOKED
    ]
    over = local.hour * 60 + local.minute
    return tuple(
        MyDay(
            first + dt.timedelta(days=number),
            tuple(
                _cell(part, (number * 1440 + low, number * 1440 + high), free, booked, over)
                for part, (low, high) in parts_of_day(policy.availability).items()
            ),
        )
        for number in range(SHOWN)
    )


def _cell(part: PartOfDay, span: Minutes, free: list[Minutes], booked: list[Minutes], over: int) -> MyCell:
    left = without([span], free)
    state = "busy" if left == [span] else "part" if left else "free"
    visits = sum(1 for low, high in booked if low < span[1] and high > span[0])
    return MyCell(part.value, state, visits, is_over=span[1] <= over)


def tap(session: Session, her: Mediator, cell: str, actor: str, now: dt.datetime) -> int:
    """Free or busy as the button says; how many visits of hers lie in that time, which stay hers."""
    span, busy = _read(session, cell, now)
    if not busy:
        note_free(session, her, span, policy_in_force(session), actor, now)
        return 0
    note_busy(session, her, span, actor, now)
    ahead = visits_ahead(session, her.id, instants_of(span))
    return sum(1 for visit in ahead if visit.status == AssignmentStatus.BOOKED)


def _read(session: Session, cell: str, now: dt.datetime) -> tuple[Span, bool]:
    """The time of a button; one that no page of ours shows is refused."""
    found = CELL.fullmatch(cell)
    try:
        day = dt.date.fromisoformat(found[2]) if found else None
    except ValueError:
        day = None
    today = at_home(now).date()
    if found is None or day is None or not today <= day < today + dt.timedelta(days=SHOWN):
        problem = FieldProblem("cell", _("This day is not on the page any more."), cell[:40], _("Open the page again."))
        raise NotUnderstood(_("Nothing was changed."), fields=(problem,))
    low, high = parts_of_day(policy_in_force(session).availability)[PartOfDay(found[3])]
    return Span(day, day, low, high), found[1] == "busy"

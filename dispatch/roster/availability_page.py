# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a mediator's availability: her week as a form, what departs from it, and what stands in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.errors import FieldProblem
from dispatch.kit.clock import at_home, local_midnight
from dispatch.records.roster import Mediator
from dispatch.roster import page_queries as queries
from dispatch.roster import pattern
from dispatch.roster.entries import ShiftEntry
from dispatch.roster.mediator_form import head_of
from dispatch.roster.pattern import Overlap, line_in_words
from dispatch.roster.queries import VisitAhead
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.register_forms import shown
from dispatch.web.views.page import Choice
from dispatch.web.views.registers import BookedVisit
from dispatch.web.views.roster import AvailabilityPage, Clash, Departure, ShiftRow


def availability_page(
    session: Session,
    row: Mediator,
    now: dt.datetime,
    *,
    values: FormValues | None = None,
    problems: Iterable[FieldProblem] = (),
    clashes: Iterable[Clash] = (),
    visits: Sequence[VisitAhead] = (),
    asked_at: str = "",
    week_typed: bool = False,
    only_read: str = "",
) -> AvailabilityPage:
    """``values`` are shown as they were typed; the week comes from her rows unless it is among them."""
    typed = values or FormValues()
    if not week_typed:
        typed = FormValues((*pattern.values_of(numbered(standing(session, row))).pairs, *typed.pairs))
    lines = pattern.lines(typed)
    order = sorted(lines, key=lambda number: (lines[number], typed.get(f"shift-{number}-from") or "~", number))
    return AvailabilityPage(
        head=head_of(row, only_read),
        values=typed,
        shifts=tuple(ShiftRow(number, lines[number]) for number in order),
        errors=shown(problems),
        clashes=tuple(clashes),
        departures=departures(session, row.id, now),
        places=tuple(Choice(one.code, f"{one.name}, {one.comune.name}") for one in queries.places_to_meet(session)),
        visits=tuple(as_booked(visit) for visit in visits),
        asked=tuple(pair for pair in typed.pairs if visits and not pair[0].startswith(("shift-", "visits"))),
        asked_at=asked_at,
    )


def standing(session: Session, row: Mediator) -> list[ShiftEntry]:
    """Her weekly pattern as it is saved."""
    names = ShiftEntry.model_fields
    return [
        ShiftEntry(**{name: getattr(one, name) for name in names}) for one in queries.weekly_pattern(session, row.id)
    ]


def numbered(shifts: Iterable[ShiftEntry]) -> dict[int, ShiftEntry]:
    return dict(enumerate(shifts))


def clash(shifts: Mapping[int, ShiftEntry], two: Overlap) -> Clash:
    """Two shifts that overlap, with a button for each way out; the first says what it would come to."""
    old, new = shifts[two.old], shifts[two.new]
    becomes = line_in_words(pattern.joined(old, new))
    return Clash(
        old=line_in_words(old),
        new=line_in_words(new),
        choices=(
            Choice(f"join:{two.old}:{two.new}", _("Join them: %(shift)s") % {"shift": becomes}),
            Choice(f"keep:{two.old}:{two.new}", _("Keep only the old one: %(shift)s") % {"shift": line_in_words(old)}),
            Choice(f"take:{two.old}:{two.new}", _("Take only the new one: %(shift)s") % {"shift": line_in_words(new)}),
        ),
    )


def departures(session: Session, mediator_id: int, now: dt.datetime) -> tuple[Departure, ...]:
    """Absences, extra shifts and courses that are not over, the next first."""
    found = [Departure("extra", *_ends(one.during)) for one in queries.extra_shifts(session, mediator_id, now)]
    for away in queries.absences(session, mediator_id, now):
        start, end = _ends(away.during)
        found.append(Departure("absence", start, end, whole_days=_is_midnight(start) and _is_midnight(end)))
    for course, place in queries.courses(session, mediator_id, now):
        found.append(Departure("course", *_ends(course.during), course.title, place.name if place else _("online")))
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def as_booked(visit: VisitAhead) -> BookedVisit:
    return BookedVisit(visit.request, visit.desk, *_ends(visit.during), visit.status)


def _ends(during: Range[dt.datetime]) -> tuple[dt.datetime, dt.datetime]:
    """Both ends of a time; every entry has them."""
    assert during.lower is not None
    assert during.upper is not None
    return during.lower, during.upper


def _is_midnight(instant: dt.datetime) -> bool:
    return instant == local_midnight(at_home(instant).date())

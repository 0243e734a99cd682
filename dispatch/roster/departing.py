# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads what departs from a weekly pattern out of its forms: an absence, an extra shift, a course; and takes one away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import from_wall
from dispatch.roster.entries import AbsenceEntry, CommitmentEntry, ExtraShiftEntry
from dispatch.roster.exceptions import (
    remove_absence,
    remove_commitment,
    remove_extra_shift,
    save_absence,
    save_commitment,
    save_extra_shift,
)
from dispatch.roster.leaving import Visits
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.register_forms import LAST_MINUTE, FormReader

Save = Callable[[Session, str, FormReader, str, dt.datetime], None]


@dataclass(frozen=True)
class Departing:
    """One kind: where its form posts to, which input each field of its entry is, and how it is saved."""

    path: str
    inputs: Mapping[str, str]
    save: Save = field(repr=False)

    def where_typed(self, problems: Iterable[FieldProblem]) -> tuple[FieldProblem, ...]:
        """The problems of an entry at the inputs they come from, the first of each."""
        found: dict[str, FieldProblem] = {}
        for problem in problems:
            name = self.inputs.get(problem.field, problem.field)
            found.setdefault(name, replace(problem, field=name))
        return tuple(found.values())


def read_absence(reader: FormReader, code: str) -> AbsenceEntry:
    """Without times the days are whole; without a last day it is one day."""
    low, high = reader.minute("absence-from"), reader.minute("absence-to")
    first = _needed_day(reader, "absence-first")
    last = reader.day("absence-last") or first
    given = {"start": from_wall(first, low or 0), "end": from_wall(last, high or LAST_MINUTE)}
    return reader.entry(AbsenceEntry, {"mediator": code, **given})


def _absence(session: Session, code: str, reader: FormReader, actor: str, now: dt.datetime) -> None:
    entry, visits = read_absence(reader, code), _choice(reader.values)
    reader.save(session, lambda: save_absence(session, entry, actor, now, visits=visits))


def _extra(session: Session, code: str, reader: FormReader, actor: str, now: dt.datetime) -> None:
    given = _within_a_day(reader, "extra")
    entry = reader.entry(ExtraShiftEntry, {"mediator": code, **given})
    reader.save(session, lambda: save_extra_shift(session, entry, actor, now))


def _course(session: Session, code: str, reader: FormReader, actor: str, now: dt.datetime) -> None:
    told = {"title": reader.text("course-title") or "", "place": reader.text("course-place")}
    entry = reader.entry(CommitmentEntry, {"mediator": code, **told, **_within_a_day(reader, "course")})
    visits = _choice(reader.values)
    reader.save(session, lambda: save_commitment(session, entry, actor, now, visits=visits))


def _within_a_day(reader: FormReader, kind: str) -> dict[str, dt.datetime]:
    low, high = reader.minute(f"{kind}-from"), reader.minute(f"{kind}-to")
    for name, value in (("from", low), ("to", high)):
        if value is None and reader.text(f"{kind}-{name}") is None:
            reader.refuse(f"{kind}-{name}", "", _("This time is missing."), _("Write it as 9:30."))
    day = _needed_day(reader, f"{kind}-day")
    return {"start": from_wall(day, low or 0), "end": from_wall(day, high or LAST_MINUTE)}


def _needed_day(reader: FormReader, name: str) -> dt.date:
    """Without a day there is no instant to check, so everything found until here is said now."""
    day = reader.day(name)
    if day is None and reader.text(name) is None:
        reader.refuse(name, "", _("The day is missing."), _("Choose a day."))
    reader.findings.refuse()
    assert day is not None  # else it stood among the findings
    return day


def _choice(values: FormValues) -> Visits:
    """What was chosen for visits in the way; nothing yet means that they are shown."""
    chosen = values.get("visits")
    return Visits(chosen) if chosen in set(Visits) else Visits.REFUSE


ABSENCE = Departing("absences", {"start": "absence-first", "end": "absence-last"}, _absence)
EXTRA = Departing("extra-shifts", {"start": "extra-day", "end": "extra-to"}, _extra)
COURSE = Departing(
    "courses",
    {"start": "course-day", "end": "course-to", "place": "course-place", "title": "course-title"},
    _course,
)


def remove(session: Session, code: str, values: FormValues, actor: str, now: dt.datetime) -> None:
    """Take away the one of this kind, start and end; one that is gone already needs nothing."""
    given = {"mediator": code, "start": values.get("start"), "end": values.get("end")}
    reader = FormReader(values)
    match values.get("kind"):
        case "absence":
            remove_absence(session, reader.entry(AbsenceEntry, given), actor, now)
        case "extra":
            remove_extra_shift(session, reader.entry(ExtraShiftEntry, given), actor, now)
        case "course":
            remove_commitment(session, reader.entry(CommitmentEntry, given), actor, now)
        case kind:
            problem = FieldProblem("kind", _("This is not known."), kind, _("Use the buttons of the page."))
            raise NotUnderstood(_("This cannot be removed."), fields=(problem,))

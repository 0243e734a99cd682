# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows of a week as the coordinator reads them: each slot with its request, and who has it or might have it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased, defer

from dispatch.kit.clock import at_home
from dispatch.planning.queries import meets
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.roster import Mediator, MediatorLanguage
from dispatch.records.statuses import COUNTED_ASSIGNMENT, AssignmentStatus, PlanningRunStatus, SlotStatus
from dispatch.records.territory import Comune, Desk, Language, Place
from dispatch.roster.week import Week
from dispatch.web.i18n import current_locale

COUNTED = [status.value for status in COUNTED_ASSIGNMENT]


@dataclass(frozen=True)
class Sieve:
    """What the coordinator looks for; an empty text looks for nothing. ``ambiti`` are hers, null for all."""

    ambito: str = ""
    language: str = ""
    status: str = ""
    text: str = ""
    ambiti: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Line:
    """A slot with everything a page says of it; ``assignment`` is the one that stands or is over, else the draft's proposal, or null."""

    slot: Slot
    appointment: Appointment
    request: Request
    desk: Desk
    assignment: Assignment | None
    mediator: Mediator | None
    place: Place | None = None
    town: str = ""

    @property
    def start(self) -> dt.datetime:
        if self.assignment is not None and self.assignment.during.lower is not None:
            return self.assignment.during.lower
        return self.appointment.first_start

    @property
    def end(self) -> dt.datetime:
        return self.start + dt.timedelta(minutes=self.appointment.duration)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.slot.needs.get("languages", {}))


def week_lines(session: Session, week: Week, sieve: Sieve) -> list[Line]:
    """The slots of the week that are not cancelled and pass the sieve, by start."""
    shown = or_(
        Assignment.status.in_(COUNTED),
        and_(Assignment.status == AssignmentStatus.PROPOSED, Assignment.run_id.in_(_draft_of(week))),
    )
    given = aliased(Assignment, select(Assignment).where(shown).subquery())
    columns = select(Slot, Appointment, Request, Desk, given, Mediator, Place, func.coalesce(Comune.short_name, ""))
    # What was typed is long, and no line shows it.
    spared = (defer(Request.body), defer(Request.understood), defer(Request.note))
    query = _sifted(columns, given, week, sieve).options(*spared)
    lines: dict[int, Line] = {}
    for row in session.execute(query.order_by(Appointment.first_start, Slot.id, given.status.desc())):
        lines.setdefault(row[0].id, Line(*row))
    return [line for line in lines.values() if week.begins <= line.start < week.ends]


def day_counts(session: Session, week: Week, sieve: Sieve) -> Mapping[dt.date, Mapping[str, int]]:
    """How many slots of each status every day has: all that a month shows, counted where the rows are."""
    given = aliased(Assignment, select(Assignment).where(Assignment.status.in_(COUNTED)).subquery())
    starts = func.coalesce(func.lower(given.during), Appointment.first_start)
    day = cast(func.timezone("Europe/Rome", starts), Date)
    query = _sifted(select(day, Slot.status, func.count(Slot.id.distinct())), given, week, sieve)
    counts: dict[dt.date, dict[str, int]] = defaultdict(dict)
    for when, status, many in session.execute(query.group_by(day, Slot.status)):
        counts[when][status] = many
    return counts


def _sifted(columns: Select[*tuple[Any, ...]], given: type[Assignment], week: Week, sieve: Sieve) -> Any:
    """The slots of the week with everything around them; those whose time the week may hold, not yet those it does."""
    return (
        columns.select_from(Slot)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .join(Desk, Desk.id == Request.desk_id)
        .outerjoin(Place, Place.id == func.coalesce(Appointment.place_id, Desk.place_id))
        .outerjoin(Comune, Comune.istat_code == Place.comune_code)
        .outerjoin(given, given.slot_id == Slot.id)
        .outerjoin(Mediator, Mediator.id == given.mediator_id)
        .where(
            Slot.status != SlotStatus.CANCELLED,
            Appointment.first_start < week.ends,
            Appointment.last_start >= week.begins,
            *_wanted(sieve),
        )
    )


def _draft_of(week: Week) -> Select[int]:
    """The draft that plans this week, alone or among others."""
    return select(PlanningRun.id).where(meets(week.monday, week.days), PlanningRun.status == PlanningRunStatus.DRAFT)


def _wanted(sieve: Sieve) -> Iterable[ColumnElement[bool]]:
    if sieve.ambiti is not None:
        yield Place.ambito_code.in_(sieve.ambiti)
    if sieve.ambito:
        yield Place.ambito_code == sieve.ambito
    if sieve.language:
        yield Slot.needs["languages"].has_key(sieve.language)
    if sieve.status:
        yield Slot.status == sieve.status
    if sieve.text:
        like = f"%{sieve.text.replace('%', '').replace('_', '')}%"
        named = (Request.code, Desk.name, Mediator.name, Place.name, Comune.name)
        yield or_(*(column.ilike(like) for column in named))


def lines_of(session: Session, slot_ids: Iterable[int]) -> dict[int, Line]:
    """These slots as lines, without an assignment: for pages that bring their own."""
    query = (
        select(Slot, Appointment, Request, Desk)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .join(Desk, Desk.id == Request.desk_id)
        .where(Slot.id.in_(list(slot_ids)))
    )
    return {row[0].id: Line(row[0], row[1], row[2], row[3], None, None) for row in session.execute(query)}


def language_names(session: Session) -> dict[str, str]:
    """Each language's name in the page's language (Italian, else English)."""
    name = Language.name_it if current_locale() == "it" else Language.name_en
    return dict(session.execute(select(Language.code, name)).all())


def roster_of(session: Session, sieve: Sieve) -> Sequence[Mediator]:
    """The active mediators a sieve leaves, by name, with their languages."""
    query = select(Mediator).where(Mediator.active)
    if sieve.language:
        speaks = select(MediatorLanguage.mediator_id).where(MediatorLanguage.language_code == sieve.language)
        query = query.where(Mediator.id.in_(speaks))
    return session.scalars(query.order_by(Mediator.name, Mediator.id)).unique().all()


def local_day(instant: dt.datetime) -> dt.date:
    return at_home(instant).date()

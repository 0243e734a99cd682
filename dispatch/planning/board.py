# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows of a week as the coordinator reads them: each slot with its request, and who has it or might have it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import TSTZRANGE, distinct_on
from sqlalchemy.orm import Bundle, Session, aliased

from dispatch.kit.clock import at_home
from dispatch.planning.queries import meets
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.roster import Mediator, MediatorLanguage
from dispatch.records.statuses import COUNTED_ASSIGNMENT, AssignmentStatus, PlanningRunStatus, SlotStatus
from dispatch.records.territory import Comune, Desk, Language, Place
from dispatch.roster.week import Week
from dispatch.web.i18n import current_locale

OPEN = (SlotStatus.OPEN, SlotStatus.UNFILLED)
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
    given_start: dt.datetime | None = None

    @property
    def start(self) -> dt.datetime:
        return self.given_start or self.appointment.first_start

    @property
    def end(self) -> dt.datetime:
        return self.start + dt.timedelta(minutes=self.appointment.duration)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.slot.needs.get("languages", {}))


def week_lines(session: Session, week: Week, sieve: Sieve) -> list[Line]:
    """The slots of the week that are not cancelled and pass the sieve, by start.

    A week of a province has hundreds: only the columns that a line shows are read, not whole rows.
    """
    given = aliased(Assignment, select(Assignment).where(_is_shown(week)).subquery())
    columns = select(*_bundles(given), func.coalesce(Comune.short_name, ""), func.lower(given.during))
    query = _sifted(columns, given, week, sieve)
    lines: dict[int, Line] = {}
    for slot, appointment, request, desk, assignment, mediator, place, *where_and_when in session.execute(
        query.order_by(Appointment.first_start, Slot.id, given.status.desc())
    ):
        is_given, is_placed = assignment.status is not None, place.code is not None
        known = (assignment if is_given else None, mediator if is_given else None, place if is_placed else None)
        lines.setdefault(slot.id, Line(slot, appointment, request, desk, *known, *where_and_when))
    return [line for line in lines.values() if week.begins <= line.start < week.ends]


def _bundles(given: type[Assignment]) -> tuple[Bundle[Any], ...]:
    """What a line says of each row, under the names that the rows themselves have."""
    slot = (Slot.id, Slot.number, Slot.status, Slot.needs, Slot.reasons)
    dated = ("number", "duration", "mode", "project_code", "first_start", "last_start")
    windows = case((Slot.status.in_(OPEN), Appointment.windows)).label("windows")  # nobody asks for the others'
    her = ("id", "code", "name", "max_week", "active", "travel_factor")
    return (
        Bundle("slot", *slot),
        Bundle("appointment", *(getattr(Appointment, name) for name in dated), windows),
        Bundle("request", Request.code, Request.priority, Request.presence_id),
        Bundle("desk", Desk.name),
        Bundle("assignment", given.id, given.status),
        Bundle("mediator", *(getattr(Mediator, name) for name in her)),
        Bundle("place", Place.code, Place.lat, Place.lon, Place.ambito_code),
    )


def minutes_used(session: Session, week: Week) -> dict[int, int]:
    """Minutes of the week by mediator, over every ambito and language: what her limit is held against."""
    begins = func.lower(Assignment.during)
    one_each = (
        select(Assignment.mediator_id, Appointment.duration)
        .ext(distinct_on(Slot.id))
        .select_from(Slot)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Assignment, Assignment.slot_id == Slot.id)
        .where(starts_within(week.begins, week.ends), begins >= week.begins, begins < week.ends, _is_shown(week))
        .where(Slot.status != SlotStatus.CANCELLED)
        .order_by(Slot.id, Assignment.status.desc())
        .subquery()
    )
    query = select(one_each.c.mediator_id, func.sum(one_each.c.duration)).group_by(one_each.c.mediator_id)
    return {mediator: int(minutes) for mediator, minutes in session.execute(query)}


def day_counts(session: Session, week: Week, sieve: Sieve) -> Mapping[dt.date, Mapping[str, int]]:
    """How many slots of each status every day has, those of the draft as ``proposed``: counted where the rows are."""
    given = aliased(Assignment, select(Assignment).where(_is_shown(week)).subquery())
    starts = func.coalesce(func.lower(given.during), Appointment.first_start)
    day = cast(func.timezone("Europe/Rome", starts), Date)
    is_open, is_draft = Slot.status.in_(OPEN), given.status == AssignmentStatus.PROPOSED
    status = case((and_(is_open, is_draft), AssignmentStatus.PROPOSED.value), else_=Slot.status)
    query = _sifted(select(day, status, func.count(Slot.id.distinct())), given, week, sieve)
    counts: dict[dt.date, dict[str, int]] = defaultdict(dict)
    stands = or_(given.status.is_(None), ~is_draft, is_open)
    for when, named, many in session.execute(query.where(stands).group_by(day, status)):
        counts[when][named] = many
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
            starts_within(week.begins, week.ends),
            *_wanted(sieve),
        )
    )


def starts_within(begins: dt.datetime, ends: dt.datetime) -> ColumnElement[bool]:
    """Whether an appointment may begin in this time: one condition, which the index of years of them answers."""
    within = func.tstzrange(begins, ends, "[)", type_=TSTZRANGE)
    starts = func.tstzrange(Appointment.first_start, Appointment.last_start, "[]", type_=TSTZRANGE)
    found: ColumnElement[bool] = starts.op("&&")(within)
    return found


def _is_shown(week: Week) -> ColumnElement[bool]:
    """What stands or is over, and what the draft of the week would add."""
    return or_(
        Assignment.status.in_(COUNTED),
        and_(Assignment.status == AssignmentStatus.PROPOSED, Assignment.run_id.in_(_draft_of(week))),
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

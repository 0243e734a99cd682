# SPDX-License-Identifier: AGPL-3.0-or-later
"""The registers as the reports need them: people with their limits, their training, who is free, names of things."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.records.roster import Absence, Availability, Commitment, Mediator, MediatorLanguage
from dispatch.records.territory import Ambito, Budget, Desk, Language, Place, Project
from dispatch.reporting.period import Period, day_of
from dispatch.web.i18n import current_locale


@dataclass(frozen=True)
class Person:
    """A mediator: where she lives, what she speaks (code to level), and how many minutes a week she may and should work."""

    id: int
    code: str
    name: str
    active: bool
    max_week: int | None
    target_week: int | None
    home: tuple[float, float]
    ambito: str
    ambiti: tuple[str, ...] | None
    speaks: Mapping[str, int] = field(default_factory=dict)

    def serves(self, ambiti: Iterable[str]) -> bool:
        return self.ambiti is None or self.ambito in ambiti or not set(self.ambiti).isdisjoint(ambiti)


@dataclass(frozen=True)
class DeskName:
    id: int
    code: str
    name: str
    ambito: str


def read_people(session: Session) -> dict[int, Person]:
    """All mediators by id, those who left too: their visits still count."""
    speaks: dict[int, dict[str, int]] = defaultdict(dict)
    spoken = select(MediatorLanguage.mediator_id, MediatorLanguage.language_code, MediatorLanguage.level)
    for mediator, language, level in session.execute(spoken):
        speaks[mediator][language] = level
    query = select(Mediator, Place).join(Place, Place.id == Mediator.home_id)
    return {row.id: _person(row, home, speaks[row.id]) for row, home in session.execute(query)}


def _person(row: Mediator, home: Place, speaks: Mapping[str, int]) -> Person:
    return Person(
        id=row.id,
        code=row.code,
        name=row.name,
        active=row.active,
        max_week=row.max_week,
        target_week=row.target_week,
        home=(home.lat, home.lon),
        ambito=home.ambito_code,
        ambiti=None if row.ambiti is None else tuple(row.ambiti),
        speaks=speaks,
    )


def training_minutes(session: Session, period: Period) -> dict[int, int]:
    """Minutes of courses and visits elsewhere that start in the period: busy time counts as work."""
    start, end = func.lower(Commitment.during), func.upper(Commitment.during)
    query = (
        select(Commitment.mediator_id, func.sum(func.extract("epoch", end - start) / 60))
        .where(start >= period.begins, start < period.ends)
        .group_by(Commitment.mediator_id)
    )
    return {mediator: round(minutes) for mediator, minutes in session.execute(query)}


def available_people(session: Session, now: dt.datetime, days: int) -> frozenset[int]:
    """Active mediators with a weekly shift valid today who were not away for half of the last ``days`` or more."""
    today = day_of(now)
    lately = Range(now - dt.timedelta(days=days), now)
    away = Absence.during.op("*")(lately)
    long_away = exists().where(
        Absence.mediator_id == Mediator.id,
        Absence.during.overlaps(lately),
        func.upper(away) - func.lower(away) >= dt.timedelta(days=days) / 2,
    )
    works = exists().where(
        Availability.mediator_id == Mediator.id,
        and_(
            or_(Availability.valid_from.is_(None), Availability.valid_from <= today),
            or_(Availability.valid_until.is_(None), Availability.valid_until >= today),
        ),
    )
    return frozenset(session.scalars(select(Mediator.id).where(Mediator.active, works, ~long_away)))


def read_ambiti(session: Session) -> dict[str, Ambito]:
    return {ambito.code: ambito for ambito in session.scalars(select(Ambito).order_by(Ambito.name))}


def read_projects(session: Session) -> dict[str, Project]:
    return {project.code: project for project in session.scalars(select(Project).order_by(Project.name))}


def read_budgets(session: Session) -> dict[tuple[str, str | None], int]:
    """Granted minutes by project and ambito (null: the whole project)."""
    query = select(Budget.project_code, Budget.ambito_code, Budget.minutes)
    return {(project, ambito): minutes for project, ambito, minutes in session.execute(query)}


def desk_by_code(session: Session, code: str) -> DeskName | None:
    found = session.execute(_desks().where(Desk.code == code)).one_or_none()
    return DeskName(*found) if found else None


def read_desks(session: Session, ids: Iterable[int]) -> dict[int, DeskName]:
    return {row[0]: DeskName(*row) for row in session.execute(_desks().where(Desk.id.in_(list(ids))))}


def _desks() -> Select[int, str, str, str]:
    return select(Desk.id, Desk.code, Desk.name, Place.ambito_code).join(Place, Place.id == Desk.place_id)


def language_names(session: Session) -> dict[str, str]:
    """Each language's name in the page's language (Italian, else English)."""
    name = Language.name_it if current_locale() == "it" else Language.name_en
    return dict(session.execute(select(Language.code, name)).all())


def spoken_names(session: Session) -> dict[str, str]:
    """The names of the languages that some mediator speaks."""
    spoken = set(session.scalars(select(MediatorLanguage.language_code).distinct()))
    return {code: name for code, name in language_names(session).items() if code in spoken}

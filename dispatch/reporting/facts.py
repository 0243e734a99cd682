# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything a report of a period is folded from, read once in a handful of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from sqlalchemy.orm import Session

from dispatch.kit.policy import policy_in_force
from dispatch.records.territory import Ambito, Project
from dispatch.reporting import queries, registers
from dispatch.reporting.figures import Figures, Key, fold
from dispatch.reporting.period import Period
from dispatch.reporting.queries import OfferCount
from dispatch.reporting.registers import DeskName, Person
from dispatch.reporting.road import kilometres
from dispatch.reporting.rows import Offers
from dispatch.reporting.visits import Visit, asked_of, language_of

BYS = ("mediator", "language", "ambito", "desk", "project")


class Belongs(Protocol):
    """A visit, or a count of offers: both belong to the same five things."""

    @property
    def mediator_id(self) -> int | None: ...
    @property
    def desk_id(self) -> int | None: ...
    @property
    def ambito(self) -> str | None: ...
    @property
    def project(self) -> str | None: ...
    @property
    def asked(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Facts:
    """``km`` are kilometres by assignment, ``training`` minutes by mediator, ``languages`` names by code."""

    period: Period
    visits: list[Visit]
    offers: list[OfferCount]
    people: Mapping[int, Person]
    km: Mapping[int, float]
    training: Mapping[int, int]
    languages: Mapping[str, str]
    ambiti: Mapping[str, Ambito]
    desks: Mapping[int, DeskName]
    projects: Mapping[str, Project]

    def key(self, by: str) -> Callable[[Belongs], Key]:
        """What one counts by: the function that says to which row something belongs."""
        keys: dict[str, Callable[[Belongs], Key]] = {
            "mediator": lambda one: one.mediator_id,
            "language": lambda one: language_of(one.asked, self.speaks(one.mediator_id)),
            "ambito": lambda one: one.ambito,
            "desk": lambda one: one.desk_id,
            "project": lambda one: one.project,
        }
        return keys[by]

    def speaks(self, mediator_id: int | None) -> Mapping[str, int]:
        person = self.people.get(mediator_id or 0)
        return person.speaks if person else {}

    def figures(self, by: str, chosen: Callable[[Belongs], bool] = lambda _: True) -> dict[Key, Figures]:
        return fold(filter(chosen, self.visits), self.key(by), self.km)

    def offers_by(self, by: str, chosen: Callable[[Belongs], bool] = lambda _: True) -> dict[Key, Offers]:
        key, found = self.key(by), dict[Key, Offers]()
        for offer in filter(chosen, self.offers):
            found.setdefault(key(offer), Offers()).add(offer.status, offer.times)
        return found

    @cached_property
    def hers(self) -> dict[Key, Figures]:
        """The figures of each mediator, whole; nobody's are under null."""
        return self.figures("mediator")

    @cached_property
    def used(self) -> dict[int, int]:
        """Minutes that weigh on each active mediator's limit, her training too: what the average is made of."""
        return {
            person.id: self.hers.get(person.id, Figures()).used + self.training.get(person.id, 0)
            for person in self.people.values()
            if person.active
        }


def read_facts(session: Session, period: Period, finely: Collection[str] = queries.FINELY) -> Facts:
    """``finely`` names what the offers are counted by, besides who was asked and for which languages."""
    people = registers.read_people(session)
    visits, offers = queries.read_visits(session, period), queries.count_offers(session, period, finely)
    homes = {person.id: person.home for person in people.values()}
    desks = {visit.desk_id for visit in visits} | {offer.desk_id for offer in offers if offer.desk_id is not None}
    return Facts(
        period,
        visits,
        offers,
        people,
        kilometres(visits, homes, policy_in_force(session).planning.road_factor),
        registers.training_minutes(session, period),
        registers.language_names(session),
        registers.read_ambiti(session),
        registers.read_desks(session, desks),
        registers.read_projects(session),
    )


@dataclass(frozen=True)
class Jobs:
    """The newest job under a key: that has begun, and of all."""

    last: dt.datetime | None = None
    latest: dt.datetime | None = None


def newest_jobs(session: Session, facts: Facts, by: str, now: dt.datetime) -> dict[Key, Jobs]:
    found: dict[Key, Jobs] = {}
    rows = queries.newest_of_mediators(session, now) if by == "mediator" else queries.last_jobs(session, by, now)
    for row in rows:
        key: Key = row.key
        if by == "language":
            key = language_of(asked_of(row.key), facts.speaks(row.mediator_id))
        known = found.get(key, Jobs())
        found[key] = Jobs(_later(known.last, row.last), _later(known.latest, row.latest))
    return found


def _later(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    return max((when for when in (one, other) if when is not None), default=None)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes a seeded province into rows: territory, organisations, desks, mediators, projects, demo accounts, API keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from sqlalchemy.orm import Session

from dispatch.access.service import create_key
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Kind
from dispatch.records.territory import Budget, Desk, Project
from dispatch.rehearsal import desks as furnishing
from dispatch.rehearsal.mediators import Surroundings, away, mediator
from dispatch.rehearsal.profiles import Profile
from dispatch.rehearsal.tongues import asked_for, mother_tongues
from dispatch.territory.load import load

PROJECTS = {"fami-2463": "FAMI 2463, Distretto Est per l'integrazione", "migramenti": "Migramenti"}
AMPLE, SCARCE = 1.6, 0.4  # a budget's share of what is asked of it; one ambito has too little
ENOUGH_TO_CUT = 240  # minutes asked for early; the smallest such purse is the scarce one


@dataclass(frozen=True)
class Province:
    """The people and desks that were made, and an API key by desk."""

    profile: Profile
    monday: dt.date
    desks: list[Desk]
    mediators: list[Mediator]
    shares: dict[str, float]
    keys: dict[str, str] = field(repr=False)


def populate(
    session: Session, territory: str, profile: Profile, monday: dt.date, now: dt.datetime, seed: int
) -> Province:
    """The same seed makes the same province, to the name; API keys are secret and differ."""
    random = Random(f"province {profile.name} {seed}")
    facts = load(session, territory)
    ambiti = furnishing.ambiti_of(facts, profile.ambiti)
    comuni = furnishing.weights(facts, ambiti)
    owners = furnishing.organisations()
    session.add_all([*projects(monday), *owners.values()])
    made = furnishing.desks(random, profile, comuni, owners)
    shares = asked_for(profile.languages)
    around = Surroundings((owners["coop-1"], owners["coop-2"]), comuni, ambiti, shares, monday)
    tongues = mother_tongues(random, shares, profile.mediators)
    people = [mediator(random, number, tongue, around) for number, tongue in enumerate(tongues, start=1)]
    session.add_all([*made, *people])
    session.flush()
    places = [desk.place for desk in made]
    for person in people:
        session.add_all(away(random, person, monday, places))
    keys = {desk.code: create_key(session, now, desk_code=desk.code, label="demo", by="rehearsal") for desk in made}
    return Province(profile, monday, made, people, shares, keys)


def projects(monday: dt.date) -> list[Project]:
    """Two funds that pay for everything a mediator does, for the year around the week."""
    kinds = [kind.value for kind in Kind]
    starts, ends = dt.date(monday.year, 1, 1), dt.date(monday.year + 1, 12, 31)
    return [Project(code=code, name=name, starts=starts, ends=ends, kinds=kinds) for code, name in PROJECTS.items()]


def grant_budgets(
    session: Session,
    asked: Mapping[tuple[str, str], int],
    early: Mapping[tuple[str, str], int],
    spent: Mapping[tuple[str, str], int] | None = None,
) -> tuple[str, str] | None:
    """Minutes of the whole period by (project, ambito): ample for the week that is played, but in one ambito less than
    was asked for early, so that its purse is empty before the week is over.

    ``early`` is the part of ``asked`` that is known when the week is first planned; what was ``spent`` before comes on
    top. Answers with the scarce purse, or None where no project is asked for anything early.
    """
    before = spent or {}
    known = sorted((purse for purse in early if early[purse] >= ENOUGH_TO_CUT), key=lambda purse: (asked[purse], purse))
    scarce = next(iter(known), None)
    for purse in sorted(asked.keys() | before.keys()):
        granted = early[purse] * SCARCE if purse == scarce else asked.get(purse, 0) * AMPLE
        minutes = round(granted) + before.get(purse, 0)
        session.add(Budget(project_code=purse[0], ambito_code=purse[1], minutes=minutes))
    return scarce

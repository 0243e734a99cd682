# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plays a month of a seeded province on the real service with a virtual clock, and counts what came of it."""

from __future__ import annotations

import datetime as dt
import gc
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from config.settings import Settings
from dispatch.access.service import create_account
from dispatch.kit.clock import from_wall, set_virtual
from dispatch.kit.installation import Installation
from dispatch.kit.migrate import upgrade
from dispatch.planning.jobs import plan_with
from dispatch.planning.rolling import leave_to_people
from dispatch.records.statuses import Role
from dispatch.records.territory import Budget
from dispatch.rehearsal import measured
from dispatch.rehearsal.choosing import OneByOne
from dispatch.rehearsal.doors import Doors
from dispatch.rehearsal.errands import Errands, House, served
from dispatch.rehearsal.inbox import Inbox
from dispatch.rehearsal.life import Month
from dispatch.rehearsal.logins import LOGINS
from dispatch.rehearsal.mediators import away
from dispatch.rehearsal.missed import missed_slots
from dispatch.rehearsal.moments import MonthHands
from dispatch.rehearsal.month import Wanted, minutes_asked
from dispatch.rehearsal.outcomes import Outcomes
from dispatch.rehearsal.people import People
from dispatch.rehearsal.policies import Chooser, SimulatedPolicy, put_in_force
from dispatch.rehearsal.population import Province, populate
from dispatch.rehearsal.possible import possible
from dispatch.rehearsal.premises import temporary
from dispatch.rehearsal.profiles import PROFILES
from dispatch.rehearsal.scenarios import SCENARIOS, Scenario
from dispatch.rehearsal.sms_counted import sms_sent
from dispatch.rehearsal.week import Watcher
from dispatch.rehearsal.words import DEMO_PASSWORD
from dispatch.roster.week import Week

OPENS = -4 * 1440 + 8 * 60  # on the Thursday morning before: in the evening the first weeks plan themselves
BEAT = dt.timedelta(minutes=30)
A_DAY = dt.timedelta(days=1)
SWEPT_EVERY = 50_000  # new objects; Python's own 700 would be a sweep at every other statement
BOUND_SECONDS = 20  # for the most that anybody could have filled


@dataclass(frozen=True)
class Simulation:
    """What is to be played."""

    profile: str
    days: int
    seed: int
    policy: SimulatedPolicy
    scenario: Scenario = SCENARIOS["a"]

    @property
    def monday(self) -> dt.date:
        return self.scenario.monday

    @property
    def opens(self) -> dt.datetime:
        return from_wall(self.monday, OPENS)

    @property
    def ends(self) -> dt.datetime:
        """A day after the last visit, so that whoever held it has told."""
        return from_wall(self.monday, self.days * 1440) + A_DAY


def simulate(settings: Settings, house: House, what: Simulation, watcher: Watcher) -> dict[str, Any]:
    """The figures of the month; every time in minutes."""
    began = time.monotonic()
    with temporary(settings) as here, seldom_swept():
        province, wanted = settle_in(here, what)
        month = live(here, house, what, watcher, province, wanted)
        with here.database.begin() as session:
            figures = read_figures(session, what, month)
        figures |= {"failed_jobs": month.hands.failed_jobs(), "seconds": round(time.monotonic() - began, 1)}
    return figures


@contextmanager
def seldom_swept() -> Iterator[None]:
    """A month makes and forgets millions of rows and hardly a cycle: Python need not look for some so often."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(SWEPT_EVERY, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def live(
    here: Installation, house: House, what: Simulation, watcher: Watcher, province: Province, wanted: Sequence[Wanted]
) -> Month:
    """The month itself, from the opening to the day after its last visit."""
    names: dict[int, str] = {}
    people, desks = People(what.seed, names=names), {desk.code: desk for desk in province.desks}
    inbox = Inbox(here.database, people, what.opens, by_phone=what.policy.by_phone)
    doors = Doors(here.settings.base_url, province.keys, LOGINS[Role.COORDINATOR])
    with served(here, house), Errands(here, house) as errands, doors:
        if what.policy.chooser is not Chooser.PLANNER:
            plan_with(here, OneByOne(here.settings.planner_memory_mb, 1, chooser=what.policy.chooser))
        doors.wait_until_ready()
        doors.sign_in()
        hands = MonthHands(here.database, BEAT, lambda: None, errands=errands.run)
        month = Month(
            what.monday,
            here.database,
            doors,
            hands,
            inbox,
            people,
            watcher,
            what.seed,
            desks,
            policy=what.policy,
            names=names,
        )
        what.scenario.events(month)
        month.live(wanted, what.opens, what.ends)
    return month


def settle_in(here: Installation, what: Simulation) -> tuple[Province, list[Wanted]]:
    """The newest migration, the province, the month's requests and the policy; the clock stands at the opening."""
    assert here.settings.database_url is not None
    upgrade(here.settings.database_url)
    with here.database.begin() as session:
        set_virtual(session, what.opens)
        profile = what.scenario.sized(PROFILES[what.profile])
        province = populate(session, here.settings.territory, profile, what.monday, what.opens, what.seed)
        be_away(session, province, what)
        what.scenario.people(province)
        wanted = what.scenario.requests(province, what.days, what.seed)
        for (project, ambito), minutes in sorted(minutes_asked(wanted, province).items()):
            granted = round(minutes * what.scenario.paid(project))
            session.add(Budget(project_code=project, ambito_code=ambito, minutes=granted))
        create_account(
            session,
            what.opens,
            password=DEMO_PASSWORD,
            login=LOGINS[Role.COORDINATOR],
            name="Coordinamento",
            role=Role.COORDINATOR,
        )
        put_in_force(session, what.policy, what.opens)
        leave_to_people(session, what.monday - dt.timedelta(weeks=2))  # from then on the evenings count
    return province, wanted


def be_away(session: Session, province: Province, what: Simulation) -> None:
    """Courses and days off in the weeks after the first, which the province has already."""
    places = [desk.place for desk in province.desks]
    for number in range(1, -(-what.days // 7)):
        random = Random(f"away {what.seed} {number}")
        for person in province.mediators:
            session.add_all(away(random, person, what.monday + dt.timedelta(weeks=number), places))


def read_figures(session: Session, what: Simulation, month: Month) -> dict[str, Any]:
    week = Week(what.monday, what.days)
    every, outcomes = measured.found_slots(session, week), Outcomes(what.seed, names=month.names)
    found = [one for one in every if one.stands]
    counted = measured.counted(found, outcomes)
    sent = sms_sent(session, {one.slot for one in every}, by_phone=what.policy.by_phone)
    can_be = possible(session, week, month.people, seconds=BOUND_SECONDS)
    missed = missed_slots(session, [one.slot for one in found if one.during is None], can_be.willing)
    return {
        "policy": what.policy.name,
        "profile": what.profile,
        "days": what.days,
        "seed": what.seed,
        "scenario": what.scenario.letter,
        **counted,
        "fillable": counted["filled"] + sum(one.somebody_was_free for one in missed),
        "fillable_one_by_one": len(can_be.willing),
        "fillable_together": can_be.together,
        "fillable_reached": can_be.reached,
        **sent.figures(counted["filled"]),
        "missed": dict(Counter(one.why.value for one in missed)),
        "missed_slots": [
            {"visit": month.names[one.slot], "start": one.start.isoformat(), "why": one.why.value} for one in missed
        ],
        "calls": month.calls,
        **measured.roads_and_hours(session, week),
        **measured.whole(session),
        "by_ambito": measured.by("ambito", every, outcomes, can_be.willing, sent.slots),
        "by_language": measured.by("language", every, outcomes, can_be.willing, sent.slots),
    }

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rehearses a week of a seeded province end to end, on real parts: three processes, a socket, a database, no shortcut."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path

from rich.console import Console

from config.settings import Settings
from dispatch.family import Family
from dispatch.kit.clock import set_virtual
from dispatch.kit.migrate import upgrade
from dispatch.kit.recurrence import closures_of
from dispatch.kit.session import Database
from dispatch.planning.rolling import leave_to_people
from dispatch.records.statuses import Role
from dispatch.rehearsal.demand import Asked, Demand, minutes_by_purse
from dispatch.rehearsal.doors import Doors
from dispatch.rehearsal.drawn import rates_drawn
from dispatch.rehearsal.export import bookings_as_plan, files_of, write
from dispatch.rehearsal.figures import empty_slots, settled
from dispatch.rehearsal.hands import Hands
from dispatch.rehearsal.inbox import Inbox
from dispatch.rehearsal.logins import LOGINS, open_doors
from dispatch.rehearsal.past import live_through, spent_by_purse
from dispatch.rehearsal.people import People
from dispatch.rehearsal.population import Province, grant_budgets, populate
from dispatch.rehearsal.premises import Premises, moved_in
from dispatch.rehearsal.profiles import DEMAND, PROFILES
from dispatch.rehearsal.pruned import pruned
from dispatch.rehearsal.scene import Scene, Seconds, opening
from dispatch.rehearsal.stages import Stages
from dispatch.rehearsal.summary import Story, tell, where_to_go
from dispatch.rehearsal.week import Week
from dispatch.roster.week import Week as Horizon

MONDAY = dt.date(2026, 11, 30)
BEAT = dt.timedelta(minutes=60)
ILL_PER_HUNDRED = 3
PAST_WEEKS = 4  # a month to look back on


def rehearse(
    settings: Settings,
    *,
    once: bool,
    seed: int,
    figures: Path | None,
    export: Path | None,
    profile: str = "M",
    console: Console | None = None,
) -> int:
    """Exit code 0 when nobody is double-booked and every slot is accounted for, else 1.

    ``figures`` gets the JSON of the summary, ``export`` the planner's files. Serves until interrupted unless ``once``.
    """
    stages = Stages(console or Console())
    stages.console.rule(f"[bold]Ponte rehearses a week[/bold] · profile {profile} · seed {seed}")
    with moved_in(settings, seed) as premises, premises.log.open("wb") as log:
        with stages.stage("A seeded province: people, desks, a month behind it, a week ahead"):
            database, province, requests = settle_in(premises, profile, seed)
        with Family(premises.environment(), output=log) as family:
            doors = Doors(premises.settings.base_url, province.keys, LOGINS[Role.COORDINATOR])
            with doors:
                story = play(stages, database, doors, family, province, requests, seed, export)
            tell(stages.console, story)
            if figures:
                figures.write_text(json.dumps(story.as_json(), indent=2) + "\n", encoding="utf-8")
            if not once:
                where_to_go(stages.console, premises.settings.base_url, LOGINS)
                family.watch()
        database.close()
    return 0 if story.holds else 1


def settle_in(premises: Premises, profile: str, seed: int) -> tuple[Database, Province, list[Asked]]:
    """The database at its newest migration, the province and its past in it, its clock set, the week's requests drawn."""
    upgrade(premises.url)
    database, opens = Database(premises.url), opening(MONDAY)
    with database.begin() as session:
        set_virtual(session, opens)
        province = populate(session, premises.settings.territory, PROFILES[profile], MONDAY, opens, seed)
        live_through(session, province, closures_of(premises.settings.territory), seed, PAST_WEEKS)
        requests = Demand(province, seed).week()
        open_doors(session, opens, province, requests)
        early = [asked for asked in requests if asked.at <= opens]
        asked, known = minutes_by_purse(requests, province), minutes_by_purse(early, province)
        grant_budgets(session, asked, known, spent_by_purse(session))
        # The rehearsed week is planned by hand, at set times; on its own Thursday the next ones plan themselves.
        leave_to_people(session, MONDAY - dt.timedelta(days=7))
    return database, province, requests


def play(
    stages: Stages,
    database: Database,
    doors: Doors,
    family: Family,
    province: Province,
    requests: list[Asked],
    seed: int,
    export: Path | None,
) -> Story:
    """The way itself, from the first request to the last answer, and what came of it."""
    with stages.stage("Serve, worker and clock are up"):
        doors.wait_until_ready()
        doors.sign_in()
    began = time.monotonic()
    hands, people = Hands(database, BEAT, family.look), People(seed)
    inbox, desks = Inbox(database, people, opening(MONDAY)), {desk.code: desk for desk in province.desks}
    week = Week(MONDAY, database, doors, hands, inbox, people, stages, seed, desks)
    scene = Scene(week, requests, Seconds(), ill=max(1, len(province.mediators) * ILL_PER_HUNDRED // 100))
    scene.play(stages)
    way_seconds = time.monotonic() - began
    with stages.stage("Count, check and write down"):
        return read_story(stages, database, scene, province, requests, seed, way_seconds, export)


def read_story(
    stages: Stages,
    database: Database,
    scene: Scene,
    province: Province,
    requests: list[Asked],
    seed: int,
    way_seconds: float,
    export: Path | None,
) -> Story:
    horizon = Horizon(MONDAY, 7)
    with database.begin() as session:
        planned = files_of(session, scene.planned)
        problem, answer = files_of(session, scene.closing)
        last = bookings_as_plan(session, MONDAY, problem, answer)
        if export:
            write(export, (problem, last), planned)
        return Story(
            seed=seed,
            settled=settled(session, horizon),
            empty=empty_slots(session, horizon),
            drawn=rates_drawn(requests, province.profile, DEMAND, province.desks),
            pruned=pruned(*planned),
            week=planned[1],
            last=last,
            seconds=dict(stages.seconds),
            way_seconds=way_seconds,
            failed_jobs=scene.week.hands.failed_jobs(),
        )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Queued work of planning: run the planner, start repairs that are due, give back runs whose worker died."""

from __future__ import annotations

import math
import threading

import structlog
from sqlalchemy.exc import OperationalError

from dispatch.errors import PonteError
from dispatch.kit import running
from dispatch.kit.clock import machine_now, now
from dispatch.kit.installation import Installation
from dispatch.kit.policy import policy_in_force
from dispatch.kit.queue import carrier, enqueue
from dispatch.planning import freed, repairing, rolling, service
from dispatch.planning.audit import audited
from dispatch.planning.planner import Answer, Better, Enough, Planner, PlannerFailed
from dispatch.planning.publish import Raced, publish
from dispatch.planning.queries import is_left_unpublished, mondays_to_repair, slots_due
from dispatch.planning.trail import Trail
from dispatch.records.planning import PlanningRun
from dispatch.records.statuses import RunKind

WAITED_FOR = (0.001, 0.7)  # a repair less than 0.1 % from the best is not polished any longer than 0.7 s

NOTED_EVERY = 0.25  # seconds; who looks at the progress of a run, or stops it, does not see more
TRIES = 4  # two at once may be refused by the database; no tick comes back to freed time

log = structlog.get_logger(__name__)

_planners: dict[int, Planner] = {}
_starting = threading.Lock()


@carrier.task(name="planning.run", queue="planning")
def run(run_id: int) -> None:
    """Read the week, plan it in the planner process, keep the draft; a repair is published at once."""
    here = running.current()
    try:
        with here.database.begin() as session:
            begun = service.begin(session, run_id, now(session))
    except ValueError as trouble:  # The rows make no problem that may be planned; which one, the message says.
        with here.database.begin() as session:
            repairing.refuse(session, run_id, str(trouble), now(session))
        log.error("week cannot be planned", run=run_id, trouble=type(trouble).__name__)
        return
    if begun is None:
        publish_left(here, run_id)
        return
    try:
        answer = plan(here, begun)
    except PlannerFailed as trouble:
        with here.database.begin() as session:
            service.fail(session, begun, str(trouble), now(session))
            repairing.postpone(session, run_id, now(session))
        log.error("planner failed", run=run_id, trouble=str(trouble))
        return
    with here.database.begin() as session:
        kept = service.keep_draft(session, begun, answer.plan, answer.candidates, now(session))
    if answer.short_of_memory:
        log.warning(
            "planner reached its memory limit, its best plan was kept: raise PONTE_PLANNER_MEMORY_MB", run=run_id
        )
    log.info("plan kept", run=run_id, kept=kept, total=answer.plan.score.total, bound=answer.plan.bound)
    if kept and begun.kind == RunKind.REPAIR:
        publish_repair(here, run_id)
        look_at_what_came_meanwhile(here, begun)


def plan(here: Installation, begun: service.Begun) -> Answer:
    """The planner's answer; should it fail, the greedy first plan of a fresh process is better than none."""
    planner, noted_at, trail = planner_of(here), -math.inf, Trail()

    def on_better(found: Better) -> bool:
        nonlocal noted_at
        trail.take(found)
        if found.seconds - noted_at < NOTED_EVERY:
            return True
        noted_at = found.seconds
        with here.database.begin() as session:
            return service.note_progress(session, begun.run_id, begun.attempt, trail.figures(found.slots))

    with here.database.begin() as session:
        policy = policy_in_force(session).planning
    most = policy.candidates_per_slot
    waited_for = begun.kind == RunKind.REPAIR
    enough = Enough(policy.enough_repair, *WAITED_FOR) if waited_for else Enough(policy.enough_week)
    try:
        best = planner.plan(
            begun.problem, seconds=begun.seconds, seed=begun.seed, candidates=most, enough=enough, on_better=on_better
        )
        return audited(begun.problem, best)
    except PlannerFailed as trouble:
        log.error("planner failed, trying the greedy plan", run=begun.run_id, trouble=str(trouble))
        planner.close()  # who answered nonsense is not asked again
        return audited(begun.problem, planner.plan(begun.problem, seconds=0, seed=begun.seed, candidates=most))


def planner_of(here: Installation) -> Planner:
    """One warm planner per process, shared by its threads."""
    with _starting:
        key = id(here)
        if key not in _planners:
            settings = here.settings
            _planners[key] = Planner(memory_mb=settings.planner_memory_mb, workers=settings.planner_workers)
        return _planners[key]


def plan_with(here: Installation, planner: Planner) -> None:
    """Another planner for this installation: a simulation compares ours with other ways to choose."""
    with _starting:
        _planners[id(here)] = planner


def close_planners() -> None:
    """End the warm planner processes; the next order starts a fresh one."""
    with _starting:
        while _planners:
            _planners.popitem()[1].close()


def publish_repair(here: Installation, run_id: int) -> None:
    """A repair publishes itself; beaten to it once it tries again, beaten twice it waits for the next repair.

    OperationalError: PostgreSQL ended it, so that two who waited for each other do not wait for ever.
    """
    for _ in range(2):
        try:
            with here.database.begin() as session:
                publish(session, run_id, now(session))
            return
        except (Raced, OperationalError):
            continue
        except PonteError as trouble:
            log.warning("repair not published", run=run_id, trouble=trouble.kind)
            break
    with here.database.begin() as session:
        service.set_aside(session, run_id, now(session))
        repairing.postpone(session, run_id, now(session))


def publish_left(here: Installation, run_id: int) -> None:
    """Finish what a worker died over that had the plan already."""
    with here.database.begin() as session:
        left = is_left_unpublished(session, run_id)
    if left:
        publish_repair(here, run_id)


def look_at_what_came_meanwhile(here: Installation, begun: service.Begun) -> None:
    """Who asked for a repair while this one ran was answered with it, though it had read the week before: an urgent
    request must not wait for the next tick. What was due before is the tick's, or one that fails would go on for ever."""
    with here.database.begin() as session:
        instant = now(session)
        run = session.get_one(PlanningRun, begun.run_id)
        if slots_due(session, run.week_start, run.days, instant) - begun.due - begun.slots:
            enqueue(session, "planning.repair", queue="planning")


@carrier.task(name="planning.repair", queue="planning")
def repair() -> None:
    """Ask for a repair of each week that holds an open slot whose time to look again has come."""
    here = running.current()
    with here.database.begin() as session:
        repairing.look_again(session, now(session))
    with here.database.begin() as session:
        instant = now(session)
        for monday in mondays_to_repair(session, instant):
            service.ask(
                session, instant, monday, RunKind.REPAIR, seconds=here.settings.repair_seconds, by="planning.repair"
            )


@carrier.task(name="planning.offer_freed", queue="planning", retry=TRIES)
def offer_freed(assignment_id: int) -> None:
    """Offer the time of a booking that was cancelled late to requests nearby that have nobody."""
    here = running.current()
    with here.database.begin() as session:
        found = freed.offer_freed_time(session, assignment_id, now(session))
    if found:
        log.info("freed time offered", slots=len(found))


@carrier.task(name="planning.week")
def plan_coming_weeks() -> None:
    """On the policy's evening, or as soon as somebody is awake after it, ask for the plan of the coming weeks."""
    here = running.current()
    with here.database.begin() as session:
        rolling.plan_coming_weeks(session, now(session), seconds=here.settings.planner_seconds)


@carrier.task(name="planning.rescue")
def rescue() -> None:
    """See that no run is left half done or never begun."""
    here = running.current()
    with here.database.begin() as session:
        repairing.give_back(session, machine_now(), now(session))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A6: a service that lives minute by minute while jobs are lost at random, asked each time whether a request rots."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from dispatch import worker
from dispatch.appointments.cancelling import cancel_appointments
from dispatch.doctor.invariants import broken
from dispatch.kit import running
from dispatch.kit.clock import set_virtual
from dispatch.kit.queue import carrier, enqueue
from dispatch.kit.session import Database
from dispatch.kit.ticks import TIMED
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply
from dispatch.planning import jobs
from dispatch.planning.planner import Answer
from dispatch.records.intake import Appointment, Slot
from dispatch.records.offers import Offer
from dispatch.records.statuses import AppointmentStatus, OfferStatus
from solver.candidates import ranked
from solver.problem import PlanningProblem
from solver.solve import solve
from tests import make
from tests.dispatch.offers import scene
from tests.dispatch.planning.failing import Spoiled

BEGIN = scene.MONDAY_MORNING
MINUTE = dt.timedelta(minutes=1)
ALWAYS = {"kit.rescue"}  # looks after processes, and there are none here
TAKE = text("DELETE FROM procrastinate_jobs WHERE status = 'todo' RETURNING id, task_name, args")
LOSSES = 0.15
MOST_PEOPLE = 40


@contextmanager
def planned_in_this_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is lost here are jobs; what becomes of a planner that is killed is seen elsewhere."""
    monkeypatch.setattr(jobs, "planner_of", lambda _here: Spoiled(memory_mb=1, workers=1, answer=greedy))
    yield
    running._current.clear()


def greedy(problem: PlanningProblem, _seconds: float) -> Answer:
    plan = solve(problem, seconds=0, seed=1, workers=1)
    return Answer(plan, [found._asdict() for found in ranked(problem, plan, most=5)])


@dataclass
class Unrest:
    """What was done, what was lost on the way, and every promise that did not hold after a minute."""

    done: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    lost_last: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)


def live_on(
    database: Database, requests: int, minutes: int, losses: float = LOSSES, begin: dt.datetime = BEGIN
) -> Unrest:
    """Requests come, people answer or stay silent, desks call off; each minute strikes every tick."""
    worker.load_jobs()
    running.start(make.installation(database))
    seen, chance = Unrest(), Random(6)
    with database.begin() as session:
        for _ in range(min(MOST_PEOPLE, max(4, requests // 4))):
            make.mediator(session)
    for minute in range(minutes):
        now = begin + minute * MINUTE
        coming = requests * (minute + 1) // minutes - requests * minute // minutes
        with database.begin() as session:
            set_virtual(session, now)
            for _ in range(coming):
                ask(session, now, chance)
            for timed in TIMED:
                if timed.job not in ALWAYS and (minute * 60) % timed.every == 0:
                    enqueue(session, timed.job)
        work_off(database, chance, losses, seen)
        people_act(database, now, chance)
        with database.begin() as session:
            seen.broken += [f"minute {minute}: {one}" for one in broken(session)]
    return seen


def ask(session: Session, now: dt.datetime, chance: Random) -> None:
    """A slot of the next two days, due for a repair at once as intake leaves it."""
    start = now.replace(minute=0) + dt.timedelta(hours=chance.choice((4, 5, 24, 26, 28, 48)))
    slot = scene.slot(session, start)
    slot.replan_due = slot.changed_at = now


def work_off(database: Database, chance: Random, losses: float, seen: Unrest) -> None:
    """Every job that is queued, and those that they queue; now and then one is lost with its worker, never twice running."""
    lost_before, lost_now = seen.lost_last, set[str]()
    while True:
        with database.begin() as session:
            queued = session.execute(TAKE).all()
        if not queued:
            break
        for _, name, args in sorted(queued, key=lambda job: job[0]):
            if chance.random() < losses and name not in lost_before | lost_now:
                lost_now.add(name)
                continue
            carrier.tasks[name].func(**args)
            seen.done[name] += 1
    seen.lost_last = lost_now
    seen.lost.update(lost_now)


def people_act(database: Database, now: dt.datetime, chance: Random) -> None:
    """Of those who are being asked some answer within the minute; now and then a desk calls off."""
    with database.begin() as session:
        waiting = session.scalars(select(Offer.id).where(Offer.status == OfferStatus.WAITING)).all()
        standing = select(Appointment.id).join(Slot).where(Appointment.status != AppointmentStatus.CANCELLED)
        appointments = session.scalars(standing).all()
    for offer_id in waiting:
        if chance.random() < 0.1:
            with database.begin() as session:
                settle_offer(session, scene.office(), offer_id, chance.choice((Reply.YES, Reply.NO)), now)
    if appointments and chance.random() < 0.1:
        with database.begin() as session:
            cancel_appointments(session, [chance.choice(appointments)], now)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers that come while the planner thinks: a week is published, its people answer, and a repair is on its way (A10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.kit import running
from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.offers.answering import settle_offer
from dispatch.offers.decisions import Reply, Settled
from dispatch.planning import jobs, service
from dispatch.planning.publish import publish
from dispatch.records.intake import Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.statuses import LIVE_ASSIGNMENT, AssignmentStatus, OfferStatus, RunKind
from solver.candidates import ranked
from solver.solve import solve
from tests import make
from tests.dispatch.offers import scene
from tests.dispatch.planning.conftest import MONDAY, draft

PEOPLE, ANSWERS, MORE = 3, 20, 10
NOW = scene.MONDAY_MORNING + dt.timedelta(minutes=1)  # after every slot was written
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Meanwhile:
    """Yeses that became bookings while the planner thought, those of them that were moved, and what it published."""

    booked: int = 0
    moved: int = 0
    published: int = 0


def weeks_of_answers(database: Database, solves: int) -> Meanwhile:
    """One week after the other: published, half of its questions sent, then answered while a repair plans it anew."""
    seen, chance = Meanwhile(), Random(10)
    running.start(make.installation(database))
    with database.begin() as session:
        for _ in range(PEOPLE):
            make.mediator(session)
    for number in range(solves):
        monday = MONDAY + dt.timedelta(days=7 * number)
        offers = asked_week(database, monday, chance)
        one_week(database, monday, offers, chance, seen)
    return seen


def asked_week(database: Database, monday: dt.date, chance: Random) -> list[int]:
    """Visits published and asked about; half of the SMS have left, so the plan may still move the others."""
    with database.begin() as session:
        set_virtual(session, NOW)
        slots = slots_of(session, monday, ANSWERS, chance)
        publish(session, draft(session, now=NOW, kind=RunKind.REPAIR, monday=monday).run_id, NOW)
    scene.ask_all(database, scene.office(), NOW)
    with database.begin() as session:
        offers = session.scalars(select(Offer.id).where(Offer.slot_id.in_(slots)).order_by(Offer.id)).all()
        sent = update(Offer).where(Offer.id.in_(offers[::2]))
        session.execute(sent.values(status=OfferStatus.WAITING, asked_at=NOW))
        # What makes the next plan another one: more is asked than so few people can do, and it is worth more.
        worthier = slots_of(session, monday, MORE, chance)
        session.execute(update(Slot).where(Slot.id.in_(worthier)).values(value=5000))
        return list(offers)


def slots_of(session: Session, monday: dt.date, count: int, chance: Random) -> list[int]:
    morning = dt.datetime.combine(monday, dt.time(8), dt.UTC)
    starts = [morning + dt.timedelta(days=chance.randrange(5), minutes=30 * chance.randrange(16)) for _ in range(count)]
    first = scene.slot(session, starts[0])
    return [first.id, *(slot.id for slot in scene.more_slots(session, first, starts[1:]))]


def one_week(database: Database, monday: dt.date, offers: Sequence[int], chance: Random, seen: Meanwhile) -> None:
    """The repair reads the week, twenty answer, the repair publishes: all of it crosses."""
    with database.begin() as session:
        run = service.ask(session, NOW, monday, RunKind.REPAIR, seconds=1, by="test")
        begun = service.begin(session, run.id, NOW)
        assert begun is not None
    with ThreadPoolExecutor(ANSWERS) as people:
        answers = [people.submit(answer, database, one, chance.random() < 0.8) for one in offers]
        plan = solve(begun.problem, seconds=0, seed=1, workers=1)
        candidates = [found._asdict() for found in ranked(begun.problem, plan, most=3)]
        with database.begin() as session:
            service.keep_draft(session, begun, plan, candidates, NOW)
        jobs.publish_repair(running.current(), begun.run_id)
        said = [done.result() for done in answers]
    with database.begin() as session:
        live = select(Assignment).where(Assignment.status.in_(LIVE_ASSIGNMENT))
        stands = {row.slot_id: row for row in session.scalars(live)}
        for slot_id, mediator_id, during in filter(None, said):
            row = stands.get(slot_id)
            seen.booked += 1
            hers = row is not None and (row.mediator_id, row.during) == (mediator_id, during)
            seen.moved += not (hers and row is not None and row.status == AssignmentStatus.BOOKED)
        seen.published += sum(row.run_id == begun.run_id for row in stands.values())


def answer(database: Database, offer_id: int, is_yes: bool) -> tuple[int, int, Range[dt.datetime]] | None:
    """The visit that her yes has booked; None when it did not, or she said no."""
    with database.begin() as session:
        settled = settle_offer(session, scene.office(), offer_id, Reply.YES if is_yes else Reply.NO, NOW + MINUTE)
        offer = session.get_one(Offer, offer_id)
        return (offer.slot_id, offer.mediator_id, offer.during) if settled is Settled.BOOK else None

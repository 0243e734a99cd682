# SPDX-License-Identifier: AGPL-3.0-or-later
"""A week from the first request to the last answer: everybody acts at their time, until nothing is left to happen."""

from __future__ import annotations

import datetime as dt
import heapq
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, Protocol

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import Range

from dispatch.kit.clock import from_wall
from dispatch.kit.session import Database
from dispatch.offers.decisions import QUESTIONS
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Absence, Mediator
from dispatch.records.statuses import AssignmentStatus, OfferStatus, SlotStatus
from dispatch.records.territory import Desk
from dispatch.rehearsal.demand import Asked
from dispatch.rehearsal.doors import OVER, Doors, DoorShut
from dispatch.rehearsal.hands import Hands, grain
from dispatch.rehearsal.inbox import Arrived, Inbox, Question
from dispatch.rehearsal.outcomes import Outcomes
from dispatch.rehearsal.people import People, code_in
from dispatch.rehearsal.presences import entered

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
SHORT_NOTICE = 24 * HOUR  # with less time to the visit, minutes count
PLAN_LOOK = 0.1
WITHDRAW_BEFORE = 50 * HOUR  # later than two days before, taking a yes back is a matter for a telephone call


class Watcher(Protocol):
    """Whoever shows how the week goes."""

    def happened(self, what: str, at: dt.datetime) -> None: ...


@dataclass(order=True)
class Event:
    """Something that will happen; ``number`` keeps the order of what happens at one moment."""

    at: dt.datetime
    number: int
    what: str = field(compare=False)
    act: Callable[[], None] = field(compare=False)


@dataclass
class Week:
    """The actors of one planned week and the queue of what they will do."""

    monday: dt.date
    database: Database
    doors: Doors
    hands: Hands
    inbox: Inbox
    people: People
    watcher: Watcher
    seed: int
    desks: Mapping[str, Desk]
    events: list[Event] = field(default_factory=list)
    codes: dict[tuple[str, int], str] = field(default_factory=dict)
    answered: set[Question] = field(default_factory=set)
    told: set[tuple[str, int]] = field(default_factory=set)
    submitted: int = 0

    def __post_init__(self) -> None:
        self._numbers = count()
        self.outcomes = Outcomes(self.seed)

    def at(self, moment: dt.datetime, what: str, act: Callable[[], None], *, hurry: bool = False) -> None:
        """Note down what somebody will do: on the next beat, or to the minute where there is a hurry."""
        when = grain(moment, MINUTE) if hurry else self.hands.on_beat(moment)
        heapq.heappush(self.events, Event(when, next(self._numbers), what, act))

    def submit(self, requests: Iterable[Asked]) -> None:
        for asked in requests:
            self.submitted += 1
            if asked.presence:
                self.doors.staff(entered(asked, self.desks[asked.body["desk"]]))
            else:
                self._ask(asked)
            self.watcher.happened("requests", asked.at)

    def _ask(self, asked: Asked) -> None:
        told = self.doors.ask(asked.body, f"rehearsal-{self.seed}-{self.submitted}")
        if asked.cancel_at is not None:
            numbers = [1] if asked.in_series else None
            act = partial(self.doors.cancel, asked.body["desk"], told["code"], numbers)
            self.at(asked.cancel_at, "cancelled", act)

    def plan(self, seconds: int) -> int:
        """The coordinator asks for a plan, waits for the draft and publishes it; the run's id."""
        run_id = self.doors.plan(self.monday, seconds, self.seed)
        told = self.doors.run(run_id)
        while told["status"] not in OVER:
            self.hands.alive()
            time.sleep(PLAN_LOOK)
            told = self.doors.run(run_id)
        if told["status"] != "draft":
            raise DoorShut(f"Planning run {run_id} is {told['status']}: {told['trouble']}")
        self.doors.publish(run_id)
        self.hands.settle()
        self._read_phones(self.hands.read())
        return run_id

    def go_on(self, until: dt.datetime) -> None:
        """Let time pass, event by event, up to ``until``; where nothing is left to happen, time stands still earlier."""
        while (moment := self._next()) is not None and moment <= until:
            self.hands.move(moment)
            self.watcher.happened("time", moment)
            self.hands.strike(moment)
            self.hands.settle()
            self._read_phones(moment)
            if self._act(moment):
                self.hands.settle()
                self._read_phones(moment)
        if moment is not None:
            self.hands.move(until)

    def _act(self, moment: dt.datetime) -> int:
        """Everybody does what they had noted down for by now; how much that was."""
        acted = 0
        while self.events and self.events[0].at <= moment:
            event = heapq.heappop(self.events)
            event.act()
            self.watcher.happened(event.what, moment)
            acted += 1
        return acted

    def _next(self) -> dt.datetime | None:
        """The next minute at which anybody acts or anything is due, after the present one."""
        moments = [grain(due, MINUTE) for due in self.hands.due().values()]
        if self.events:
            moments.append(self.events[0].at)
        if not moments:
            return None
        return max(min(moments), grain(self.hands.read() + dt.timedelta(seconds=1), MINUTE))

    def _read_phones(self, now: dt.datetime) -> None:
        for arrived in self.inbox.look(now):
            self.watcher.happened("sms", now)
            if arrived.slot is None or arrived.start is None:
                continue
            if arrived.kind in QUESTIONS:
                self._asked(arrived, arrived.slot, now)
            elif arrived.kind == "how_was_it":
                self._how_it_went(arrived, arrived.slot, arrived.start, now)
            elif arrived.kind == "confirmed" and self.people.withdraws(arrived.mediator, arrived.slot):
                self._regretting(arrived, arrived.slot, arrived.start, now)

    def _asked(self, arrived: Arrived, slot: int, now: dt.datetime) -> None:
        question = arrived.question
        if question is None:  # A move that she is only told of.
            return
        self.codes[arrived.mediator, slot] = code_in(arrived.text) or ""
        answer = self.people.answer(arrived.mediator, slot, arrived.text, now)
        if answer is None or question in self.answered:
            return
        self.answered.add(question)
        hurry = arrived.start is not None and arrived.start - now < SHORT_NOTICE
        act = partial(self.doors.answer, arrived.phone, answer.text)
        self.at(answer.at, f"answer: {answer.says}", act, hurry=hurry)

    def _regretting(self, arrived: Arrived, slot: int, start: dt.datetime, now: dt.datetime) -> None:
        """Some take their yes back, while it is still theirs to take back."""
        moment = now + (start - WITHDRAW_BEFORE - now) / 2
        if moment > now:
            text = f"ANNULLA {self.codes.get((arrived.mediator, slot), '')}".strip()
            self.at(moment, "withdrawn", partial(self.doors.answer, arrived.phone, text))

    def _how_it_went(self, arrived: Arrived, slot: int, start: dt.datetime, now: dt.datetime) -> None:
        """She answers the SMS, her desk tells its side over the API, each when it finds the time, and only once."""
        who, end = (arrived.mediator, slot), arrived.end or start
        if who in self.told:
            return
        self.told.add(who)
        if answer := self.outcomes.her_sms(arrived.mediator, slot, arrived.text, start, end, now):
            self.at(answer.at, f"answer: {answer.says}", partial(self.doors.answer, arrived.phone, answer.text))
        if said := self.outcomes.desk_tells(arrived.mediator, slot, start, end):
            self.at(said[0], "desk tells", partial(self._desk_tells, who, said[1]))

    def _desk_tells(self, who: tuple[str, int], body: dict[str, Any]) -> None:
        mediator, slot = who
        query = (
            select(Attendance.id, Desk.code)
            .join(Desk, Desk.id == Attendance.desk_id)
            .join(Mediator, Mediator.id == Attendance.mediator_id)
            .where(Attendance.slot_id == slot, Mediator.code == mediator)
        )
        with self.database.begin() as session:
            row = session.execute(query).one()
        if row.code in self.desks:  # an ambito's own office has no program that speaks for it
            self.doors.tell(row.code, row.id, body)

    def fall_ill(self, people: int, days: int, now: dt.datetime) -> None:
        """Who holds most visits that nobody has told her of yet is away from Monday on: the coordinator notes it down."""
        start = from_wall(self.monday, 0)
        away = Range(start, from_wall(self.monday, days * 1440))
        told = exists().where(Offer.assignment_id == Assignment.id, Offer.status != OfferStatus.QUEUED)
        held = (
            select(Assignment.mediator_id)
            .where(Assignment.status == AssignmentStatus.PUBLISHED, Assignment.during.overlaps(away), ~told)
            .group_by(Assignment.mediator_id)
            .order_by(func.count().desc(), Assignment.mediator_id)
            .limit(people)
        )
        with self.database.begin() as session:
            ill = session.scalars(held).all()
            session.add_all(Absence(mediator_id=one, during=away) for one in ill)
        self.watcher.happened("absences", now)

    def waits_for_a_plan(self) -> int:
        """Open slots of the week that no repair is due for."""
        first, last = from_wall(self.monday, 0), from_wall(self.monday, 7 * 1440)
        query = (
            select(func.count())
            .select_from(Slot)
            .join(Appointment)
            .where(Slot.status == SlotStatus.OPEN, Slot.replan_due.is_(None))
            .where(Appointment.first_start < last, Appointment.last_start >= first)
        )
        with self.database.begin() as session:
            return session.scalar(query) or 0

    def local(self, days: int, hour: int, minute: int = 0) -> dt.datetime:
        """An instant ``days`` after Monday (negative: before) at a wall-clock time."""
        return from_wall(self.monday, days * 1440 + hour * 60 + minute)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A simulated month as people live it: desks ask, mediators answer, a coordinator publishes plans or makes her calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select

from dispatch.kit.clock import at_home, from_wall
from dispatch.kit.policy import policy_in_force
from dispatch.planning.queries import drafts_meeting
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.presences import Presence
from dispatch.rehearsal.demand import Asked
from dispatch.rehearsal.inbox import Arrived
from dispatch.rehearsal.month import Wanted
from dispatch.rehearsal.outcomes import Outcomes
from dispatch.rehearsal.people import code_in
from dispatch.rehearsal.policies import Chooser, SimulatedPolicy
from dispatch.rehearsal.presences import entered
from dispatch.rehearsal.telephone import A_CALL, hold_open, office_time
from dispatch.rehearsal.week import SHORT_NOTICE, Week

PUBLISHES_AFTER = dt.timedelta(minutes=30)  # the coordinator looks through the draft of the evening
WEEKS_SEEN = 8
LOOKS_EVERY, AWAKE = dt.timedelta(hours=2), (7, 20)


@dataclass
class Month(Week):
    """The actors of a month. ``names`` say which visit a slot is, in words that every run of the month shares."""

    policy: SimulatedPolicy = field(kw_only=True)
    names: dict[int, str] = field(kw_only=True)
    line_free: dt.datetime = field(default=dt.datetime.min.replace(tzinfo=dt.UTC), kw_only=True)
    calls: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.outcomes = Outcomes(self.seed, names=self.names)

    def live(self, wanted: Sequence[Wanted], opens: dt.datetime, ends: dt.datetime) -> None:
        """From the opening, when all that was asked before is typed in, to the end."""
        for one in wanted:
            act = partial(self.receive, one)
            self.at(max(one.asked.at, opens), "requests", act, hurry=one.asked.lead_hours < 24)
        for number in range(int((ends - opens) / LOOKS_EVERY)):
            moment = opens + number * LOOKS_EVERY
            if AWAKE[0] <= at_home(moment).hour <= AWAKE[1]:
                self.at(moment, "time", self._look_again)
        if self.policy.chooser is Chooser.PLANNER:
            for evening in self._evenings(opens, ends):
                self.at(evening, "planning", self._plan_evening)
                self.at(evening + PUBLISHES_AFTER, "published", self._publish_drafts)
        self.go_on(ends)

    def receive(self, one: Wanted) -> None:
        """One request comes in, by its desk or as a presence that the coordinator enters."""
        asked = one.asked
        self.submitted += 1
        if asked.presence:
            code = self.doors.staff(entered(asked, self.desks[asked.body["desk"]]))["code"]
            mine = Request.presence_id == select(Presence.id).where(Presence.code == code).scalar_subquery()
        else:
            code = self.doors.ask(asked.body, f"month-{self.seed}-{one.number}")["code"]
            mine = Request.code == code
            self._will_cancel(asked, code)
        query = select(Slot.id, Appointment.number, Slot.number).join(Appointment).join(Request).where(mine)
        with self.database.begin() as session:
            for slot, date, place in session.execute(query):
                self.names[slot] = f"{one.number}/{date}/{place}"

    def _will_cancel(self, asked: Asked, code: str) -> None:
        if asked.cancel_at is not None:
            act = partial(self.doors.cancel, asked.body["desk"], code, [1] if asked.in_series else None)
            self.at(asked.cancel_at, "cancelled", act)

    def _evenings(self, opens: dt.datetime, ends: dt.datetime) -> list[dt.datetime]:
        """When the coming weeks plan themselves, by the policy of the house."""
        with self.database.begin() as session:
            policy = policy_in_force(session).planning
        minute = policy.plan_weekday * 1440 + policy.plan_minute
        weeks = [self.monday + dt.timedelta(weeks=number) for number in range(-1, WEEKS_SEEN)]
        evenings = [from_wall(monday, minute) for monday in weeks]
        return [evening for evening in evenings if opens < evening < ends]

    def _look_again(self) -> None:
        """The clock strikes each minute; what only such a strike would find is found within two hours."""
        self.hands.strike_now("planning.repair")

    def _plan_evening(self) -> None:
        self.hands.strike_now("planning.week")

    def _publish_drafts(self) -> None:
        with self.database.begin() as session:
            drafts = [run.id for run in session.scalars(drafts_meeting(self.monday, 7 * WEEKS_SEEN))]
        for run_id in drafts:
            self.doors.publish(run_id)

    def _asked(self, arrived: Arrived, slot: int, now: dt.datetime) -> None:
        if not self.policy.by_phone:
            super()._asked(arrived, slot, now)
            return
        question, code = arrived.question, code_in(arrived.text)
        if question is None or question in self.answered or code is None or arrived.start is None:
            return
        self.answered.add(question)
        self.codes[arrived.mediator, slot] = code
        moment = self._next_call(now, arrived.mediator, slot)
        yes = self.people.says_yes(arrived.mediator, slot)
        act = partial(self.doors.answer, arrived.phone, f"{'SI' if yes else 'NO'} {code}")
        self.at(moment, "answer: by phone", act, hurry=arrived.start - now < SHORT_NOTICE)
        self.calls += 1

    def _next_call(self, now: dt.datetime, mediator: str, slot: int) -> dt.datetime:
        """One call at a time, in office hours; whoever is called answers, or is given up, on the spot."""
        with self.database.begin() as session:
            hold_open(session, mediator, slot)
            moment = office_time(session, max(now, self.line_free))
        self.line_free = moment + A_CALL
        return self.line_free

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rehearsed days of one planned week, in the order in which an office lives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from dispatch.kit.clock import from_wall
from dispatch.planning.service import ask
from dispatch.records.statuses import RunKind
from dispatch.rehearsal.demand import Asked
from dispatch.rehearsal.stages import Stages
from dispatch.rehearsal.week import Week

OPENS = (-5, 19 * 60 + 35)  # the Wednesday before, when the offices have closed
LONG_NOTICE = 240  # hours: these are asked for early, and planned first
ROLLING_DAY = 3  # Thursday: the coming weeks plan themselves, and the draft waits for the coordinator
STILL_TYPED = 0.75  # of what is known on Wednesday evening; the rest waits for the morning


def opening(monday: dt.date) -> dt.datetime:
    """When the rehearsal begins."""
    return from_wall(monday, OPENS[0] * 1440 + OPENS[1])


@dataclass(frozen=True)
class Seconds:
    """Wall time of the planner: for the first plan, the evening's, the morning's, and any later one."""

    first: int = 2
    evening: int = 5
    morning: int = 8
    later: int = 2


@dataclass
class Scene:
    """Plays the days; ``planned`` is the run whose problem the summary explains, ``closing`` the last run."""

    week: Week
    requests: Sequence[Asked]
    seconds: Seconds
    ill: int
    planned: int = 0
    closing: int = 0

    def play(self, stages: Stages) -> None:
        week, opens = self.week, self.week.hands.read()
        known = [asked for asked in self.requests if asked.at <= opens]
        early = [asked for asked in known if asked.lead_hours >= LONG_NOTICE]
        rest = [asked for asked in known if asked.lead_hours < LONG_NOTICE]
        typed = round(len(rest) * STILL_TYPED)
        for asked in self.requests:
            if asked.at > opens:
                week.at(asked.at, "late request", partial(week.submit, [asked]), hurry=asked.lead_hours < 24)
        with stages.stage("Wednesday, 19:35: what was asked long ago"):
            week.submit(early)
            week.plan(self.seconds.first)
            week.go_on(week.local(-5, 20, 40))
        with stages.stage("Wednesday, 20:40: the rest of the week"):
            week.submit(rest[:typed])
            week.go_on(week.local(-5, 21, 5))
            week.plan(self.seconds.evening)
        with stages.stage("Night: some answer late, more requests are typed"):
            week.go_on(week.local(-4, 6, 45))
            week.submit(rest[typed:])
        with stages.stage("Thursday, 7:10: people call in ill, the week is planned"):
            week.go_on(week.local(-4, 7, 5))
            week.fall_ill(self.ill, 3, week.hands.read())
            week.go_on(week.local(-4, 7, 10))
            self.planned = week.plan(self.seconds.morning)
        for day in range(-4, 6):
            with stages.stage(f"{week.local(day, 12):%A %d %B}"):
                self._day(day)
        with stages.stage("Until nothing is left to happen"):
            week.go_on(week.local(6, 23, 55))
            self.closing = self._close()

    def _day(self, day: int) -> None:
        """People answer, desks ask and cancel; what nobody repairs is planned in the evening."""
        self.week.go_on(self.week.local(day, 18, 30))
        if day == ROLLING_DAY:
            self.week.hands.strike_now("planning.week")
            self.week.hands.settle()
        if self.week.waits_for_a_plan():
            self.week.plan(self.seconds.later)

    def _close(self) -> int:
        """A last repair, so that the last problem holds every booking as a fact."""
        week = self.week
        week.hands.settle()
        with week.database.begin() as session:
            run = ask(
                session, week.hands.read(), week.monday, RunKind.REPAIR, seconds=self.seconds.later, by="rehearsal"
            )
        week.hands.settle()
        return run.id

# SPDX-License-Identifier: AGPL-3.0-or-later
"""How rehearsed visits end, and what mediator and desk say of it: the truth is drawn once, then each tells its side."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.kit.clock import at_home
from dispatch.records.attendance import Attendance
from dispatch.records.planning import Assignment
from dispatch.records.statuses import Outcome
from dispatch.rehearsal.draws import happens, log_normal
from dispatch.rehearsal.people import Answer
from dispatch.rehearsal.profiles import OUTCOMES, OutcomeRates

# What the question looks like to a reader: "FATTO 412, con altri orari FATTO 412 9:05 10:40".
CODE = re.compile(r"\b(?:FATTO|DONE) (\d{2,4})\b")
FIRST_DUE = select(
    select(func.least(func.min(Assignment.evening_due), func.min(Assignment.hours_due))).scalar_subquery(),
    func.least(
        select(func.min(Assignment.outcome_due)).scalar_subquery(),
        select(func.min(Attendance.remind_at)).scalar_subquery(),
    ),
)
SHORTEST = dt.timedelta(minutes=5)  # however late it begins and early it ends
SHE_TELLS_AFTER, DESK_TELLS_AFTER = 45, 18 * 60  # minutes, medians


@dataclass(frozen=True)
class Truth:
    """What really happened at a visit."""

    outcome: Outcome
    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class Outcomes:
    """Everybody's memory; whatever is drawn hangs on the seed, the person and the slot alone.

    ``names`` say which visit a slot's id stands for, as those of `People` do.
    """

    seed: int
    rates: OutcomeRates = OUTCOMES
    names: Mapping[int, str] = field(default_factory=dict)

    def truth(self, mediator: str, slot: int, start: dt.datetime, end: dt.datetime) -> Truth:
        random, rates = self._chance("truth", mediator, slot), self.rates
        if happens(random, rates.mediator_absent):
            return Truth(Outcome.MEDIATOR_ABSENT, start, end)
        if happens(random, rates.person_absent):
            return Truth(Outcome.PERSON_ABSENT, start, end)
        if happens(random, rates.interrupted):
            return Truth(Outcome.INTERRUPTED, start, start + (end - start) / 2)
        if happens(random, rates.as_planned):
            return Truth(Outcome.HELD, start, end)
        late, longer = 5 * random.randint(0, 2), 5 * random.randint(-2, 4)
        began = start + dt.timedelta(minutes=late)
        return Truth(Outcome.HELD, began, max(end + dt.timedelta(minutes=longer), began + SHORTEST))

    def _chance(self, what: str, mediator: str, slot: int) -> Random:
        return Random(f"{what} {self.seed} {mediator} {self.names.get(slot, slot)}")

    def her_sms(
        self, mediator: str, slot: int, text: str, start: dt.datetime, end: dt.datetime, asked_at: dt.datetime
    ) -> Answer | None:
        """Her answer to the SMS how it went; None where she stays silent, as one who was not there does."""
        random, truth = self._chance("told", mediator, slot), self.truth(mediator, slot, start, end)
        code = CODE.search(text)
        silent = happens(random, self.rates.she_is_silent) or truth.outcome is Outcome.MEDIATOR_ABSENT
        at = asked_at + dt.timedelta(minutes=max(1.0, log_normal(random, SHE_TELLS_AFTER, 1.0)))
        if code is None or silent:
            return None
        if truth.outcome is Outcome.PERSON_ABSENT:
            return Answer(at, f"ASSENTE {code[1]}", "absent")
        if (truth.start, truth.end) == (start, end):
            return Answer(at, f"FATTO {code[1]}", "done")
        clocks = " ".join(f"{at_home(moment):%H:%M}" for moment in (truth.start, truth.end))
        return Answer(max(at, truth.end), f"FATTO {code[1]} {clocks}", "done")

    def desk_tells(
        self, mediator: str, slot: int, start: dt.datetime, end: dt.datetime
    ) -> tuple[dt.datetime, dict[str, Any]] | None:
        """When its desk tells what over the API; None where it stays silent. Now and then it remembers otherwise."""
        random, truth = self._chance("desk", mediator, slot), self.truth(mediator, slot, start, end)
        if happens(random, self.rates.desk_is_silent):
            return None
        at = truth.end + dt.timedelta(minutes=max(20.0, log_normal(random, DESK_TELLS_AFTER, 0.5)))
        if truth.outcome is Outcome.HELD and happens(random, self.rates.sides_differ):
            shorter = {"from": f"{at_home(start):%H:%M}", "to": f"{at_home(start + (end - start) / 2):%H:%M}"}
            return at, {"outcome": "held", **shorter}
        if truth.outcome is Outcome.INTERRUPTED:
            half = {"from": f"{at_home(truth.start):%H:%M}", "to": f"{at_home(truth.end):%H:%M}"}
            return at, {"outcome": "interrupted", **half}
        return at, {"outcome": truth.outcome.value}


def next_due(session: Session) -> dict[str, dt.datetime | None]:
    """When each timed job of the attendance stage has something to do next, for the hands of the virtual clock."""
    remind, ask = session.execute(FIRST_DUE).one()
    return {"attendance.remind": remind, "attendance.ask": ask}

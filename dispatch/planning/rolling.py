# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plan of the coming weeks, which starts by itself on the policy's evening: once a week, late when nobody was awake."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from config.policy import PlanningPolicy
from dispatch.kit.clock import at_home, from_wall, local_midnight, monday_of
from dispatch.kit.policy import policy_in_force
from dispatch.planning.queries import was_struck_before
from dispatch.planning.service import ROLLING, ask
from dispatch.records.planning import PlanningRun
from dispatch.records.statuses import RunKind
from dispatch.records.time import Tick

EVENING = "planning.week.evening"  # one row a week, whatever day and hour the policy says
A_WEEK = dt.timedelta(days=7)


def plan_coming_weeks(session: Session, now: dt.datetime, *, seconds: int) -> PlanningRun | None:
    """Ask for the plan if the evening of this week has come and nobody did; null when there is nothing to do.

    An evening missed while no clock was running is made up for by the first that wakes up. Those before the very first
    strike of an installation are nobody's: there was no one to plan for.
    """
    policy = policy_in_force(session).planning
    evening = last_evening(now, policy)
    week = monday_of(at_home(evening).date())
    is_first = not was_struck_before(session, EVENING, local_midnight(week))
    fresh = insert(Tick).values(job=EVENING, run_at=local_midnight(week)).on_conflict_do_nothing().returning(Tick.job)
    if session.scalar(fresh) is None or is_first:
        return None
    monday, weeks = week + A_WEEK, policy.weeks_ahead
    return ask(session, now, monday, RunKind.WEEK, seconds=seconds, by=ROLLING, weeks=weeks)


def leave_to_people(session: Session, week: dt.date) -> None:
    """The evening of the week that begins on this Monday plans nothing: a person does, as in a rehearsal."""
    session.execute(insert(Tick).values(job=EVENING, run_at=local_midnight(week)).on_conflict_do_nothing())


def last_evening(now: dt.datetime, policy: PlanningPolicy) -> dt.datetime:
    """The latest instant, not after ``now``, at which a clock in Italy showed the policy's weekday and minute."""
    monday = monday_of(at_home(now).date())
    minute = policy.plan_weekday * 1440 + policy.plan_minute
    of_this_week = from_wall(monday, minute)
    return of_this_week if of_this_week <= now else from_wall(monday - A_WEEK, minute)

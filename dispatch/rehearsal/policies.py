# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ways of finding somebody that a simulation compares: Ponte's own, and four that offices use without it.

What Ponte itself can be told to do stands here as values of its policy page. Only who is chosen where nobody plans, and
a telephone in the place of SMS (`telephone`), are parts of the simulation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import Session

from dispatch.records.policy import PolicyChange

Rows = dict[str, int]
"""Values by "section.key"."""

# Nobody waits for a week plan: whoever is to be asked is chosen as soon as the request is in (30 days are the most
# that the policy can say).
AT_ONCE: Rows = {"intake.repair_within_hours": 720, "intake.urgent_within_hours": 720}
ONE_BY_ONE: Rows = {"offers.most_people": 1, "offers.batch_people": 1}
# Everybody who suits, however long before, and half a day to answer in; a later yes counts as long as nobody came first.
EVERYBODY: Rows = {
    "offers.batch_working_days": 60,
    "offers.near_working_days": 60,
    "offers.middle_working_days": 60,
    "offers.batch_people": 50,
    "offers.batch_minutes": 720,
    "offers.most_people": 50,
    "offers.overlapping_offers": 10,
    "planning.candidates_per_slot": 50,
}


class Chooser(StrEnum):
    """Who picks the mediator that is asked first: the planner, or a person who looks at one slot at a time."""

    PLANNER = "planner"
    BEST_FIT = "best fit"
    NEAREST = "nearest"


@dataclass(frozen=True)
class SimulatedPolicy:
    """One way of finding somebody; ``title`` is how the tables call it, ``told`` one sentence about it."""

    name: str
    title: str
    told: str
    rows: Rows = field(default_factory=dict)
    chooser: Chooser = Chooser.PLANNER
    by_phone: bool = False


POLICIES = {
    one.name: one
    for one in (
        SimulatedPolicy("default", "Ponte", "the week plan, its repairs, and the policy table as it ships"),
        SimulatedPolicy("cascade", "one at a time", "Ponte's plan, but never more than one person asked", ONE_BY_ONE),
        SimulatedPolicy(
            "broadcast", "ask everybody", "everybody who suits is asked at once, first yes wins", AT_ONCE | EVERYBODY
        ),
        SimulatedPolicy(
            "phone-list",
            "phone list",
            "first come, the nearest first: a coordinator calls one after the other",
            AT_ONCE | ONE_BY_ONE,
            Chooser.NEAREST,
            by_phone=True,
        ),
        SimulatedPolicy(
            "greedy",
            "best fit",
            "first come, the best fit of that moment, one asked at a time",
            AT_ONCE | ONE_BY_ONE,
            Chooser.BEST_FIT,
        ),
    )
}


def put_in_force(session: Session, policy: SimulatedPolicy, since: dt.datetime) -> None:
    """Write the policy's values where the coordinators' own changes stand."""
    for name, value in policy.rows.items():
        section, _, key = name.partition(".")
        session.add(PolicyChange(section=section, key=key, value=value, since=since, by="simulation", at=since))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case keeps its mediator across the weeks: who holds it at another time is pulled into the week being planned."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.policy import load_policy
from dispatch.planning import continuity
from dispatch.planning.continuity import ANYONE_ELSE, merged
from dispatch.planning.snapshot import read_snapshot
from dispatch.records.intake import Slot
from dispatch.records.planning import Assignment
from dispatch.records.statuses import AssignmentStatus
from solver.solve import solve
from tests import make
from tests.dispatch.planning.conftest import MONDAY, NOW, ask_for, at

POLICY = load_policy().planning
COST = POLICY.case_cost
PEOPLE = ("m1", "m2", "m3", "m4")


def worth(wishes: dict[str, int], mediator: str) -> int:
    """What planning.md §1 says a wish costs: the listed one, else that of anyone else, else nothing."""
    return wishes.get(mediator, wishes.get(ANYONE_ELSE, 0))


@given(
    wished=st.dictionaries(st.sampled_from([*PEOPLE, ANYONE_ELSE]), st.integers(0, 200)),
    holders=st.sets(st.sampled_from(PEOPLE), min_size=1),
    cost=st.integers(1, 300),
)
def test_two_wishes_add_up_for_everybody(wished: dict[str, int], holders: set[str], cost: int) -> None:
    """Named or not, each mediator costs what she cost before, and ``cost`` more unless she holds the case."""
    both = merged(wished, holders, cost)
    for mediator in (*PEOPLE, "somebody"):
        assert worth(both, mediator) == worth(wished, mediator) + (0 if mediator in holders else cost)


def held(session: Session, slot: Slot, mediator_id: int, status: str, day: int) -> None:
    """Give the slot to her on a day counted from the Monday of the planned week."""
    slot.appointment.case_code = "c-17"
    start = dt.datetime.fromisoformat(at(day, 9))
    during = Range(start, start + dt.timedelta(hours=1))
    make.kept(
        session, Assignment(slot_id=slot.id, mediator_id=mediator_id, during=during, status=status, changed_at=NOW)
    )


def planned(session: Session) -> str:
    """Who gets the only open slot of the week."""
    problem = read_snapshot(session, MONDAY, 7, NOW, POLICY).problem
    [given] = solve(problem, seconds=0, seed=1, workers=1).assignments
    return given.mediator


@pytest.mark.parametrize("status", [AssignmentStatus.BOOKED, AssignmentStatus.PUBLISHED, AssignmentStatus.DONE])
@pytest.mark.parametrize("day", [-7, 7])
def test_who_holds_the_case_in_another_week_gets_it_here(session: Session, status: str, day: int) -> None:
    """m1 would be cheaper here; m2, who has the case the week before or after, is worth more than the difference."""
    make.mediator(session, "m1", hourly_cost=2000)
    second = make.mediator(session, "m2", hourly_cost=4000)
    slot = ask_for(session, "d0", (at(0, 9), at(0, 9)))
    slot.appointment.case_code = "c-17"
    session.flush()
    assert planned(session) == "m1"
    held(session, ask_for(session, "d1", (at(day, 9), at(day, 9))), second.id, status, day)
    assert planned(session) == "m2"


def test_without_the_pull_the_case_would_change_hands(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where nobody is known to hold the case, the cheaper one gets it."""
    monkeypatch.setattr(continuity, "_holders", lambda *_: {})
    make.mediator(session, "m1", hourly_cost=2000)
    second = make.mediator(session, "m2", hourly_cost=4000)
    ask_for(session, "d0", (at(0, 9), at(0, 9))).appointment.case_code = "c-17"
    held(session, ask_for(session, "d1", (at(-7, 9), at(-7, 9))), second.id, AssignmentStatus.BOOKED, -7)
    assert planned(session) == "m1"


def test_a_withdrawn_visit_pulls_nobody(session: Session) -> None:
    """Who gave the case back is not wished for, nor is who has it in this very week: there the planner counts himself."""
    first = make.mediator(session, "m1")
    slot = ask_for(session, "d0", (at(0, 9), at(0, 9)))
    slot.appointment.case_code = "c-17"
    held(session, ask_for(session, "d1", (at(-7, 9), at(-7, 9))), first.id, AssignmentStatus.WITHDRAWN, -7)
    held(session, ask_for(session, "d2", (at(2, 9), at(2, 9))), first.id, AssignmentStatus.BOOKED, 2)
    problem = read_snapshot(session, MONDAY, 7, NOW, POLICY).problem
    assert [one.slots[0].wishes.mediators for one in problem.appointments] == [{}, {}]


def test_a_week_with_two_dates_shares_the_cost(session: Session) -> None:
    """Somebody new on both costs the case once, besides what the planner counts within the week."""
    make.mediator(session, "m1")
    second = make.mediator(session, "m2")
    for day in (0, 2):
        slot = ask_for(session, f"d{day}", (at(day, 9), at(day, 9)))
        slot.appointment.case_code = "c-17"
        slot.needs = slot.needs | {"wishes": {"mediators": {"m1": 0, "*": 60}}}
    held(session, ask_for(session, "d9", (at(7, 9), at(7, 9))), second.id, AssignmentStatus.BOOKED, 7)
    problem = read_snapshot(session, MONDAY, 7, NOW, POLICY).problem
    half = COST // 2
    assert [one.slots[0].wishes.mediators for one in problem.appointments] == [
        {"m1": half, "m2": 60, "*": 60 + half}
    ] * 2


def test_who_cannot_speak_for_a_slot_does_not_make_it_dearer(session: Session) -> None:
    """The French mediator of the case is no reason to let the Arabic slot cost more for everybody."""
    make.mediator(session, "m1")
    french = make.mediator(session, "m2", speaks={"fr": 3})
    ask_for(session, "d0", (at(0, 9), at(0, 9))).appointment.case_code = "c-17"
    held(session, ask_for(session, "d1", (at(-7, 9), at(-7, 9))), french.id, AssignmentStatus.DONE, -7)
    problem = read_snapshot(session, MONDAY, 7, NOW, POLICY).problem
    assert problem.appointments[0].slots[0].wishes.mediators == {}

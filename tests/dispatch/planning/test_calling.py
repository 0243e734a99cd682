# SPDX-License-Identifier: AGPL-3.0-or-later
"""An urgent slot that has nobody may call a mediator off a presence that may be left, and nothing else may."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.offers.queries import slots_with_baseless_offers
from dispatch.planning import service
from dispatch.planning.leaving import Leaving
from dispatch.planning.publish import publish
from dispatch.records.intake import Slot
from dispatch.records.offers import Notice, Offer
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.policy import PolicyChange
from dispatch.records.statuses import (
    AppointmentStatus,
    AssignmentStatus,
    Cover,
    OfferStatus,
    Priority,
    RunKind,
    SlotStatus,
)
from solver.plan import Assignment as Visit
from solver.solve import solve
from tests import make
from tests.dispatch.planning.conftest import NOW, ask_for, at, draft

HOUR = dt.timedelta(hours=1)


def on_presence(session: Session, mediator_id: int, *, cover: Cover = Cover.MAY_LEAVE, code: str = "school") -> Slot:
    """Monday 9:00–13:00 at a school, booked by her with a yes of hers."""
    slot = ask_for(session, code, (at(0, 8), at(0, 8)), duration=240)
    row = slot.appointment.request
    row.presence_id = make.presence(
        session, f"P-{code}", desk_id=row.desk_id, place_id=row.desk.place_id, cover=cover
    ).id
    slot.value = 1200 if cover == Cover.MAY_LEAVE else 3500
    slot.status, slot.appointment.status = SlotStatus.BOOKED, AppointmentStatus.CONFIRMED
    during = Range(slot.appointment.first_start, slot.appointment.first_start + 4 * HOUR)
    booked = Assignment(slot_id=slot.id, mediator_id=mediator_id, during=during, status=AssignmentStatus.BOOKED)
    booked.changed_at, booked.evening_due = NOW, NOW
    session.add(booked)
    session.flush()
    question = {
        "assignment_id": booked.id,
        "during": during,
        "status": OfferStatus.ACCEPTED,
        "code": 100,
        "policy": "batch",
        "reply_by": NOW,
    }
    session.add(Offer(slot_id=slot.id, mediator_id=mediator_id, created_at=NOW, **question))
    session.flush()
    return slot


def urgent(session: Session, hour: int = 9, *, code: str = "ward", priority: Priority = Priority.URGENT) -> Slot:
    """Somebody is needed on Monday at this hour (UTC), for one hour."""
    slot = ask_for(session, code, (at(0, hour), at(0, hour)))
    slot.appointment.request.priority = priority
    slot.value = 1600 if priority == Priority.URGENT else 500
    session.flush()
    return slot


def repair(session: Session, now: dt.datetime = NOW) -> PlanningRun:
    """One repair, published."""
    begun = draft(session, now=now, kind=RunKind.REPAIR)
    publish(session, begun.run_id, now)
    return session.get_one(PlanningRun, begun.run_id)


def statuses(session: Session, slot: Slot) -> list[str]:
    session.flush()
    return list(session.scalars(select(Assignment.status).where(Assignment.slot_id == slot.id).order_by(Assignment.id)))


def test_whoever_may_leave_is_called_when_nobody_else_can_come(session: Session) -> None:
    """The first repair finds nobody, the second takes her off the presence: its place is open again and its owner told."""
    her = make.mediator(session, "m1")
    presence, call = on_presence(session, her.id), urgent(session)
    repair(session)
    assert (call.status, call.replan_due) == (SlotStatus.UNFILLED, NOW)
    assert statuses(session, presence) == ["booked"]
    repair(session)
    assert (call.status, statuses(session, call)) == (SlotStatus.OFFERED, ["published"])
    assert statuses(session, presence) == ["superseded"]
    assert (presence.status, presence.replan_due) == (SlotStatus.OPEN, NOW)
    assert presence.appointment.status == AppointmentStatus.OPEN
    assert session.scalars(select(Assignment.evening_due).where(Assignment.slot_id == presence.id)).one() is None
    [told] = session.scalars(select(Notice))
    assert (told.kind, told.desk_id, told.slot_id) == ("called_away", presence.appointment.request.desk_id, presence.id)


def test_somebody_else_takes_the_presence_over_where_there_is_one(session: Session) -> None:
    """The urgent call needs a woman: she goes, and the man who was free is asked for the presence."""
    her = make.mediator(session, "m1")
    presence, call = on_presence(session, her.id), urgent(session)
    call.needs = call.needs | {"gender": "f"}
    repair(session)
    he = make.mediator(session, "m2", gender="m")
    repair(session)
    assert statuses(session, call) == ["published"]
    assert statuses(session, presence) == ["superseded", "published"]
    assert presence.status == SlotStatus.OFFERED
    published = select(Assignment.slot_id, Assignment.mediator_id).where(
        Assignment.status == AssignmentStatus.PUBLISHED
    )
    assert {(slot, who) for slot, who in session.execute(published)} == {(call.id, her.id), (presence.id, he.id)}


def test_who_was_only_asked_is_freed_and_the_question_taken_back(session: Session) -> None:
    """She had not answered yet: her place opens when the offers stage has taken the question back."""
    presence, call = on_presence(session, make.mediator(session, "m1").id), urgent(session)
    presence.status = SlotStatus.OFFERED
    session.scalars(select(Assignment)).one().status = AssignmentStatus.PUBLISHED
    session.scalars(select(Offer)).one().status = OfferStatus.WAITING
    session.flush()
    for _ in range(2):
        repair(session)
    assert (statuses(session, call), statuses(session, presence)) == (["published"], ["superseded"])
    assert (presence.status, presence.replan_due) == (SlotStatus.OFFERED, None)
    assert slots_with_baseless_offers(session) == [presence.id]


def test_with_the_rule_off_the_urgent_slot_stays_empty(session: Session) -> None:
    """The control: a coordinator who switches the rule off keeps everybody where they are."""
    change = PolicyChange(section="presences", key="call_away", value=False, by="marta", why="prova", since=NOW, at=NOW)
    session.add(change)
    session.flush()
    presence, call = on_presence(session, make.mediator(session, "m1").id), urgent(session)
    for _ in range(2):
        repair(session)
    assert (call.status, call.replan_due) == (SlotStatus.UNFILLED, None)
    assert statuses(session, presence) == ["booked"]


def test_a_presence_that_is_never_left_empty_keeps_its_mediator(session: Session) -> None:
    """ "Mai vuoto" is a fact like every booking, whatever is urgent."""
    presence, call = on_presence(session, make.mediator(session, "m1").id, cover=Cover.ALWAYS), urgent(session)
    for _ in range(2):
        call.replan_due = NOW
        repair(session)
    assert (call.status, statuses(session, presence)) == (SlotStatus.UNFILLED, ["booked"])


def test_a_routine_request_takes_nobody_off(session: Session) -> None:
    """Not when it is alone, and not beside an urgent one that calls her: its slot is not even in that problem."""
    presence = on_presence(session, make.mediator(session, "m1").id)
    routine = urgent(session, code="town", priority=Priority.IMPORTANT)
    routine.value = 9000
    for _ in range(2):
        routine.replan_due = NOW
        repair(session)
    assert (routine.status, statuses(session, presence)) == (SlotStatus.UNFILLED, ["booked"])
    call = urgent(session, 10)
    repair(session)
    routine.replan_due = NOW
    run = repair(session)
    assert [slot["id"] for one in (run.problem or {})["appointments"] for slot in one["slots"]] == [
        str(presence.id),
        str(call.id),
    ]
    assert (call.status, routine.status) == (SlotStatus.OFFERED, SlotStatus.UNFILLED)


def test_a_week_plan_takes_nobody_off(session: Session) -> None:
    """Only a repair may: the plan of the week leaves what she said yes to."""
    presence, call = on_presence(session, make.mediator(session, "m1").id), urgent(session)
    for _ in range(2):
        publish(session, draft(session).run_id, NOW)
        call.replan_due = NOW
    assert (call.status, statuses(session, presence)) == (SlotStatus.UNFILLED, ["booked"])


def test_a_call_out_of_reach_asks_for_no_further_repair(session: Session) -> None:
    """In the evening nobody is on a presence: the slot waits as every unfilled one does."""
    on_presence(session, make.mediator(session, "m1", shifts=[(0, 480, 800)]).id)
    call = urgent(session, 17)
    repair(session)
    assert (call.status, call.replan_due) == (SlotStatus.UNFILLED, None)


def test_nobody_is_called_off_what_begins_in_a_moment(session: Session) -> None:
    """At 8:45 nobody can be told to leave what begins at 9:00: the repair asks for no other, else it would for ever."""
    presence, call = on_presence(session, make.mediator(session, "m1").id), urgent(session)
    repair(session, presence.appointment.first_start - dt.timedelta(minutes=15))
    assert (call.status, call.replan_due) == (SlotStatus.UNFILLED, None)
    assert statuses(session, presence) == ["booked"]


def test_a_call_made_in_vain_is_not_made_again_at_once(session: Session) -> None:
    """She cannot do it either: after the second repair the slot is left until the next day's look."""
    presence, call = on_presence(session, make.mediator(session, "m1").id), urgent(session)
    call.needs = call.needs | {"gender": "m"}
    repair(session)
    assert call.replan_due == NOW
    repair(session)
    assert (call.status, statuses(session, presence)) == (SlotStatus.UNFILLED, ["booked"])
    assert call.replan_due is None


@pytest.mark.parametrize("off", [False, True])
def test_publishing_lets_nobody_leave_whom_nothing_urgent_needs(
    session: Session, monkeypatch: pytest.MonkeyPatch, off: bool
) -> None:
    """A plan that gives the presence to another without a call is set aside; the control: without the audit it goes through."""
    her = make.mediator(session, "m1")
    presence, call = on_presence(session, her.id), urgent(session)
    call.needs = call.needs | {"gender": "m"}
    repair(session)
    make.mediator(session, "m2", speaks={"ar": 3}, shifts=[(0, 480, 800)])
    run = service.ask(session, NOW, dt.date(2026, 11, 30), RunKind.REPAIR, seconds=5, by="test")
    begun = service.begin(session, run.id, NOW)
    assert begun is not None
    plan = solve(begun.problem, seconds=0, seed=1, workers=1)
    moved = Visit(slot=str(presence.id), mediator="m2", start=540, end=780)
    assert service.keep_draft(session, begun, msgspec.structs.replace(plan, assignments=(moved,)), [], NOW)
    if off:
        monkeypatch.setattr(Leaving, "allows", lambda *_: True)
    outcome = publish(session, run.id, NOW)
    assert statuses(session, presence) == (["superseded", "published"] if off else ["booked"])
    assert [line["slot"] for line in outcome.set_aside] == ([] if off else [str(presence.id)])

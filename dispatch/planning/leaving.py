# SPDX-License-Identifier: AGPL-3.0-or-later
"""Publishing a repair that calls somebody away: which lines may do so, and what becomes of the presence she leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy.orm import Session

from dispatch.kit.clock import from_wall
from dispatch.kit.queue import enqueue
from dispatch.planning.calling import NOBODY_LEAVES, Calls, calls_due, worth_calling
from dispatch.planning.difference import Line
from dispatch.records.intake import Slot
from dispatch.records.offers import Notice
from dispatch.records.planning import PlanningRun
from dispatch.records.statuses import AppointmentStatus, RunKind, SlotStatus
from dispatch.roster.week import Week
from solver.check import day_violations
from solver.plan import Assignment as Visit
from solver.problem import PlanningProblem

CALLED_AWAY = "called_away"  # the notice that the owner of the presence reads


class Leaving:
    """What one publication may take people off presences for; ``slots`` are those presences'."""

    def __init__(self, session: Session, run: PlanningRun, problem: PlanningProblem, now: dt.datetime) -> None:
        self.session, self.run, self.now = session, run, now
        self.calls = _calls_of(session, run, problem, now)

    @property
    def slots(self) -> frozenset[int]:
        return self.calls.leaving

    def concerns(self, line: Line) -> bool:
        """Whether the line takes somebody off a presence."""
        return int(line.slot) in self.slots and line.change in ("moved", "dropped")

    def allows(self, line: Line, given: Iterable[Line], current: PlanningProblem) -> bool:
        """Only where ``given`` sends her to an urgent slot that she cannot do beside her presence."""
        assert line.before is not None
        her = line.before.mediator
        lasts = {slot.id: one.duration for one in current.appointments for slot in one.slots}
        goes = [
            _visit(one.slot, her, one.start, lasts)
            for one in given
            if one.mediator == her
            and one.start is not None
            and int(one.slot) in self.calls.urgent
            and one.slot in lasts
        ]
        stays = _visit(line.slot, her, line.before.start, lasts)
        return bool(goes) and bool(day_violations(current, her, [stays, *goes]))

    def free(self, line: Line, slot: Slot, *, is_asked: bool) -> None:
        """Her place is open again, unless the plan gave it to somebody else; its owner is told.

        ``is_asked``: questions about it have left; the offers stage opens the slot once they are taken back.
        """
        assert line.before is not None
        appointment, now = slot.appointment, self.now
        if appointment.status == AppointmentStatus.CONFIRMED:
            appointment.status = AppointmentStatus.OPEN
        if line.change == "dropped" and not is_asked:
            slot.status, slot.replan_due, slot.reasons, slot.changed_at = SlotStatus.OPEN, now, None, now
        start = from_wall(self.run.week_start, line.before.start)
        self.session.add(
            Notice(
                desk_id=appointment.request.desk_id,
                request_id=appointment.request_id,
                slot_id=slot.id,
                kind=CALLED_AWAY,
                values={"mediator": line.before.mediator, "start": start.isoformat()},
                created_at=now,
            )
        )

    def ask_to_call(self, slots: Mapping[int, Slot], without: Collection[int]) -> None:
        """An urgent slot left without anybody is looked at once more, now with those who may leave a presence."""
        if self.slots:
            return  # This run has called in vain: once more would be for ever.
        worth = worth_calling(self.session, without, self.now)
        for slot_id in worth:
            slots[slot_id].replan_due = self.now
        if worth:
            enqueue(self.session, "planning.repair", queue="planning")


def _calls_of(session: Session, run: PlanningRun, problem: PlanningProblem, now: dt.datetime) -> Calls:
    """What this run was planned to call people away for, where that still holds."""
    if run.kind != RunKind.REPAIR:
        return NOBODY_LEAVES
    calls = calls_due(session, Week(run.week_start, run.days), now)
    leaving = calls.leaving & {int(standing.slot) for standing in problem.published}
    return Calls(calls.urgent, leaving) if leaving else NOBODY_LEAVES


def _visit(slot: str, mediator: str, start: int, lasts: Mapping[str, int]) -> Visit:
    return Visit(slot=slot, mediator=mediator, start=start, end=start + lasts[slot])

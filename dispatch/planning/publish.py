# SPDX-License-Identifier: AGPL-3.0-or-later
"""Publishing a draft: what changed since the snapshot is set aside and shown, the rest is audited and applied at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

import msgspec
from sqlalchemy import or_, update
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from dispatch.errors import Conflict
from dispatch.kit.clock import from_wall
from dispatch.kit.locks import lock_mediators
from dispatch.kit.policy import policy_in_force
from dispatch.kit.queue import enqueue
from dispatch.planning.difference import Line, difference
from dispatch.planning.leaving import Leaving
from dispatch.planning.queries import (
    full_today,
    live_by_slot,
    lock_appointments_of,
    mediator_ids,
    run_with_plan,
    slots_being_asked,
)
from dispatch.planning.refusals import sentences
from dispatch.planning.service import close_drafts
from dispatch.planning.snapshot import read_snapshot
from dispatch.planning.sound import CHANGES, sound, with_grounds
from dispatch.planning.words import with_full
from dispatch.records.intake import Slot
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.statuses import LIVE_ASSIGNMENT, AssignmentStatus, PlanningRunStatus, SlotStatus
from dispatch.web.i18n import gettext as _
from solver.plan import Plan
from solver.problem import PlanningProblem

FILLABLE = (SlotStatus.OPEN, SlotStatus.UNFILLED, SlotStatus.OFFERED)


@dataclass
class Outcome:
    """What publishing did: how many lines now stand, which were set aside and why; ``left`` were not accepted."""

    published: int = 0
    unchanged: int = 0
    unfilled: int = 0
    left: int = 0
    set_aside: list[dict[str, str]] = field(default_factory=list)


class NoDraft(Conflict):
    """The run is no draft any more: somebody published it, set it aside, or asked for another one."""


class Raced(Conflict):
    """A row did not come back from the insert: somebody booked in between, and the whole publication is tried anew."""


def publish(
    session: Session, run_id: int, now: dt.datetime, *, slots: Iterable[str] | None = None, by: str = ""
) -> Outcome:
    """Apply a draft, or only the lines of ``slots``; one transaction, all or nothing.

    Raises NoDraft when the run is none (any more), Raced when a live assignment appeared under our hands.
    """
    run = run_with_plan(session, run_id, lock=True)
    if run.status != PlanningRunStatus.DRAFT:
        raise NoDraft(_("Only a draft can be published; this run is no longer one. Go back to the agenda."))
    problem, plan = msgspec.convert(run.problem, PlanningProblem), msgspec.convert(run.plan, Plan)
    wanted = None if slots is None else set(slots)
    lines = [line for line in difference(problem, plan) if line.change != "locked"]
    # Accepting some lines leaves the others as they are; that nobody can take a slot is no line to accept.
    accepted = [line for line in lines if wanted is None or line.slot in wanted or line.change == "unfilled"]
    left = [line for line in lines if line.change in CHANGES and line not in accepted]
    outcome = Publication(session, run, problem, now, left).apply(accepted)
    run.status, run.published_at, run.outcome = PlanningRunStatus.PUBLISHED, now, asdict(outcome)
    run.settled_by = by[:80]
    close_drafts(session, [run_id], now)
    enqueue(session, "offers.make", priority=5)
    return outcome


class Publication:
    """One publication under its locks: mediators first, then appointments, slots and assignments."""

    def __init__(
        self, session: Session, run: PlanningRun, problem: PlanningProblem, now: dt.datetime, left: list[Line]
    ) -> None:
        self.session, self.run, self.problem, self.now, self.left = session, run, problem, now, left
        self.ids = mediator_ids(session)
        self.outcome = Outcome(left=len(left))

    def apply(self, lines: list[Line]) -> Outcome:
        touched = {line.mediator for line in lines} | {line.before.mediator for line in lines if line.before}
        lock_mediators(self.session, [self.ids[code] for code in touched if code in self.ids])
        self.slots = lock_appointments_of(self.session, [int(line.slot) for line in lines])
        self.live = live_by_slot(self.session, self.slots)
        self.leaving = Leaving(self.session, self.run, self.problem, self.now)
        # Read again under the locks: bookings, and questions that left while the draft was made or looked at.
        policy, leaving = policy_in_force(self.session).planning, self.leaving.slots
        self.current = read_snapshot(
            self.session, self.run.week_start, self.run.days, self.now, policy, leaving
        ).problem
        self.facts = {fact.slot for fact in self.current.locked}
        fresh = [line for line in lines if self._stands_as_read(line)]
        # Who was asked meanwhile what the draft gives her too is a fact by now, and needs no leave of the audit.
        asked = [line for line in fresh if line.slot in self.facts]
        fresh = self._only_called([line for line in fresh if line.slot not in self.facts], fresh)
        given = self._audited([line for line in fresh if line.mediator is not None], fresh)
        given = self._only_called(given, given)
        dropped = self._only_called([line for line in fresh if line.change == "dropped"], given)
        self._supersede([line for line in given if line.change == "moved"] + dropped)
        self._insert([line for line in given if line.change != "unchanged"])
        self.outcome.unchanged = len(asked) + sum(line.change == "unchanged" for line in given)
        still_asked = slots_being_asked(self.session, self.slots)
        for line in filter(self.leaving.concerns, (*given, *dropped)):
            self.leaving.free(line, self.slots[int(line.slot)], is_asked=int(line.slot) in still_asked)
        without = [line for line in fresh if line.mediator is None and int(line.slot) not in still_asked]
        self._leave_without([line for line in without if not self.leaving.concerns(line)])
        return self.outcome

    def _only_called(self, lines: list[Line], given: list[Line]) -> list[Line]:
        """Without those that take somebody off a presence whom ``given`` sends to nothing urgent."""
        kept = []
        for line in lines:
            if not self.leaving.concerns(line) or self.leaving.allows(line, given, self.current):
                kept.append(line)
            else:
                self._put_aside(line, _("nobody leaves a presence for less than an urgent request"))
        return kept

    def _stands_as_read(self, line: Line) -> bool:
        """True when slot and assignment are as the snapshot saw them; else the line is set aside with the reason."""
        slot, live = self.slots.get(int(line.slot)), self.live.get(int(line.slot))
        why = None
        if slot is None or (slot.status not in FILLABLE and slot.id not in self.leaving.slots):
            why = _("it was cancelled or confirmed meanwhile")
        elif self.run.snapshot_at is not None and slot.changed_at > self.run.snapshot_at:
            why = _("it changed meanwhile")
        elif (live is None) != (line.before is None) or (live and line.before and not self._same(live, line)):
            why = _("its mediator changed meanwhile")
        elif line.slot in self.facts and line.change != "unchanged":
            why = _("it changed meanwhile")  # Her question has left: what she was asked is not moved under her.
        elif line.mediator is not None and line.mediator not in self.ids:
            why = _("the mediator is no longer in the roster")
        if why:
            self._put_aside(line, why)
        return why is None

    def _same(self, live: Assignment, line: Line) -> bool:
        assert line.before is not None
        return (live.mediator_id, live.during.lower) == (
            self.ids.get(line.before.mediator),
            from_wall(self.run.week_start, line.before.start),
        )

    def _put_aside(self, line: Line, why: str) -> None:
        self.outcome.set_aside.append({"slot": line.slot, "why": why})

    def _audited(self, lines: list[Line], everything: list[Line]) -> list[Line]:
        """The lines that pass the checker on the rows as they are now; the others are set aside with the rule."""
        planned = {slot.id for appointment in self.current.appointments for slot in appointment.slots}
        for line in lines:
            if line.slot not in planned:
                self._put_aside(line, _("its time has passed"))
        wanted = [line for line in lines if line.slot in planned]
        freed = [line for line in everything if line.change == "dropped"]
        passed, refused = sound(self.current, [*wanted, *freed])
        refused = with_grounds(self.current, passed, refused, self.left)
        why = sentences(self.session, refused)
        for one in refused:
            self._put_aside(one.line, why[one.line.slot])
        return [line for line in passed if line.mediator is not None]

    def _supersede(self, lines: list[Line]) -> None:
        old = {self.live[int(line.slot)].id for line in lines if int(line.slot) in self.live}
        movable = or_(Assignment.status == AssignmentStatus.PUBLISHED, Assignment.slot_id.in_(self.leaving.slots))
        done = self.session.scalars(
            update(Assignment)
            .where(Assignment.id.in_(old), Assignment.status.in_(LIVE_ASSIGNMENT), movable)
            .values(
                status=AssignmentStatus.SUPERSEDED,
                changed_at=self.now,
                evening_due=None,
                hours_due=None,
                outcome_due=None,
            )
            .returning(Assignment.id)
        ).all()
        if len(done) != len(old):
            raise Raced(_("An assignment was answered while it was being moved. Try again."))

    def _insert(self, lines: list[Line]) -> None:
        if not lines:
            return
        durations = {slot.id: a.duration for a in self.problem.appointments for slot in a.slots}
        rows = [
            {
                "slot_id": int(line.slot),
                "mediator_id": self.ids[line.mediator or ""],
                "during": self._during(line, durations[line.slot]),
                "status": AssignmentStatus.PUBLISHED,
                "run_id": self.run.id,
                "changed_at": self.now,
            }
            for line in lines
        ]
        statement = insert(Assignment).values(rows).on_conflict_do_nothing().returning(Assignment.id)
        if len(self.session.scalars(statement).all()) != len(rows):
            raise Raced(_("A mediator or a slot was taken while publishing. Try again."))
        self._mark([line.slot for line in lines], SlotStatus.OFFERED)
        self.outcome.published = len(rows)

    def _during(self, line: Line, duration: int) -> Range[dt.datetime]:
        """Elapsed minutes from the wall-clock start: on a DST night a visit still lasts what was asked."""
        assert line.start is not None
        start = from_wall(self.run.week_start, line.start)
        return Range(start, start + dt.timedelta(minutes=duration))

    def _leave_without(self, lines: list[Line]) -> None:
        policy = policy_in_force(self.session)
        urgent = dt.timedelta(hours=policy.offers.urgent_hours)
        full = full_today(self.session, [int(line.slot) for line in lines], self.now, urgent) if lines else {}
        for line in lines:
            slot = self.slots[int(line.slot)]
            capped = len(full.get(slot.id, set()) - set(slot.excluded))
            slot.status, slot.replan_due = SlotStatus.UNFILLED, None
            slot.reasons = with_full(line.reasons, capped)
            slot.changed_at = self.now
        self.outcome.unfilled = len(lines)
        self.leaving.ask_to_call(self.slots, [int(line.slot) for line in lines])

    def _mark(self, slot_ids: list[str], status: SlotStatus) -> None:
        for slot_id in slot_ids:
            slot: Slot = self.slots[int(slot_id)]
            slot.status, slot.replan_due, slot.reasons, slot.changed_at = status, None, None, self.now

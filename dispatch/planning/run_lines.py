# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of a run's difference as its page shows them: before and after, the reason in one line, the filters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.among import among
from dispatch.kit.clock import from_wall
from dispatch.planning.board import language_names, lines_of
from dispatch.planning.cards import unassigned
from dispatch.planning.difference import Change, Line
from dispatch.planning.words import ONE, why_her, why_nobody
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.planning import Candidate, PlanningRun
from dispatch.records.roster import Mediator
from dispatch.records.territory import Desk, Place
from dispatch.web.i18n import gettext as _
from dispatch.web.i18n import ngettext
from dispatch.web.views.planning import Unassigned
from dispatch.web.views.runs import DiffLine
from solver.check import day_violations
from solver.plan import Assignment as Visit
from solver.problem import PlanningProblem, Standing


@dataclass(frozen=True)
class Sifter:
    """What of a difference is looked at; empty looks at everything. ``change`` is one of difference.Change or "nobody"."""

    ambito: str = ""
    kind: str = ""
    change: str = ""

    def sift(self, session: Session, lines: Sequence[Line]) -> list[Line]:
        """The lines that pass; what is locked is looked at only where it is asked for."""
        wanted = SHOWN.get(self.change, NOT_LOCKED)
        passing = [line for line in lines if line.change in wanted]
        if not (self.ambito or self.kind):
            return passing
        known = _where(session, [int(line.slot) for line in passing])
        return [line for line in passing if self._fits(*known.get(int(line.slot), ("", "")))]

    def _fits(self, ambito: str, kind: str) -> bool:
        return self.ambito in ("", ambito) and self.kind in ("", kind)


NOT_LOCKED: tuple[Change, ...] = ("new", "moved", "dropped", "unfilled")
SHOWN: dict[str, tuple[Change, ...]] = {
    "new": ("new",),
    "moved": ("moved",),
    "dropped": ("dropped",),
    "locked": ("locked", "unchanged"),
    "nobody": ("unfilled",),
}


class Drawing:
    """The rows behind some lines, read once for all of them."""

    def __init__(self, session: Session, run: PlanningRun, problem: PlanningProblem, lines: Iterable[Line]) -> None:
        self.run, self.problem = run, problem
        self.lines = list(lines)
        self.boards = lines_of(session, [int(line.slot) for line in self.lines])
        self.languages = language_names(session)
        self.names = dict(session.execute(select(Mediator.code, Mediator.name)).all())
        self.lasts = {slot.id: one.duration for one in problem.appointments for slot in one.slots}
        changing = [int(line.slot) for line in self.lines if line.change in ("new", "moved")]
        self.ranked = _candidates(session, run.id, changing)

    def knows(self, line: Line) -> bool:
        """A request that was deleted since has nothing to show."""
        return int(line.slot) in self.boards

    def line(self, line: Line, *, accepted: bool = True, sms: int = 1, why: str = "", refused: str = "") -> DiffLine:
        board, now, was = self.boards[int(line.slot)], self._at(line.start), None
        if line.before is not None:
            was = self._at(line.before.start)
        start = now or was or board.appointment.first_start
        return DiffLine(
            value=line.slot,
            code=board.request.code,
            href=f"/requests/{board.request.code}",
            language=", ".join(self.languages.get(code, code) for code in board.languages),
            desk=board.desk.name,
            start=start,
            end=start + dt.timedelta(minutes=board.appointment.duration),
            mediator=self.names.get(line.mediator or "", _("nobody")),
            was=self.names.get(line.before.mediator, "") if line.before else "",
            was_at=was if now is not None and was != now else None,
            reason=why or self.reason(line),
            accepted=accepted,
            sms=sms,
            refused=refused,
        )

    def nobody(self, line: Line) -> Unassigned:
        drawn = unassigned(self.boards[int(line.slot)], self.languages)
        return replace(drawn, reasons=why_nobody(line.reasons))

    def reason(self, line: Line) -> str:
        """Why this person, or why no longer that one."""
        match line.change:
            case "moved":
                return self._why_moved(line)
            case "dropped":
                return "; ".join(f"{reason.count} {reason.text}" for reason in why_nobody(line.reasons)[:1])
            case "locked" | "unchanged":
                return _("stays as it is")
        return why_her(self._figures(line, line.mediator))

    def _why_moved(self, line: Line) -> str:
        before = line.before
        assert before is not None
        values = {"name": self.names.get(before.mediator, before.mediator)}
        broken = day_violations(self.problem, before.mediator, [self._visit(before)])
        if broken and broken[0].rule in ONE:
            return f"{values['name']} {_(ONE[broken[0].rule])}"
        if before.mediator == line.mediator:
            return _("the same person, at another time")
        lost = next((one.loss for one in self.ranked.get(int(line.slot), ()) if one.code == before.mediator), None)
        if lost:
            told = ngettext("one point better than with %(name)s", "%(num)d points better than with %(name)s", lost)
            return told % (values | {"num": lost})
        return _("%(name)s is needed elsewhere at that time") % values

    def _figures(self, line: Line, her: str | None) -> dict[str, int] | None:
        return next((one.reasons for one in self.ranked.get(int(line.slot), ()) if one.code == her), None)

    def _visit(self, fact: Standing) -> Visit:
        return Visit(slot=fact.slot, mediator=fact.mediator, start=fact.start, end=fact.start + self.lasts[fact.slot])

    def _at(self, minute: int | None) -> dt.datetime | None:
        return None if minute is None else from_wall(self.run.week_start, minute)


@dataclass(frozen=True)
class Ranked:
    """A candidate by code, with what is lost by choosing her."""

    code: str
    loss: int
    reasons: dict[str, int]


def _candidates(session: Session, run_id: int, slot_ids: Sequence[int]) -> dict[int, list[Ranked]]:
    query = (
        select(Candidate.slot_id, Mediator.code, Candidate.loss, Candidate.reasons)
        .join(Mediator, Mediator.id == Candidate.mediator_id)
        .where(Candidate.run_id == run_id, among(Candidate.slot_id, slot_ids))
    )
    found: dict[int, list[Ranked]] = {}
    for slot_id, code, loss, reasons in session.execute(query):
        found.setdefault(slot_id, []).append(Ranked(code, loss, reasons))
    return found


def _where(session: Session, slot_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """The ambito and the kind of service of each slot."""
    query = (
        select(Slot.id, Place.ambito_code, Appointment.kind)
        .join(Appointment, Appointment.id == Slot.appointment_id)
        .join(Request, Request.id == Appointment.request_id)
        .join(Desk, Desk.id == Request.desk_id)
        .join(Place, Place.id == Desk.place_id)
        .where(among(Slot.id, slot_ids))
    )
    return {slot_id: (ambito or "", kind) for slot_id, ambito, kind in session.execute(query)}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A planning run as the coordinator sees it: how far the search is, then what it would change, then what was done."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.clock import from_wall
from dispatch.planning.board import Line as Board
from dispatch.planning.board import language_names, lines_of
from dispatch.planning.cards import unassigned
from dispatch.planning.days import week_name, week_title
from dispatch.planning.difference import Line, difference
from dispatch.planning.words import why_her, why_nobody
from dispatch.records.planning import Candidate, PlanningRun
from dispatch.records.roster import Mediator
from dispatch.web.i18n import gettext
from dispatch.web.views.planning import DiffLine, RunPage, RunProgress, Unassigned
from solver.plan import Plan
from solver.problem import PlanningProblem


def run_page(session: Session, run: PlanningRun) -> RunPage:
    """The whole page; without a plan only its progress."""
    page = RunPage(
        progress=run_progress(run),
        week=week_name(run.week_start),
        week_title=week_title(run.week_start),
        weeks=run.days // 7,
        last_day=run.week_start + dt.timedelta(days=run.days - 1),
        trouble=run.trouble or "",
    )
    if run.plan is None:
        return page
    found = difference(msgspec.convert(run.problem, PlanningProblem), msgspec.convert(run.plan, Plan))
    draw = Drawing(session, run, found)
    outcome = run.outcome or {"published": 0, "set_aside": []}
    aside = {line["slot"]: line["why"] for line in outcome["set_aside"]}
    return replace(
        page,
        new=tuple(draw.line(line) for line in found if line.change == "new"),
        moved=tuple(draw.line(line) for line in found if line.change in ("moved", "dropped")),
        set_aside=tuple(draw.line(line, aside[line.slot]) for line in found if line.slot in aside),
        locked=sum(line.change in ("locked", "unchanged") for line in found),
        nobody=tuple(draw.nobody(line) for line in found if line.change == "unfilled" and draw.knows(line)),
        published=outcome["published"],
    )


def run_progress(run: PlanningRun) -> RunProgress:
    figures = run.progress or {}
    filled, slots = figures.get("filled", 0), figures.get("slots", 0)
    if run.plan is not None:
        filled = len(run.plan["assignments"])
        slots = filled + len(run.plan["unfilled"])
    return RunProgress(
        run_id=run.id,
        status=run.status,
        filled=filled,
        slots=slots,
        margin=_margin(run),
        seconds=round(figures.get("seconds", 0)),
        limit_seconds=run.seconds,
    )


def _margin(run: PlanningRun) -> float | None:
    """The gap to the proven bound in per cent, to one decimal."""
    if run.plan is not None:
        return round(100 * float(run.plan["gap"]), 1)
    figures = run.progress or {}
    if figures.get("bound") is None:
        return None
    bound, total = float(figures["bound"]), float(figures["total"])
    return round(100 * (bound - total) / max(1.0, bound), 1)


class Drawing:
    """The rows behind a difference, read once."""

    def __init__(self, session: Session, run: PlanningRun, lines: list[Line]) -> None:
        self.run = run
        self.boards = lines_of(session, [int(line.slot) for line in lines])
        self.languages = language_names(session)
        self.names = dict(session.execute(select(Mediator.code, Mediator.name)).all())
        chosen = select(Candidate).where(Candidate.run_id == run.id, Candidate.rank == 1)
        self.figures = {candidate.slot_id: candidate.reasons for candidate in session.scalars(chosen)}

    def knows(self, line: Line) -> bool:
        return int(line.slot) in self.boards

    def line(self, line: Line, why: str = "") -> DiffLine:
        board = self.boards[int(line.slot)]
        minute = line.start if line.start is not None else (line.before.start if line.before else None)
        start = board.appointment.first_start if minute is None else from_wall(self.run.week_start, minute)
        return DiffLine(
            value=line.slot,
            code=board.request.code,
            href=f"/requests/{board.request.code}",
            language=", ".join(self.languages.get(code, code) for code in board.languages),
            desk=board.desk.name,
            start=start,
            end=start + (board.end - board.start),
            mediator=self.names.get(line.mediator or "", gettext("nobody")),
            was=self.names.get(line.before.mediator, "") if line.before else "",
            reason=why or why_her(self.figures.get(int(line.slot))),
        )

    def nobody(self, line: Line) -> Unassigned:
        board: Board = self.boards[int(line.slot)]
        drawn = unassigned(board, self.languages)
        return replace(drawn, reasons=why_nobody(line.reasons))

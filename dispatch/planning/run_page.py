# SPDX-License-Identifier: AGPL-3.0-or-later
"""A planning run as the coordinator sees it: how far the search is, then what it would change, then what was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

import msgspec
from sqlalchemy.orm import Session

from dispatch.access.actors import account_names
from dispatch.planning.choosing_lines import choose
from dispatch.planning.days import week_name, week_title
from dispatch.planning.difference import Line, counts, difference
from dispatch.planning.run_lines import Drawing, Sifter
from dispatch.planning.run_queries import ambito_names, became, newer_draft
from dispatch.planning.searching import margin, picture, since_the_first, what_goes_on
from dispatch.planning.service import ROLLING
from dispatch.planning.sound import CHANGES
from dispatch.planning.trail import steps_of
from dispatch.planning.trouble import trouble_of
from dispatch.records.planning import PlanningRun
from dispatch.records.statuses import PlanningRunStatus
from dispatch.web.choices import KINDS, choices
from dispatch.web.i18n import gettext as _
from dispatch.web.views.page import Choice as Option
from dispatch.web.views.page import Filter, Filters
from dispatch.web.views.runs import DiffLine, RunPage, RunProgress, Told, Totals
from solver.plan import Plan
from solver.problem import PlanningProblem

NOTHING_TICKED: frozenset[str] = frozenset()
WAITS_FOR = dt.timedelta(seconds=20)  # a worker takes a run at once; longer, none is awake


def run_page(
    session: Session,
    run: PlanningRun,
    now: dt.datetime,
    sifter: Sifter = Sifter(),
    without: Collection[str] = NOTHING_TICKED,
) -> RunPage:
    """The whole page; ``without`` are the lines that she has unticked. Without a plan only its progress."""
    page = _head(session, run, now)
    if run.plan is None:
        return page
    problem, plan = msgspec.convert(run.problem, PlanningProblem), msgspec.convert(run.plan, Plan)
    lines = difference(problem, plan)
    page = replace(page, totals=_totals(lines), filters=_filters(session, run, sifter))
    if run.status == PlanningRunStatus.DRAFT:
        return _draft(session, run, now, page, problem, lines, sifter, without)
    return _settled(session, run, page, problem, lines)


def _head(session: Session, run: PlanningRun, now: dt.datetime) -> RunPage:
    names = account_names(session, (run.asked_by, run.settled_by))
    page = RunPage(
        progress=run_progress(run, now),
        week=week_name(run.week_start),
        week_title=week_title(run.week_start),
        weeks=run.days // 7,
        last_day=run.week_start + dt.timedelta(days=run.days - 1),
        asked=Told(asker(run.asked_by, names), run.asked_at),
        trouble=trouble_of(run.trouble) if run.trouble else None,
    )
    if run.published_at is not None:
        page = replace(page, settled=Told(names.get(run.settled_by, ""), run.published_at))
    return page


def asker(actor: str, names: dict[str, str]) -> str:
    """Who asked for a run, by name; empty for Ponte itself but on its evening, and for an account that is gone."""
    return _("Ponte, on the evening of the plan") if actor == ROLLING else names.get(actor, "")


def _totals(lines: Sequence[Line]) -> Totals:
    found = counts(list(lines))
    return Totals(
        found["new"], found["moved"], found["dropped"], found["locked"] + found["unchanged"], found["unfilled"]
    )


def _draft(
    session: Session,
    run: PlanningRun,
    now: dt.datetime,
    page: RunPage,
    problem: PlanningProblem,
    lines: Sequence[Line],
    sifter: Sifter,
    without: Collection[str],
) -> RunPage:
    """The difference with what is ticked, what would leave, and what cannot stand although it is ticked."""
    chosen = choose(session, run, problem, lines, without, now)
    seen = sifter.sift(session, lines)
    hidden = {line.slot for line in lines if line.change in CHANGES} - {line.slot for line in seen}
    draw = Drawing(session, run, problem, [*seen, *(one.line for one in chosen.refused)])
    shown = [line for line in seen if draw.knows(line)]

    def of(*changes: str) -> tuple[Line, ...]:
        return tuple(line for line in shown if line.change in changes)

    def drawn(line: Line) -> DiffLine:
        return draw.line(
            line, accepted=line.slot not in without, sms=chosen.sms_of(line), refused=chosen.why.get(line.slot, "")
        )

    return replace(
        page,
        new=tuple(map(drawn, of("new"))),
        moved=tuple(map(drawn, of("moved"))),
        dropped=tuple(map(drawn, of("dropped"))),
        locked=tuple(map(drawn, of("locked", "unchanged"))),
        nobody=tuple(draw.nobody(line) for line in of("unfilled")),
        elsewhere=tuple(sorted(hidden - set(without))),
        choice=chosen.shown(draw),
    )


def _settled(
    session: Session, run: PlanningRun, page: RunPage, problem: PlanningProblem, lines: Sequence[Line]
) -> RunPage:
    """What publishing did and what became of it; of a draft set aside, what took its place."""
    outcome = run.outcome or {}
    aside = {line["slot"]: line["why"] for line in outcome.get("set_aside", ())}
    told = [line for line in lines if line.slot in aside or line.change == "unfilled"]
    draw = Drawing(session, run, problem, told)
    newer = newer_draft(session, run) if run.status == PlanningRunStatus.SET_ASIDE else None
    return replace(
        page,
        set_aside=tuple(
            draw.line(line, why=aside[line.slot]) for line in told if line.slot in aside and draw.knows(line)
        ),
        nobody=tuple(draw.nobody(line) for line in told if line.change == "unfilled" and draw.knows(line)),
        published=outcome.get("published", 0),
        left=outcome.get("left", 0),
        became=became(session, [run.id]).get(run.id, ()),
        newer=f"/planning/runs/{newer}" if newer else "",
    )


def _filters(session: Session, run: PlanningRun, sifter: Sifter) -> Filters:
    changes = {
        "new": _("new"),
        "moved": _("moved"),
        "dropped": _("taken away"),
        "locked": _("as they are"),
        "nobody": _("without anybody"),
    }
    return Filters(
        action=f"/planning/runs/{run.id}",
        items=(
            Filter("ambito", _("Ambito"), sifter.ambito, _options(ambito_names(session))),
            Filter("kind", _("Kind of service"), sifter.kind, choices(KINDS)),
            Filter("change", _("What changes"), sifter.change, _options(changes)),
        ),
    )


def _options(words: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in words.items())


def run_progress(run: PlanningRun, now: dt.datetime) -> RunProgress:
    """How far the search is, in figures, a sentence and a picture."""
    figures, steps = run.progress or {}, steps_of(run.progress)
    return RunProgress(
        run_id=run.id,
        status=run.status,
        filled=figures.get("filled", 0),
        slots=figures.get("slots", 0),
        margin=margin(figures["total"], figures.get("bound")) if steps else None,
        seconds=round(figures.get("seconds", 0)),
        limit_seconds=run.seconds,
        sentence=what_goes_on(steps),
        gains=since_the_first(steps),
        picture=picture(steps, run.seconds),
        stopping=run.stop_asked,
        waits=run.status == PlanningRunStatus.ASKED and run.asked_at + WAITS_FOR < now,
    )

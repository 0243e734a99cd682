# SPDX-License-Identifier: AGPL-3.0-or-later
"""The runs of the past: who asked when, what came out, and what became of it; in as many statements for a year as for a day."""

from __future__ import annotations

from sqlalchemy.orm import Session

from dispatch.access.actors import account_names
from dispatch.planning.days import week_name
from dispatch.planning.run_page import asker
from dispatch.planning.run_queries import became, past_runs
from dispatch.planning.searching import margin
from dispatch.records.planning import PlanningRun
from dispatch.records.statuses import PlanningRunStatus, RunKind
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import chosen, one_of, pager
from dispatch.web.moments import decimal
from dispatch.web.status_words import WORDS
from dispatch.web.views.page import Choice, Filters
from dispatch.web.views.runs import RunLine, RunsPage, Told

RUN_WORDS = WORDS["planning_run"]
OF_KIND = {"": RunKind.WEEK, "repair": RunKind.REPAIR, "all": None}


def runs_page(session: Session, kind: str, status: str, page: int) -> RunsPage:
    """A page of the list; plans of whole weeks unless somebody asks for the repairs too."""
    filters = _filters(kind, status)
    wanted = chosen(filters)
    rows, found = past_runs(session, OF_KIND[wanted["kind"]], wanted["status"], page)
    people = account_names(session, {actor for run in rows for actor in (run.asked_by, run.settled_by)})
    fates = became(session, [run.id for run in rows])
    return RunsPage(
        rows=tuple(_line(run, people, fates.get(run.id, ())) for run in rows),
        filters=filters,
        pager=pager(filters, page, found),
    )


def _filters(kind: str, status: str) -> Filters:
    kinds = (Choice("", _("plans of weeks")), Choice("repair", _("repairs")), Choice("all", _("all")))
    statuses = tuple(Choice(one.value, _(RUN_WORDS[one].label)) for one in PlanningRunStatus)
    return Filters(
        "/planning/runs", (one_of("kind", _("Kind"), kinds, kind), one_of("status", _("Outcome"), statuses, status))
    )


def _line(run: PlanningRun, people: dict[str, str], fate: tuple[tuple[str, int], ...]) -> RunLine:
    figures, outcome = run.progress or {}, run.outcome or {}
    total = figures.get("total")
    return RunLine(
        href=f"/planning/runs/{run.id}",
        asked=Told(asker(run.asked_by, people), run.asked_at),
        week=week_name(run.week_start),
        weeks=run.days // 7,
        status=run.status,
        is_repair=run.kind == RunKind.REPAIR,
        filled=figures.get("filled", 0),
        slots=figures.get("slots", 0),
        value="" if total is None else decimal(total),
        margin=None if total is None else margin(total, figures.get("bound")),
        published=outcome.get("published"),
        set_aside=len(outcome.get("set_aside", ())),
        left=outcome.get("left", 0),
        became=fate,
        settled=None if run.published_at is None else Told(people.get(run.settled_by, ""), run.published_at),
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of planning runs read beside the run itself: what became of its lines, and other runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.kit.among import among
from dispatch.planning.queries import meets
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.statuses import AssignmentStatus, PlanningRunStatus, RunKind
from dispatch.records.territory import Ambito
from dispatch.web.lists import PER_PAGE

# What can become of a published line, in the order in which it is told.
BECAME = ("booked", "done", "published", "withdrawn", "superseded")


def became(session: Session, run_ids: Iterable[int]) -> dict[int, tuple[tuple[str, int], ...]]:
    """By run, how many of its assignments stand in which status now; drafts are left out."""
    query = (
        select(Assignment.run_id, Assignment.status, func.count())
        .where(among(Assignment.run_id, run_ids), Assignment.status != AssignmentStatus.PROPOSED)
        .group_by(Assignment.run_id, Assignment.status)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for run_id, status, count in session.execute(query):
        if run_id is not None:
            found[run_id][status] = count
    return {run_id: tuple((one, counts[one]) for one in BECAME if one in counts) for run_id, counts in found.items()}


def newer_draft(session: Session, run: PlanningRun) -> int | None:
    """The week plan that was asked for later for some of these days, if it can be looked at."""
    alive = (PlanningRunStatus.DRAFT, PlanningRunStatus.PUBLISHED, PlanningRunStatus.ASKED, PlanningRunStatus.RUNNING)
    query = select(PlanningRun.id).where(
        PlanningRun.id > run.id,
        PlanningRun.kind == RunKind.WEEK,
        PlanningRun.status.in_(alive),
        meets(run.week_start, run.days),
    )
    return session.scalars(query.order_by(PlanningRun.id.desc())).first()


def past_runs(session: Session, kind: RunKind | None, status: str, page: int) -> tuple[Sequence[PlanningRun], int]:
    """A page of runs, newest first, and how many there are."""
    query = select(PlanningRun)
    if kind is not None:
        query = query.where(PlanningRun.kind == kind)
    if status:
        query = query.where(PlanningRun.status == status)
    found = session.scalars(select(func.count()).select_from(query.with_only_columns(PlanningRun.id).subquery())).one()
    rows = query.order_by(PlanningRun.id.desc()).offset((page - 1) * PER_PAGE).limit(PER_PAGE)
    return session.scalars(rows).all(), found


def ambito_names(session: Session) -> dict[str, str]:
    return dict(session.execute(select(Ambito.code, Ambito.name).order_by(Ambito.name)).all())

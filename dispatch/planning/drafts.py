# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the agenda says of plans that nobody has published yet: that of the shown week, and those of the coming weeks."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from dispatch.planning.queries import drafts_ready, latest_runs, live_by_slot
from dispatch.records.planning import Assignment, PlanningRun
from dispatch.records.statuses import LIVE_ASSIGNMENT, AssignmentStatus, PlanningRunStatus
from dispatch.web.views.agenda import DraftReady, RunHint

TO_LOOK_AT = (PlanningRunStatus.ASKED, PlanningRunStatus.RUNNING, PlanningRunStatus.DRAFT)


def run_hint(session: Session, monday: dt.date) -> RunHint | None:
    """The newest plan of the week that somebody still has something to do with."""
    for run in latest_runs(session, monday):
        if run.kind == "week" and run.status in TO_LOOK_AT:
            changes = changes_of(session, run) if run.status == PlanningRunStatus.DRAFT else 0
            return RunHint(f"/planning/runs/{run.id}", run.status, changes)
    return None


def changes_of(session: Session, run: PlanningRun) -> int:
    """How many slots would have somebody else, another time, or nobody any more, if the draft were published now."""
    proposed, stands = aliased(Assignment), aliased(Assignment)
    same = exists().where(
        stands.slot_id == proposed.slot_id,
        stands.status.in_(LIVE_ASSIGNMENT),
        stands.mediator_id == proposed.mediator_id,
        func.lower(stands.during) == func.lower(proposed.during),
    )
    given = select(func.count()).where(proposed.run_id == run.id, proposed.status == AssignmentStatus.PROPOSED, ~same)
    left = session.scalar(select(PlanningRun.plan["unfilled"]).where(PlanningRun.id == run.id)) or ()
    dropped = live_by_slot(session, [int(one["slot"]) for one in left])
    return (session.scalar(given) or 0) + len(dropped)


def ready_drafts(session: Session, today: dt.date) -> tuple[DraftReady, ...]:
    """What the evening of the policy left to look at, whichever week is shown: mostly another one."""
    return tuple(
        DraftReady(f"/planning/runs/{run.id}", run.week_start, run.week_start + dt.timedelta(days=run.days - 1))
        for run in drafts_ready(session, today)
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The workload over JSON: one tab of any days up to a year."""

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from dispatch.access.visitor import Who
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.kit.policy import policy_in_force
from dispatch.reporting import service
from dispatch.reporting.load_page import named
from dispatch.reporting.period import LONGEST, Period, between
from dispatch.reporting.rows import Row
from dispatch.reporting.schemas import ConcernOut, OffersOut, RowOut, WorkloadOut
from dispatch.reporting.tables import Sieve
from dispatch.reporting.words import sentence
from dispatch.web.i18n import gettext as _

router = APIRouter(prefix="/api/v1/workload", tags=["workload"])
By = Literal["mediator", "language", "ambito", "desk", "project"]
Word = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9._-]*$")]
Day = Annotated[dt.date, Query(description="A day: year-month-day.")]


@router.get("")
def read_workload(
    session: Work,
    who: Who,
    from_: Annotated[dt.date, Query(alias="from", description="The first day, such as 2026-11-01.")],
    to: Annotated[dt.date, Query(description="The last day, included; at most a year after the first.")],
    by: By = "mediator",
    ambito: Word = "",
    language: Word = "",
) -> WorkloadOut:
    """Hours planned, booked and worked, kilometres, offers and last job by mediator, language, ambito, desk or project."""
    period, moment = days_between(from_, to), now(session)
    sieve = Sieve(ambito=ambito, language=language, ambiti=who.ambiti)
    load = service.workload(session, moment, period, by, sieve, order="name")
    policy = policy_in_force(session).workload
    attention = [
        ConcernOut(concern=found.concern, keys=list(found.keys), text=sentence(found, policy))
        for found in load.findings
    ]
    rows = [row_out(row, by) for row in load.rows]
    return WorkloadOut(by=by, from_=period.first, to=period.last, rows=rows, attention=attention)


def row_out(row: Row, by: str) -> RowOut:
    figures, offers = row.figures, row.offers
    return RowOut(
        key=row.key,
        name=named(row, by),
        visits=figures.visits,
        requested_minutes=figures.requested,
        uncovered_minutes=figures.uncovered,
        planned_minutes=figures.planned,
        booked_minutes=figures.booked,
        worked_minutes=figures.worked,
        training_minutes=row.training,
        counted_minutes=row.used,
        limit_minutes=row.limit,
        target_minutes=row.target,
        km=round(figures.km),
        offers=OffersOut(
            received=offers.received, accepted=offers.accepted, refused=offers.refused, silent=offers.silent
        ),
        last_job=row.last,
        above_average_percent=row.average,
    )


def days_between(first: dt.date, last: dt.date) -> Period:
    try:
        return between(first, last)
    except ValueError:
        remedy = _("Give a last day after the first, at most %(days)s days later.") % {"days": LONGEST}
        field = FieldProblem("to", _("These days make no period."), f"{first} – {last}", remedy)
        raise NotUnderstood(_("The period cannot be read."), fields=(field,)) from None

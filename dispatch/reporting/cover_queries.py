# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was asked for, covered and delivered, added up by PostgreSQL: a few hundred rows, however many the visits are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from dispatch.records.roster import MediatorLanguage
from dispatch.records.statuses import AttendanceStatus, Outcome
from dispatch.records.territory import Place
from dispatch.reporting.cover import Cell
from dispatch.reporting.period import Period
from dispatch.reporting.queries import is_several, visits_of
from dispatch.reporting.visits import asked_of


def read_cover(session: Session, period: Period) -> list[Cell]:
    """The visits of the period by ambito, comune and languages.

    Who went is told only where several languages were asked for: then it decides under which of them a visit counts.
    """
    visits = visits_of(period, comune=Place.comune_code).subquery()
    row: Any = visits.c
    turn = func.row_number().over(partition_by=row.slot_id, order_by=(row.start, row.assignment_id))
    each = select(visits, (turn == 1).label("first")).subquery()
    row = each.c
    keys = (row.ambito, row.comune, row.asked, case((is_several(row.asked), row.mediator_id)))
    query = select(
        *keys,
        func.coalesce(func.sum(row.minutes).filter(row.first), 0),
        func.coalesce(func.sum(row.minutes).filter(row.mediator_id.is_(None)), 0),
        func.coalesce(func.sum(_used(row)), 0),
        func.coalesce(func.sum(_served(row)), 0),
    ).group_by(*keys)
    return [
        Cell(ambito, comune, asked_of(asked), mediator, *map(int, minutes))
        for ambito, comune, asked, mediator, *minutes in session.execute(query)
    ]


def _used(row: Any) -> ColumnElement[int]:
    """``Visit.used`` in SQL: the minutes somebody spent on it where that is told, the promised ones before."""
    told = row.attendance.is_not(None) & (row.attendance != AttendanceStatus.AWAITED)
    return case((row.mediator_id.is_(None), 0), (told, _served(row)), else_=row.minutes)


def _served(row: Any) -> ColumnElement[int]:
    """``Visit.delivered`` in SQL: the minutes somebody was there for."""
    return case((row.outcome == Outcome.CANCELLED_LATE, 0), else_=func.coalesce(row.worked, 0))


def read_levels(session: Session) -> Mapping[int, Mapping[str, int]]:
    """How well each mediator speaks what, by language."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    columns = (MediatorLanguage.mediator_id, MediatorLanguage.language_code, MediatorLanguage.level)
    for mediator, language, level in session.execute(select(*columns)):
        found[mediator][language] = level
    return found

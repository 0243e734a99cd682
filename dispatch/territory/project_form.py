# SPDX-License-Identifier: AGPL-3.0-or-later
"""A project's form: its budgets as hours beside what is booked on them, and the visits behind a refusal."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from dispatch.errors import FieldProblem
from dispatch.records.territory import Project
from dispatch.territory import page_queries, queries
from dispatch.web.choices import KINDS, choices
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import duration
from dispatch.web.register_forms import FormReader, as_hours, shown
from dispatch.web.views.page import Choice
from dispatch.web.views.registers import BookedVisit
from dispatch.web.views.territory import BudgetRow, ProjectForm

LINE = re.compile(r"budgets-([0-9]{1,2})-hours", re.ASCII)
SPARE_LINES = 3
MOST_VISITS = 12


def read(reader: FormReader) -> dict[str, Any]:
    """What the form says, in the shape of an entry; a budget without hours is none."""
    given: dict[str, Any] = dict(reader.texts("code", "name"))
    given |= {name: day for name in ("starts", "ends") if (day := reader.day(name)) is not None}
    # Lines are kept in their places, so that what is refused is shown where it was typed.
    return given | {"kinds": reader.values.all("kinds"), "budgets": [_share(reader, n) for n in lines(reader.values)]}


def lines(values: FormValues) -> list[int]:
    """The numbers of the lines with hours in them."""
    return sorted({int(found[1]) for name, value in values.pairs if (found := LINE.fullmatch(name)) and value.strip()})


def _share(reader: FormReader, number: int) -> dict[str, Any]:
    minutes = reader.hours(f"budgets-{number}-hours")
    return {"ambito": reader.text(f"budgets-{number}-ambito"), "minutes": minutes if minutes is not None else 0}


def values_of(session: Session, row: Project) -> FormValues:
    given: list[tuple[str, str]] = [
        ("name", row.name),
        ("starts", row.starts.isoformat()),
        ("ends", row.ends.isoformat()),
    ]
    given += [("kinds", kind) for kind in row.kinds]
    for number, budget in enumerate(queries.budgets_of(session, row.code)):
        given += [
            (f"budgets-{number}-ambito", budget.ambito_code or ""),
            (f"budgets-{number}-hours", as_hours(budget.minutes)),
        ]
    return FormValues(tuple(given))


def form_page(
    session: Session, values: FormValues, row: Project | None, problems: Iterable[FieldProblem], now: dt.datetime
) -> ProjectForm:
    """The form with what was typed; beside each budget what it has to carry, under a refused one its next visits."""
    problems, filled = list(problems), lines(values)
    too_small = [filled[int(problem.field.split(".")[1])] for problem in problems if problem.field.endswith(".minutes")]
    return ProjectForm(
        action=f"/projects/{row.code}" if row else "/projects/new",
        values=values,
        errors=shown(_where_typed(problem, filled) for problem in problems),
        code=row.code if row else "",
        name=row.name if row else "",
        options={
            "kinds": choices(KINDS),
            "ambiti": tuple(Choice(one.code, f"{one.code} {one.name}") for one in page_queries.ambiti(session)),
        },
        budgets={budget.ambito: budget for budget in budgets_of(session, row)} if row else {},
        lines=(max(filled) + 1 if filled else 0) + SPARE_LINES,
        visits=tuple(_visits(session, row, values, too_small, now)) if row else (),
    )


def budgets_of(session: Session, row: Project) -> tuple[BudgetRow, ...]:
    """Each budget of a project with what is booked on it, the one for the whole of it last."""
    names = {one.code: one.name for one in page_queries.ambiti(session)}
    found = []
    for budget in queries.budgets_of(session, row.code):
        booked = queries.booked_minutes(session, row.code, budget.ambito_code)
        left = budget.minutes - booked
        found.append(
            BudgetRow(
                ambito=budget.ambito_code or "",
                name=names[budget.ambito_code] if budget.ambito_code else _("whole project"),
                granted=duration(budget.minutes),
                booked=duration(booked),
                left=duration(max(left, 0)),
                is_over=left < 0,
            )
        )
    return tuple(found)


def _where_typed(problem: FieldProblem, filled: list[int]) -> FieldProblem:
    """The entry counts budgets and minutes; the form numbers its lines and has hours."""
    parts = problem.field.split(".")
    if parts[0] != "budgets" or len(parts) == 1:
        return problem
    number = filled[int(parts[1])]
    return replace(problem, field=f"budgets.{number}.{'ambito' if parts[-1] == 'ambito' else 'hours'}")


def _visits(
    session: Session, row: Project, values: FormValues, numbers: Iterable[int], now: dt.datetime
) -> Iterable[BookedVisit]:
    for number in numbers:
        ambito = values.get(f"budgets-{number}-ambito").strip() or None
        for visit in page_queries.charged_visits(session, row.code, ambito, now, MOST_VISITS):
            assert visit.during.lower is not None
            assert visit.during.upper is not None
            yield BookedVisit(visit.request, visit.desk, visit.during.lower, visit.during.upper, visit.status)

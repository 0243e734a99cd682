# SPDX-License-Identifier: AGPL-3.0-or-later
"""The registers of projects and their budgets as files."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.territory.words import fold
from dispatch.exchange.cells import HOURS_CELL, several
from dispatch.exchange.columns import Column
from dispatch.exchange.places import own
from dispatch.exchange.register import Register, Values, Work, code_of, entry_of, merged, own_code
from dispatch.exchange.times import DAY_CELL
from dispatch.exchange.vocabulary import EVERYWHERE, KINDS
from dispatch.kit.saved import Saved
from dispatch.records.territory import Budget, Project
from dispatch.territory import queries
from dispatch.territory.entries import BudgetEntry, ProjectEntry
from dispatch.territory.saving import save_budget, save_project


def project_values(row: Project) -> Values:
    return {"code": row.code, "name": row.name, "starts": row.starts, "ends": row.ends, "kinds": tuple(row.kinds)}


def save_project_row(work: Work, values: Values) -> Saved[Project]:
    code = own_code(work.session, Project, values)
    row = queries.project(work.session, code)
    whole = merged(ProjectEntry, project_values(row) if row else None, values) | {"code": code}
    return save_project(work.session, entry_of(ProjectEntry, whole), work.actor, work.now)


def save_budget_row(work: Work, values: Values) -> Saved[Budget]:
    code = code_of(work, Project, "project", values.get("project"))
    ambito = values.get("ambito")
    everywhere = ambito is None or fold(ambito) == EVERYWHERE
    whole = values | {"project": code, "ambito": None if everywhere else ambito}
    return save_budget(work.session, entry_of(BudgetEntry, whole), work.actor, work.now)


def _budget_key(work: Work, values: Values) -> str:
    project = code_of(work, Project, "project", values.get("project"))
    return f"{project}/{fold(values.get('ambito') or EVERYWHERE)}"


def _projects(session: Session) -> Iterator[Values]:
    return (project_values(row) for row in session.scalars(select(Project).order_by(Project.code)))


def _budgets(session: Session) -> Iterator[Values]:
    for row in session.scalars(select(Budget).order_by(Budget.project_code, Budget.ambito_code)):
        yield {"project": row.project_code, "ambito": row.ambito_code or EVERYWHERE, "minutes": row.minutes}


PROJECTS = Register(
    "progetti",
    ("progetto", "finanziamenti", "projects"),
    (
        own("code", ("codice progetto",), ("fami-2463", "migramenti")),
        Column("name", "nome", ("progetto", "titolo"), samples=("FAMI 2463", "Migramenti")),
        Column("starts", "dal", ("inizio", "data inizio", "da"), DAY_CELL, ("01/01/2026", "01/09/2026")),
        Column("ends", "al", ("fine", "data fine", "a"), DAY_CELL, ("31/12/2027", "31/08/2027")),
        Column("kinds", "tipi di intervento", ("interventi", "tipi"), several(KINDS), ("", "interpretariato, equipe")),
    ),
    ("name", "starts", "ends"),
    lambda work, values: own_code(work.session, Project, values),
    _projects,
    save_project_row,
)
BUDGETS = Register(
    "budget",
    ("budgets", "ore progetto", "ore progetti"),
    (
        Column("project", "progetto", ("codice progetto", "finanziamento"), samples=("fami-2463", "fami-2463")),
        Column("ambito", "ambito", ("ambito territoriale",), samples=("Val Cavallina", "tutti")),
        Column("minutes", "ore", ("monte ore", "budget", "budget ore"), HOURS_CELL, ("400", "1200:30")),
    ),
    ("project", "minutes"),
    _budget_key,
    _budgets,
    save_budget_row,
)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a register is to a file: its columns, how a row of a sheet is saved, and how its rows are written out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.territory.words import fold
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.exchange.columns import Column
from dispatch.kit.problems import readable
from dispatch.kit.saved import Saved
from dispatch.records.base import Base
from dispatch.records.roster import Mediator
from dispatch.records.territory import Desk, Organisation, Place, Project
from dispatch.roster.entries import ShiftEntry
from dispatch.territory.entries import CODE, Entry
from dispatch.territory.naming import did_you_mean
from dispatch.web.i18n import gettext as _

Values = dict[str, Any]  # by field of the entry; None is a blank cell of a column that is there
Coded = type[Mediator] | type[Place] | type[Organisation] | type[Desk] | type[Project]
Given = TypeVar("Given", bound=Entry)


@dataclass(frozen=True)
class Work:
    """The transaction in which rows are saved, who saves them, and when.

    ``met`` are codes that were looked up and found: a sheet names the same few rows again and again.
    """

    session: Session
    actor: str
    now: dt.datetime
    met: dict[tuple[type[Base], str], str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Register:
    """``name`` is that of its file; ``also`` are other words in names of files and sheets.

    ``key`` tells whether two rows of a sheet mean the same entry. Where ``shifts`` is given, several rows make one
    entry: the rows of a mediator are saved together by ``save_all``. ``people`` are the columns that name a mediator
    whose days a row may change.
    """

    name: str
    also: tuple[str, ...]
    columns: tuple[Column, ...]
    needed: tuple[str, ...]
    key: Callable[[Work, Values], str]
    rows: Callable[[Session], Iterable[Values]]
    save: Callable[[Work, Values], Saved[Any]] | None = None
    shifts: Callable[[Values], tuple[ShiftEntry, ...]] | None = None
    save_all: Callable[[Work, str, tuple[ShiftEntry, ...]], Saved[Any]] | None = None
    exported: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[Column, ...]:
        """The columns of an exported file."""
        return tuple(column for column in self.columns if not self.exported or column.field in self.exported)


def entry_of(model: type[Given], values: Values) -> Given:
    """The entry that these values make; what is wrong with it is refused field by field, in our words."""
    given = {name: value for name, value in values.items() if value is not None}
    try:
        return model.model_validate(given)
    except ValidationError as refused:
        raise NotUnderstood("", fields=tuple(map(_without_pattern, readable(refused.errors(), _)))) from refused


def _without_pattern(problem: FieldProblem) -> FieldProblem:
    """A code that is not written like one, said without the expression that a program checks it by."""
    if CODE not in problem.remedy:
        return problem
    message = _("A code has letters, digits, points, hyphens and no spaces.")
    return FieldProblem(problem.field, message, problem.value, _("Write it like ic-trescore."))


def merged(model: type[BaseModel], current: Values | None, values: Values) -> Values:
    """An entry's whole values: a column that is not in the sheet leaves what stands, a blank cell takes it away."""
    whole = {**(current or {}), **values}
    return {name: value for name, value in whole.items() if name in model.model_fields}


def own_code(session: Session, model: Coded, values: Values) -> str:
    """A row's code: the one given, else that of the row with this name, else one made from the name."""
    if code := values.get("code"):
        return str(code)
    name = values.get("name") or ""
    found = _by_name(session, model, name)
    return found[0] if len(found) == 1 else slug(name)


def code_of(work: Work, model: Coded, field: str, text: str | None) -> str | None:
    """The code that a cell means: itself, its name as a code, or that of the one row with this name."""
    if text is None:
        return None
    if (model, text) not in work.met:
        found = _looked_up(work.session, model, field, text)
        if found is None:
            return text  # the service says that nobody has it
        work.met[model, text] = found
    return work.met[model, text]


def _looked_up(session: Session, model: Coded, field: str, text: str) -> str | None:
    for code in (text, slug(text)):  # "coop 1" is what people write for coop-1, and a name made that code
        if session.scalar(select(model.code).where(model.code == code)) is not None:
            return code
    found = _by_name(session, model, text)
    if len(found) > 1:
        message = _("Several have this name: %(codes)s.") % {"codes": ", ".join(found[:5])}
        raise one_problem(field, text, message, _("Write the code instead of the name."))
    if found or re.fullmatch(CODE, text):
        return found[0] if found else None
    names = {fold(name): code for code, name in session.execute(select(model.code, model.name))}
    raise one_problem(field, text, _("Nothing is known under this code or name."), did_you_mean(text, names))


def one_problem(field: str, value: object, message: str, remedy: str) -> NotUnderstood:
    return NotUnderstood(message, fields=(FieldProblem(field, message, value, remedy),))


def slug(name: str) -> str:
    """ "IC Trescore B." becomes "ic-trescore-b"."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:64]


def _by_name(session: Session, model: Coded, name: str) -> list[str]:
    query = select(model.code).where(func.lower(model.name) == name.strip().lower())
    return list(session.scalars(query.order_by(model.code)))

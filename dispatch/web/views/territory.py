# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of the territory show: services, places, organisations, projects with their budgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from dispatch.web.views.page import Filters, Pager
from dispatch.web.views.registers import BookedVisit, RegisterForm


@dataclass(frozen=True)
class PlaceRow:
    code: str
    name: str
    address: str
    comune: str
    ambito: str
    desks: int


@dataclass(frozen=True)
class DeskRow:
    """``project`` is who pays where a request names nobody; ``office`` the ambito whose own office it is."""

    code: str
    name: str
    sector: str
    organisation: str
    place: str
    comune: str
    project: str = ""
    office: str = ""
    active: bool = True


@dataclass(frozen=True)
class OrganisationRow:
    code: str
    name: str
    role: str
    desks: int
    mediators: int


@dataclass(frozen=True)
class ListPage:
    """One page of a register's list; ``total`` counts its rows without any filter."""

    rows: tuple[PlaceRow | DeskRow | OrganisationRow | ProjectRow, ...]
    filters: Filters
    pager: Pager
    total: int


@dataclass(frozen=True)
class BudgetRow:
    """Hours of a project in an ambito (``ambito`` empty: in all of them): granted, booked, and what is left."""

    ambito: str
    name: str
    granted: str
    booked: str
    left: str
    is_over: bool = False


@dataclass(frozen=True)
class ProjectRow:
    code: str
    name: str
    starts: dt.date
    ends: dt.date
    budgets: tuple[BudgetRow, ...] = ()


@dataclass(frozen=True)
class ProjectForm(RegisterForm):
    """A project's form: ``budgets`` by ambito stand beside their inputs, of which there are ``lines``.

    ``visits`` are those that a refused budget has to carry.
    """

    budgets: Mapping[str, BudgetRow] = field(default_factory=dict)
    lines: int = 1
    visits: tuple[BookedVisit, ...] = ()

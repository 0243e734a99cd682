# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people give for a place, an organisation, a desk, a project or a budget: by form, by file, in the same shape.

Other rows are named by their code; ``saving`` checks that they exist.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.records.statuses import Kind, OrganisationRole, Sector

CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
Code = Annotated[str, Field(pattern=CODE)]
Title = Annotated[str, Field(min_length=1, max_length=160)]
Minutes = Annotated[int, Field(ge=0, le=100_000_000)]


class Entry(BaseModel):
    """Frozen, stripped of spaces around texts, and without fields that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class PlaceEntry(Entry):
    """``comune`` is its name or ISTAT code; without a point a new place stands in its centre."""

    code: Code
    name: Title
    address: Annotated[str, Field(max_length=240)] = ""
    comune: Annotated[str, Field(min_length=1, max_length=160)]
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None


class OrganisationEntry(Entry):
    code: Code
    name: Title
    role: OrganisationRole


class DeskEntry(Entry):
    """``project`` pays where a request names none; ``ambito`` is set for an ambito's own office."""

    code: Code
    name: Title
    sector: Sector
    sms_label: Annotated[str, Field(min_length=1, max_length=24)]
    organisation: Code
    place: Code
    contact: Annotated[str, Field(max_length=160)] = ""
    project: Code | None = None
    ambito: Annotated[str, Field(min_length=1, max_length=160)] | None = None
    active: bool = True


class BudgetEntry(Entry):
    """Minutes that a project may spend in an ambito over its whole period; without ambito, in all of them together."""

    project: Code
    ambito: Annotated[str, Field(min_length=1, max_length=160)] | None = None
    minutes: Minutes


class BudgetShare(Entry):
    """One line of a project's own form; see ``BudgetEntry``."""

    ambito: Annotated[str, Field(min_length=1, max_length=160)] | None = None
    minutes: Minutes


class ProjectEntry(Entry):
    """Without ``kinds`` it pays for everything. ``budgets`` None leaves them as they are; given, they are all there are."""

    code: Code
    name: Title
    starts: dt.date
    ends: dt.date
    kinds: tuple[Kind, ...] = ()
    budgets: tuple[BudgetShare, ...] | None = None

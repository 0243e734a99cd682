# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's workload: a tab by mediator, language, ambito, desk or project, budgets, equity, the map, and what is behind."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from config.territory import load_territory
from dispatch.access.visitor import Who
from dispatch.errors import FieldProblem, NotFound, NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.kit.spreadsheet import download
from dispatch.reporting import board_pages, registers, service
from dispatch.reporting.asked import BUDGETS, EQUITY, MAP, PLURALS, WORKLOAD, Asked
from dispatch.reporting.behind_page import behind_page, behind_sheet
from dispatch.reporting.budgets_page import budgets_page, budgets_sheet
from dispatch.reporting.equity_page import equity_page, equity_sheet
from dispatch.reporting.files import file_name, load_sheet
from dispatch.reporting.load_page import filters, load_page, sentences
from dispatch.reporting.map_page import map_page, map_sheet
from dispatch.reporting.period import Period, day_of, month_of, named
from dispatch.reporting.tables import Sieve
from dispatch.territory import queries as territory
from dispatch.territory.outlines import draw
from dispatch.web.i18n import gettext as _
from dispatch.web.templating import render

router = APIRouter(include_in_schema=False)
router.include_router(board_pages.router)
By = Literal["", "mediator", "language", "ambito", "desk", "project"]
Show = Literal["", "hours", "filled", "uncovered"]
Format = Literal["", "csv", "xlsx"]
Text = Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")]  # PostgreSQL holds no NUL
Key = Annotated[str, Path(max_length=64, pattern=r"^[^\x00]*$")]


def asked(
    session: Work,
    who: Who,
    period: Text = "",
    q: Text = "",
    ambito: Text = "",
    language: Text = "",
    order: Text = "",
    only: Text = "",
    by: By = "",
    show: Show = "",
) -> Asked:
    """What the address says, for the month of today where it names no period."""
    today = day_of(now(session))
    sieve = Sieve(q.strip(), ambito, language, who.ambiti)
    when = period_named(period) if period else month_of(today)
    return Asked(WORKLOAD, when, today, sieve, by or "mediator", order, only, show)


Wants = Annotated[Asked, Depends(asked, scope="function")]


@router.get(WORKLOAD)
def read_workload(request: Request, session: Work, wants: Wants, format: Format = "") -> Response:
    """One tab; the same address with format=csv or xlsx is the file."""
    moment = now(session)
    load = service.workload(session, moment, wants.period, wants.by, wants.sieve, order=wants.order, only=wants.only)
    if format:
        return download(file_name(wants), format, load_sheet(wants, load))
    return render(request, "reporting/workload.html", page=load_page(session, wants, load, moment))


@router.get(BUDGETS)
def read_budgets(request: Request, session: Work, wants: Wants, format: Format = "") -> Response:
    """What every project and ambito has left; ``only`` names the concern whose projects are looked at."""
    asked_for = at(wants, BUDGETS)
    moment = now(session)
    found = service.budgets(session, moment, wants.sieve)
    purses = [purse for purse in found.purses if not wants.only or purse.project in found.concerned(wants.only)]
    ambiti = registers.read_ambiti(session)
    if format:
        return download(file_name(wants, "budget"), format, budgets_sheet(purses, ambiti))
    said = sentences(session, asked_for, found.findings)
    page = budgets_page(asked_for, purses, ambiti, filters(session, asked_for), said)
    return render(request, "reporting/workload.html", page=page)


@router.get(EQUITY)
def read_equity(request: Request, session: Work, here: Here, wants: Wants, format: Format = "") -> Response:
    """Hours per ambito beside population and non-EU incidence."""
    shares = service.equity(session, wants.period, wants.sieve)
    if format:
        return download(file_name(wants, "equita"), format, equity_sheet(shares))
    asked_for = at(wants, EQUITY)
    pack = load_territory(here.settings.territory).pack
    page = equity_page(asked_for, shares, pack, filters(session, asked_for))
    return render(request, "reporting/workload.html", page=page)


@router.get(MAP)
def read_map(request: Request, session: Work, wants: Wants, format: Format = "") -> Response:
    """Where hours are covered and where nobody comes, on a drawing of the territory and in a table."""
    asked_for = at(wants, MAP)
    found = service.cover(session, wants.period, wants.sieve)
    ambiti, languages = registers.read_ambiti(session), registers.language_names(session)
    if format:
        return download(file_name(wants, "mappa"), format, map_sheet(asked_for, found, ambiti, languages))
    towns = territory.towns(session)
    drawing = draw(towns) if towns else None
    page = map_page(asked_for, found, ambiti, languages, drawing, filters(session, asked_for))
    return render(request, "reporting/map.html", page=page)


@router.get("/workload/{plural}/{key}")
def read_behind(request: Request, session: Work, wants: Wants, plural: Key, key: Key, format: Format = "") -> Response:
    """The visits behind one row of a tab."""
    if plural not in PLURALS:
        raise NotFound(_("There is no such row in the workload. Open it again from the list."))
    asked_for = at(wants, WORKLOAD, PLURALS[plural])
    found = service.behind(session, now(session), wants.period, asked_for.by, key, wants.sieve)
    if format:
        name = file_name(asked_for, f"{plural}-{key}")
        return download(name, format, behind_sheet(asked_for, found))
    return render(request, "reporting/behind.html", page=behind_page(asked_for, found))


def at(wants: Asked, path: str, by: str = "") -> Asked:
    """The same wish on another page."""
    return replace(wants, path=path, by=by or wants.by)


def period_named(name: str) -> Period:
    try:
        return named(name)
    except ValueError:
        remedy = _("Write a week as 2026-W48, a month as 2026-11 or a quarter as 2026-Q4.")
        field = FieldProblem("period", _("This is no week, month or quarter."), name, remedy)
        raise NotUnderstood(_("The period cannot be read."), fields=(field,)) from None

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values for the pure tests of reporting: a visit, a person, the facts of November 2026, without a database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from dispatch.records.territory import Ambito, Project
from dispatch.reporting.facts import Facts
from dispatch.reporting.figures import Figures
from dispatch.reporting.period import Period, month_of
from dispatch.reporting.queries import OfferCount
from dispatch.reporting.registers import DeskName, Person
from dispatch.reporting.rows import Row
from dispatch.reporting.visits import Visit

NOVEMBER = month_of(dt.date(2026, 11, 1))
TUESDAY = dt.datetime(2026, 11, 3, 9, 0, tzinfo=dt.UTC)


def visit(number: int = 1, **values: Any) -> Visit:
    """An hour of Arabic at desk 1 in BG05, booked to mediator 1; nobody's where ``mediator_id`` is null."""
    ordinary: dict[str, Any] = {"code": f"R-{number}", "start": TUESDAY, "minutes": 60, "mode": "onsite", "desk_id": 1}
    ordinary |= {"ambito": "BG05", "project": None, "asked": ("ar",), "lat": 45.7, "lon": 9.8}
    ordinary |= {"assignment_id": number, "status": "booked", "mediator_id": 1}
    if "mediator_id" in values and values["mediator_id"] is None:
        ordinary |= {"assignment_id": None, "status": None}
    return Visit(slot_id=values.pop("slot_id", number), **(ordinary | values))


def attended(number: int = 1, *, worked: int = 60, **values: Any) -> Visit:
    """A visit whose attendance both agree on."""
    told = {"status": "done", "attendance": "agreed", "outcome": "held", "worked": worked}
    return visit(number, **(told | values))


def person(number: int = 1, **values: Any) -> Person:
    ordinary: dict[str, Any] = {"code": f"m{number}", "name": f"Amina {number}", "active": True, "max_week": 600}
    ordinary |= {"target_week": 420, "home": (45.7, 9.8), "ambito": "BG05", "ambiti": None, "speaks": {"ar": 3}}
    return Person(id=number, **(ordinary | values))


def facts(
    visits: Iterable[Visit],
    people: Iterable[Person] = (),
    *,
    period: Period = NOVEMBER,
    offers: Iterable[OfferCount] = (),
    training: dict[int, int] | None = None,
    km: dict[int, float] | None = None,
) -> Facts:
    """What a report of these visits is folded from, in a territory of two ambiti and two desks."""
    ambiti = {code: Ambito(code=code, name=f"Ambito {code}", population=50_000) for code in ("BG05", "BG14")}
    desks = {1: DeskName(1, "ic-uno", "Istituto uno", "BG05"), 2: DeskName(2, "ps-due", "Pronto soccorso", "BG14")}
    project = Project(code="fami", name="FAMI", starts=dt.date(2026, 1, 1), ends=dt.date(2026, 12, 31))
    everybody = {one.id: one for one in people}
    names = {"ar": "arabo", "ur": "urdu"}
    return Facts(
        period,
        list(visits),
        list(offers),
        everybody,
        km or {},
        training or {},
        names,
        ambiti,
        desks,
        {"fami": project},
    )


def row(key: str, *, used: int = 0, **values: Any) -> Row:
    """A row of a report with so many minutes used in one week."""
    figures = Figures(used=used, booked=used)
    figures.weeks[dt.date(2026, 11, 2)] = used
    return Row(key, f"Nome {key}", "", figures, **values)

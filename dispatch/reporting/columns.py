# SPDX-License-Identifier: AGPL-3.0-or-later
"""The columns of each tab, declared once: the page, its files and its order read the same figures under one name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from dispatch.kit.spreadsheet import Cell
from dispatch.reporting.period import day_of
from dispatch.reporting.rows import Row
from dispatch.web.i18n import _l


@dataclass(frozen=True)
class Figure:
    """``title`` is the head of a page's column, ``whole`` the one that stands alone in a file; both are msgids.

    ``group`` is the title above several columns of a page.
    """

    title: str
    whole: str
    value: Callable[[Row], Cell]
    decimals: int = 0
    group: str = ""


def hours(minutes: float | None) -> float | None:
    return None if minutes is None else minutes / 60


def last_day(last: dt.datetime | None) -> dt.date | None:
    return None if last is None else day_of(last)


OFFERS = _l("Offers")
FIGURES: dict[str, Figure] = {
    "limit": Figure(_l("limit"), _l("Limit (hours)"), lambda row: hours(row.limit), 2),
    "target": Figure(_l("target"), _l("Target (hours)"), lambda row: hours(row.target), 2),
    "hours": Figure(_l("counted"), _l("Counted hours"), lambda row: hours(row.used), 2),
    "percent": Figure(_l("% of the limit"), _l("% of the limit"), lambda row: row.percent_of_limit, 1),
    "requested": Figure(
        _l("asked for"), _l("Hours asked for"), lambda row: hours(row.figures.requested), 2, _l("Hours")
    ),
    "planned": Figure(_l("planned"), _l("Planned hours"), lambda row: hours(row.figures.planned), 2, _l("Hours")),
    "booked": Figure(_l("confirmed"), _l("Confirmed hours"), lambda row: hours(row.figures.booked), 2, _l("Hours")),
    "worked": Figure(_l("worked"), _l("Worked hours"), lambda row: hours(row.figures.worked), 2, _l("Hours")),
    "uncovered": Figure(
        _l("without anybody"), _l("Hours without anybody"), lambda row: hours(row.figures.uncovered), 2, _l("Hours")
    ),
    "training": Figure(_l("training"), _l("Training hours"), lambda row: hours(row.training), 2, _l("Hours")),
    "km": Figure(_l("km"), _l("Kilometres"), lambda row: round(row.figures.km)),
    "received": Figure(_l("received"), _l("Offers received"), lambda row: row.offers.received, 0, OFFERS),
    "accepted": Figure(_l("yes"), _l("Offers accepted"), lambda row: row.offers.accepted, 0, OFFERS),
    "refused": Figure(_l("no"), _l("Offers refused"), lambda row: row.offers.refused, 0, OFFERS),
    "silent": Figure(_l("silent"), _l("Offers without an answer"), lambda row: row.offers.silent, 0, OFFERS),
    "last": Figure(_l("last job"), _l("Last job"), lambda row: last_day(row.last)),
    "average": Figure(_l("against the average"), _l("% above the average"), lambda row: row.average, 1),
}

SHOWN_OFFERS = ("received", "accepted", "refused", "silent")
SHOWN_HOURS = ("requested", "uncovered", "planned", "booked", "worked")
SHOWN = {
    "mediator": ("planned", "booked", "worked", "km", *SHOWN_OFFERS, "last", "average"),
    "language": (*SHOWN_HOURS, "km", *SHOWN_OFFERS, "last"),
    "ambito": (*SHOWN_HOURS, "km", *SHOWN_OFFERS, "last"),
    "desk": (*SHOWN_HOURS, "km", *SHOWN_OFFERS, "last"),
    "project": (*SHOWN_HOURS, "km", *SHOWN_OFFERS, "last"),
}
FILED = {
    "mediator": ("limit", "target", "hours", "percent", "training", *SHOWN["mediator"]),
    **{by: ("limit", "hours", *SHOWN[by]) if by == "language" else SHOWN[by] for by in SHOWN if by != "mediator"},
}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking for the same once more: the form of a request as it was, its latest date a week later."""

from __future__ import annotations

import datetime as dt

from dispatch.intake.form import values_of
from dispatch.intake.reading import Reader
from dispatch.kit.clock import at_home
from dispatch.records.intake import Request
from dispatch.web.forms import FormValues

A_WEEK = dt.timedelta(days=7)
MOST_WEEKS = 8  # of holidays in a row: there are none so long


def next_week(reader: Reader, request: Request) -> FormValues:
    """The first week after its latest date and after today in which that weekday is no holiday."""
    filled, body = values_of(request.body, copy=True), request.body
    starts = [row.asked_start or row.first_start for row in request.appointments]
    if not starts or not body.get("when"):
        return filled
    latest, today = at_home(max(starts)), at_home(reader.now).date()
    day = latest.date() + A_WEEK
    for _week in range(MOST_WEEKS):
        if day > today and not reader.closures.is_holiday(day):
            break
        day += max(1, (today - day).days // 7) * A_WEEK
    when = {"day": day.isoformat(), "from": f"{latest:%H:%M}", "tolerance": body["when"][0]["tolerance"]}
    more = [("desk", request.desk.code), *((f"when-0-{name}", value) for name, value in when.items())]
    return FormValues((*filled.pairs, *more))

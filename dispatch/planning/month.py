# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's month at a glance: how much of each day is confirmed, waits for an answer, or has nobody."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_skeleton
from sqlalchemy.orm import Session

from dispatch.kit.clock import monday_of
from dispatch.planning.agenda import feasts_of
from dispatch.planning.agenda_head import DAY, MONTH, after, agenda_head, turned
from dispatch.planning.board import OPEN, Sieve, day_counts, language_names, local_day
from dispatch.records.statuses import AssignmentStatus, SlotStatus
from dispatch.roster.week import Week
from dispatch.web.i18n import current_locale
from dispatch.web.views.agenda import MonthDay, MonthPage


def month_page(session: Session, first: dt.date, now: dt.datetime, sieve: Sieve, territory: str) -> MonthPage:
    """Whole weeks from the one that holds the first day of the month to the one that holds its last."""
    last, today = after(MONTH, first) - dt.timedelta(days=1), local_day(now)
    weeks = Week(monday_of(first), (monday_of(last) - monday_of(first)).days + 7)
    counts, feasts = day_counts(session, weeks, sieve), feasts_of(territory, {first.year})
    head = agenda_head(session, MONTH, first, today, sieve, language_names(session))
    chosen = tuple((item.name, item.value) for item in head.filters.items if item.value)

    def glance(day: dt.date) -> MonthDay:
        outside = day.month != first.month
        found = {} if outside else counts.get(day, {})
        return MonthDay(
            date=day,
            href=turned(DAY, day, chosen),
            is_today=day == today,
            is_outside=outside,
            holiday=feasts.get(day, ""),
            booked=found.get(SlotStatus.BOOKED, 0),
            waiting=found.get(SlotStatus.OFFERED, 0),
            draft=found.get(AssignmentStatus.PROPOSED, 0),
            missing=sum(found.get(status, 0) for status in OPEN),
        )

    every = [glance(weeks.monday + dt.timedelta(days=number)) for number in range(weeks.days)]
    return MonthPage(
        title=format_skeleton("yMMMM", first, locale=current_locale()).capitalize(),
        head=head,
        weekdays=tuple(day.date for day in every[:7]),
        weeks=tuple(tuple(every[number : number + 7]) for number in range(0, len(every), 7)),
        booked=sum(day.booked for day in every),
        waiting=sum(day.waiting for day in every),
        draft=sum(day.draft for day in every),
        missing=sum(day.missing for day in every),
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands above every view of the agenda: its filters, the way to the other views, what to do with the week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.clock import monday_of
from dispatch.planning.board import Sieve
from dispatch.planning.days import week_name
from dispatch.planning.drafts import ready_drafts, run_hint
from dispatch.records.roster import MediatorLanguage
from dispatch.records.statuses import SlotStatus
from dispatch.records.territory import Ambito
from dispatch.web.i18n import gettext
from dispatch.web.moments import short_day
from dispatch.web.status_words import WORDS
from dispatch.web.views.agenda import AgendaHead, Turn
from dispatch.web.views.page import Choice, Filter, Filters

DAY, WEEK, MONTH = "day", "week", "month"


def agenda_head(
    session: Session, view: str, shown: dt.date, today: dt.date, sieve: Sieve, names: Mapping[str, str]
) -> AgendaHead:
    """``shown`` is the day, the week's Monday or the month's first, by the view."""
    monday = monday_of(shown)
    filters = agenda_filters(session, address_of(view, shown), sieve, names)
    chosen = tuple((item.name, item.value) for item in filters.items if item.value)
    return AgendaHead(
        week=week_name(monday),
        previous=turned(view, before(view, shown), chosen),
        current=turned(
            view, today if view == DAY else monday_of(today) if view == WEEK else today.replace(day=1), chosen
        ),
        following=turned(view, after(view, shown), chosen),
        turns=tuple(
            Turn(label, turned(name, _seen_from(view, shown, today, name), chosen), name == view)
            for name, label in ((DAY, gettext("Day")), (WEEK, gettext("Week")), (MONTH, gettext("Month")))
        ),
        sheet=_sheet(shown if view == DAY else today + dt.timedelta(days=1), today, sieve),
        filters=filters,
        run=None if view == MONTH else run_hint(session, monday),
        can_plan=view != MONTH and monday + dt.timedelta(days=7) > today,
        ready=ready_drafts(session, today),
    )


def address_of(view: str, shown: dt.date) -> tuple[tuple[str, str], ...]:
    """The part of an address that says what is shown."""
    if view == WEEK:
        return (("week", week_name(shown)),)
    return (("view", view), ("day", shown.isoformat()))


def turned(view: str, shown: dt.date, chosen: tuple[tuple[str, str], ...]) -> str:
    """The agenda at another time or in another view, with the same filters."""
    return f"/agenda?{urlencode([*address_of(view, shown), *chosen])}"


def before(view: str, shown: dt.date) -> dt.date:
    if view == MONTH:
        return (shown - dt.timedelta(days=1)).replace(day=1)
    return shown - dt.timedelta(days=7 if view == WEEK else 1)


def after(view: str, shown: dt.date) -> dt.date:
    if view == MONTH:
        return (shown + dt.timedelta(days=31)).replace(day=1)
    return shown + dt.timedelta(days=7 if view == WEEK else 1)


def _seen_from(view: str, shown: dt.date, today: dt.date, other: str) -> dt.date:
    """Where a view is entered from another: at today when what is shown holds it, else at its beginning."""
    here = today if shown <= today < after(view, shown) else shown
    return here if other == DAY else monday_of(here) if other == WEEK else here.replace(day=1)


def _sheet(day: dt.date, today: dt.date, sieve: Sieve) -> Turn:
    """The day for the printer: from a week or a month tomorrow's."""
    ambito = [("ambito", sieve.ambito)] if sieve.ambito else []
    said = {today: gettext("Print today"), today + dt.timedelta(days=1): gettext("Print tomorrow")}
    label = said.get(day) or gettext("Print %(day)s") % {"day": short_day(day)}
    return Turn(label, f"/agenda/sheet?{urlencode([('day', day.isoformat()), *ambito])}")


def agenda_filters(
    session: Session, keep: tuple[tuple[str, str], ...], sieve: Sieve, names: Mapping[str, str]
) -> Filters:
    spoken = session.scalars(select(MediatorLanguage.language_code).distinct()).all()
    by_name = tuple(Choice(code, name) for name, code in sorted((names.get(code, code), code) for code in spoken))
    statuses = tuple(
        Choice(status, gettext(WORDS["slot"][status].label)) for status in SlotStatus if status != SlotStatus.CANCELLED
    )
    selects = (
        ambito_filter(session, sieve),
        Filter("language", gettext("Language"), sieve.language, by_name),
        Filter("status", gettext("Status"), sieve.status, statuses),
    )
    search = Filter("q", gettext("Search"), sieve.text)
    return Filters("/agenda", (*(one for one in selects if one.choices), search), keep)


def ambito_filter(session: Session, sieve: Sieve) -> Filter:
    """The ambiti that she coordinates; without choices where there are none yet."""
    ambiti = session.execute(select(Ambito.code, Ambito.name).order_by(Ambito.name)).all()
    mine = tuple(Choice(code, name) for code, name in ambiti if sieve.ambiti is None or code in sieve.ambiti)
    return Filter("ambito", gettext("Ambito"), sieve.ambito, mine)

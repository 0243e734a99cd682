# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's calendar as a table: a week by parts of the day, or a month by weeks, each meeting with its status in words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from dispatch.access.calendar_address import in_use_since
from dispatch.intake import queries
from dispatch.intake.form import title_of
from dispatch.intake.reading import Reader
from dispatch.intake.shown import Live, mediators_of, place_of, standing_of, times_of
from dispatch.kit.clock import at_home, local_midnight, monday_of
from dispatch.records.intake import Appointment
from dispatch.records.territory import Desk
from dispatch.web.choices import kind_word
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import long_date, month_and_year
from dispatch.web.views.desk_calendar import MONTH, WEEK, CalendarDay, CalendarRow, DeskCalendarPage, Meeting
from dispatch.web.views.page import Choice

AT = "/requests/calendar"
PARTS = ((_l("Morning"), 13), (_l("Afternoon"), 18), (_l("Evening"), 24))  # each up to this hour of the wall
WORKING_DAYS, WHOLE_WEEK = 5, 7
A_DAY, A_WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2199, 12, 31)


def calendar_page(reader: Reader, desk: Desk, view: str, day_text: str, address: str = "") -> DeskCalendarPage:
    """The week or the month that holds this day, today's where the address names none."""
    today = at_home(reader.now).date()
    day = day_of_text(day_text) or today
    mondays = _mondays(day, view)
    first, last = mondays[0], mondays[-1] + A_WEEK
    by_day = _by_day(reader, desk, first, last)
    shown = WHOLE_WEEK if any(one.weekday() >= WORKING_DAYS for one in by_day) else WORKING_DAYS
    return DeskCalendarPage(
        view=view,
        title=_title(day, view),
        columns=tuple(_cell(reader, mondays[0] + number * A_DAY, today, day, view) for number in range(shown)),
        rows=tuple(
            _rows_of_week(reader, first, by_day, today, shown)
            if view == WEEK
            else _rows_of_month(reader, mondays, by_day, today, day, shown)
        ),
        previous=_href(view, _before(day, view)),
        following=_href(view, _after(day, view)),
        current=_href(view, None),
        views=(Choice(_href(WEEK, day), _("Week"), WEEK), Choice(_href(MONTH, day), _("Month"), MONTH)),
        total=sum(len(meetings) for meetings in by_day.values()),
        desk=desk.name,
        since=in_use_since(reader.session, desk),
        address=address,
    )


def day_of_text(text: str) -> dt.date | None:
    """The day in an address; what is none, or far from any request, is none."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _mondays(day: dt.date, view: str) -> list[dt.date]:
    if view == WEEK:
        return [monday_of(day)]
    first = monday_of(day.replace(day=1))
    last = _after(day, MONTH) - A_DAY
    return [first + A_WEEK * number for number in range((last - first).days // 7 + 1)]


def _before(day: dt.date, view: str) -> dt.date:
    return day - A_WEEK if view == WEEK else (day.replace(day=1) - A_DAY).replace(day=1)


def _after(day: dt.date, view: str) -> dt.date:
    return day + A_WEEK if view == WEEK else (day.replace(day=1) + dt.timedelta(days=31)).replace(day=1)


def _href(view: str, day: dt.date | None) -> str:
    named = {} if day is None else {"day": day.isoformat()}
    return f"{AT}?{urlencode({'view': view, **named})}"


def _title(day: dt.date, view: str) -> str:
    if view == MONTH:
        return month_and_year(day)
    return _("Week of %(day)s") % {"day": long_date(monday_of(day))}


def _by_day(reader: Reader, desk: Desk, first: dt.date, last: dt.date) -> Mapping[dt.date, list[Meeting]]:
    """The meetings of these days, by the day on which they are held, in the order of time."""
    rows = queries.desk_dates(reader.session, desk.id, local_midnight(first), local_midnight(last))
    live = queries.live_assignments(reader.session, [slot.id for row in rows for slot in row.slots])
    found: defaultdict[dt.date, list[Meeting]] = defaultdict(list)
    for meeting in sorted(_meetings(rows, live, reader.now), key=lambda one: one.start):
        day = at_home(meeting.start).date()
        if first <= day < last:
            found[day].append(meeting)
    return found


def _meetings(rows: Iterable[Appointment], live: Live, now: dt.datetime) -> Iterable[Meeting]:
    for row in rows:
        start, end = times_of(row, live)
        family, status = standing_of(row, now)
        yield Meeting(
            href=f"/requests/{row.request.code}",
            start=start,
            end=end,
            title=title_of(row.request) or kind_word(row.kind),
            status=status,
            family=family,
            mediator=", ".join(mediators_of(row.slots, live)),
            place=place_of(row),
        )


def _rows_of_week(
    reader: Reader, monday: dt.date, by_day: Mapping[dt.date, Sequence[Meeting]], today: dt.date, shown: int
) -> Iterable[CalendarRow]:
    """Morning and afternoon always, the evening when something is held then."""
    since = 0
    for name, until in PARTS:
        cells = tuple(
            _cell(reader, day, today, day, WEEK, [one for one in by_day.get(day, ()) if since <= _hour(one) < until])
            for day in (monday + number * A_DAY for number in range(shown))
        )
        since = until
        if (name, until) != PARTS[-1] or any(cell.meetings for cell in cells):
            yield CalendarRow(_(name), cells)


def _rows_of_month(
    reader: Reader,
    mondays: Sequence[dt.date],
    by_day: Mapping[dt.date, Sequence[Meeting]],
    today: dt.date,
    chosen: dt.date,
    shown: int,
) -> Iterable[CalendarRow]:
    for monday in mondays:
        days = [monday + number * A_DAY for number in range(shown)]
        cells = tuple(_cell(reader, day, today, chosen, MONTH, by_day.get(day, ())) for day in days)
        yield CalendarRow(_("Week of %(day)s") % {"day": long_date(monday)}, cells)


def _cell(
    reader: Reader, day: dt.date, today: dt.date, chosen: dt.date, view: str, meetings: Sequence[Meeting] = ()
) -> CalendarDay:
    beyond = view == MONTH and day.month != chosen.month
    feast = reader.closures.is_holiday(day)
    return CalendarDay(day, tuple(meetings), today=day == today, beyond=beyond, feast=feast)


def _hour(meeting: Meeting) -> int:
    return at_home(meeting.start).hour

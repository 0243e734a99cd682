# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads the hours, the weekdays and the period of a presence, and refuses those that cannot be, with what to do."""

from __future__ import annotations

import datetime as dt

from dispatch.appointments.findings import Findings, Refused
from dispatch.appointments.wall import read_day, read_time
from dispatch.kit.recurrence import Recurrence, dates
from dispatch.presences.decisions import Pattern, weeks_between
from dispatch.presences.reader import Reader
from dispatch.presences.schemas import WEEKDAYS, PresenceIn
from dispatch.records.statuses import Every
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import duration as duration_in_words

LONGEST = 480  # minutes; the table holds no longer shift, whatever the policy says
TEN_YEARS = 3660  # a last day within it is read, and then refused as too long with both days shown


def read_pattern(reader: Reader, body: PresenceIn, findings: Findings) -> Pattern | None:
    minutes, period = _minutes(reader, body, findings), _period(reader, body, findings)
    if minutes is None or period is None:
        return None
    recurrence = Recurrence(
        first=period[0],
        last=period[1],
        weeks=weeks_between(Every(body.every)),
        weekdays=tuple(sorted({WEEKDAYS.index(day) for day in body.weekdays})),
        keep_holidays=body.keep_holidays,
        school_days_only=body.school_days_only,
    )
    if recurrence.is_too_long:
        findings.add(
            "last_day",
            body.last_day,
            _("A presence lasts at most two years (this one begins on %(day)s).") % {"day": period[0].isoformat()},
            _("Choose an earlier last day; enter the rest as a presence of its own when it comes near."),
        )
        return None
    if not dates(recurrence, reader.closures):
        findings.add(
            "weekdays",
            ", ".join(body.weekdays),
            _("There is no such day between %(first)s and %(last)s, or the services are shut on all of them.")
            % {"first": period[0].isoformat(), "last": period[1].isoformat()},
            _("Choose other days or a longer period, or keep the holidays."),
        )
        return None
    return Pattern(recurrence, *minutes)


def _minutes(reader: Reader, body: PresenceIn, findings: Findings) -> tuple[int, int] | None:
    try:
        begins, ends = read_time("from", body.from_), read_time("to", body.to)
    except Refused as refused:
        findings.note(refused)
        return None
    low, high = begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute
    if high <= low:
        findings.add(
            "to",
            body.to,
            _("The shift ends before it begins (%(time)s).") % {"time": body.from_},
            _("Choose a later end."),
        )
        return None
    most = min(reader.policy.longest, LONGEST)
    if high - low > most:
        half = low + (high - low) // 30 * 15  # on a quarter of an hour
        findings.add(
            "to",
            body.to,
            _("A shift lasts at most %(most)s, this one %(long)s.")
            % {"most": duration_in_words(most), "long": duration_in_words(high - low)},
            _("Split it in two presences: %(from)s–%(half)s and %(half)s–%(to)s.")
            % {"from": body.from_, "half": f"{half // 60:02d}:{half % 60:02d}", "to": body.to},
        )
        return None
    return low, high


def _period(reader: Reader, body: PresenceIn, findings: Findings) -> tuple[dt.date, dt.date] | None:
    reach = reader.policy.furthest_days if not reader.past_ok else TEN_YEARS
    try:
        first = read_day("first_day", body.first_day, reader.now, reach, past_ok=reader.past_ok)
        last = read_day("last_day", body.last_day, reader.now, TEN_YEARS, past_ok=reader.past_ok)
    except Refused as refused:
        findings.note(refused)
        return None
    if last < first:
        findings.add(
            "last_day",
            body.last_day,
            _("The last day comes before the first (%(day)s).") % {"day": first.isoformat()},
            _("Choose a later last day."),
        )
        return None
    return first, last

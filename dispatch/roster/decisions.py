# SPDX-License-Identifier: AGPL-3.0-or-later
"""May these facts of a mediator stand? Pure checks; each says the field, the value and the remedy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import combinations

from babel.dates import get_day_names

from config.territory.travel import load_travel
from config.territory.words import closest
from dispatch.kit.findings import Findings
from dispatch.records.statuses import Kind
from dispatch.roster.entries import MediatorEntry, ShiftEntry
from dispatch.web.i18n import current_locale
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import duration, machine_time
from notifications.phones import PhoneError, PhoneFault, mobile

# Presences and meetings among professionals need no language; talking with a person always does.
WITHOUT_LANGUAGE = frozenset({Kind.TERRITORIAL, Kind.TEAM, Kind.FEEDBACK})
LONGEST_AWAY = dt.timedelta(days=730)
LONGEST_COURSE = dt.timedelta(hours=12)
DAY, WEEK = 1440, 7 * 1440


def read_phone(text: str, findings: Findings) -> str | None:
    """The number in E.164; only a mobile gets SMS."""
    try:
        return mobile(text)
    except PhoneError as trouble:
        example = _("Give a mobile number, for example +39 333 123 4567.")
        words = {
            PhoneFault.NOT_A_NUMBER: _("This is not a telephone number."),
            PhoneFault.LANDLINE: _("This is a landline and gets no SMS."),
            PhoneFault.NOT_A_MOBILE: _("This is not a mobile number."),
            PhoneFault.ABROAD: _("This is a number from abroad."),
        }
        findings.add("phone", text, words[trouble.fault], example)
        return None


def check_mediator(entry: MediatorEntry, findings: Findings) -> None:
    """What can be seen on the entry alone."""
    if not entry.languages and not set(entry.kinds) <= WITHOUT_LANGUAGE:
        findings.add(
            "languages",
            "",
            _("No language is given."),
            _("Give at least one, or leave her only the kinds that need none: territorial, team, feedback."),
        )
    if entry.travel_means not in (means := load_travel()):
        likely = closest(entry.travel_means, {code: code for code in means}) or list(means)
        remedy = _("Write one of: %(codes)s.") % {"codes": ", ".join(likely)}
        findings.add("travel_means", entry.travel_means, _("We know no such way to travel."), remedy)
    check_hours(entry, findings)
    if entry.availability is not None:
        check_shifts(entry.availability, findings)


def check_hours(entry: MediatorEntry, findings: Findings) -> None:
    """A day has 24 hours, a week no more than its days, and the target lies within the limit."""
    for field, value, most in (("max_day", entry.max_day, DAY), ("max_week", entry.max_week, WEEK)):
        if value is not None and not 0 < value <= most:
            message = _("This is no number of hours that can be worked.")
            remedy = _("Write at most %(most)s, or leave it empty for no limit.") % {"most": duration(most)}
            findings.add(field, duration(value), message, remedy)
    if entry.target_week is not None and not 0 < entry.target_week <= (entry.max_week or WEEK):
        findings.add(
            "target_week",
            duration(entry.target_week),
            _("The target of a week lies above its limit."),
            _("Write at most %(most)s, or raise the limit.") % {"most": duration(entry.max_week or WEEK)},
        )


def check_shifts(shifts: Sequence[ShiftEntry], findings: Findings) -> None:
    """Every shift goes forward, and two of one mediator never overlap: both are named."""
    for number, shift in enumerate(shifts):
        if shift.from_minute >= shift.to_minute:
            remedy = _("Give a later end; a night is two shifts, to 24:00 and from 0:00.")
            findings.add(f"availability.{number}", in_words(shift), _("This shift ends before it begins."), remedy)
        if shift.valid_from and shift.valid_until and shift.valid_until < shift.valid_from:
            message = _("This shift stops being valid before it begins to.")
            findings.add(f"availability.{number}", in_words(shift), message, _("Check the two days."))
    for (_first, one), (second, other) in combinations(enumerate(shifts), 2):
        if overlap(one, other):
            findings.add(
                f"availability.{second}",
                in_words(other),
                _("This overlaps %(other)s.") % {"other": in_words(one)},
                _("Join the two into one, or change one of them."),
            )


def overlap(one: ShiftEntry, other: ShiftEntry) -> bool:
    """Whether there is a day on which both hold at the same time."""
    same_time = one.from_minute < other.to_minute and other.from_minute < one.to_minute
    starts = max(one.valid_from or dt.date.min, other.valid_from or dt.date.min)
    ends = min(one.valid_until or dt.date.max, other.valid_until or dt.date.max)
    return one.weekday == other.weekday and same_time and starts <= ends


def in_words(shift: ShiftEntry) -> str:
    """As a coordinator writes it: "mar 9:00-13:00"."""
    days = get_day_names("abbreviated", locale=current_locale())
    low, high = (f"{minute // 60}:{minute % 60:02d}" for minute in (shift.from_minute, shift.to_minute))
    return f"{days[shift.weekday]} {low}-{high}"


def check_span(start: dt.datetime, end: dt.datetime, longest: dt.timedelta, findings: Findings) -> None:
    """A time goes forward and is no slip of the year."""
    if end <= start:
        message = _("It ends before it begins (%(start)s).") % {"start": machine_time(start)}
        findings.add("end", machine_time(end), message, _("Give a later end."))
    elif end - start > longest:
        most = _("%(days)d days") % {"days": longest.days} if longest.days else duration(longest.seconds // 60)
        message = _("This is longer than %(most)s.") % {"most": most}
        findings.add("end", machine_time(end), message, _("Check the end; write what is longer in several parts."))

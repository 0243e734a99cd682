# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changes the rule of a series from one of its dates on, or for all: what is first asked, and what holds from some day.

An hour goes to every line that began at the same one; a day to the date's own line, within its week; everything else to
all lines. What is said for all takes back what was said of the same from some day on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dispatch.appointments.findings import Refused
from dispatch.appointments.wall import read_time, written_day
from dispatch.errors import NotUnderstood
from dispatch.intake import service
from dispatch.intake.reading import Reader
from dispatch.intake.reconciling import Dates, date_key, day_of
from dispatch.intake.series import SHIFT, RuleChange, changes_in, said_of, unsaid
from dispatch.kit.clock import monday_of
from dispatch.records.intake import Appointment, Request
from dispatch.web.i18n import gettext as _


@dataclass(frozen=True)
class Given:
    """What is to change: of day, time and tolerance, and of the answers; for every date, and for exceptions too."""

    when: Mapping[str, Any]
    answers: Mapping[str, Any]
    every: bool
    overwrite: bool


def change_rule(reader: Reader, request: Request, row: Appointment, dates: Dates, given: Given) -> None:
    """Let the rule say what is given from this date on, or always; the date itself follows the rule again."""
    lines = _by_line(request, row, given.when)
    since = dt.date.min if given.every else day_of(row)
    body, changes = _for_all(request, lines, given) if given.every else _from_day(request, lines, given, since)
    if given.overwrite:
        dates.hand_back(since)
    if date_key(row) in dates.exceptions:
        dates.ruled[date_key(row)] = dates.exceptions.pop(date_key(row))
    service.rewrite(reader, request, service.merged(body, {}), changes, dates)


def _for_all(
    request: Request, lines: Mapping[int, Mapping[str, Any]], given: Given
) -> tuple[dict[str, Any], tuple[RuleChange, ...]]:
    """The request asks this from the start; only a shift stays apart, since the first day is where the weeks count."""
    when, changes = [dict(line) for line in request.body["when"]], changes_in(request.body)
    for line, words in lines.items():
        changes = unsaid(changes, line, words)
        when[line] |= {name: value for name, value in words.items() if name != SHIFT}
        if words.get(SHIFT):
            first = dt.date.fromisoformat(when[line]["day"])
            changes = (*changes, RuleChange(first, line, {SHIFT: words[SHIFT]}))
    return {**request.body, **given.answers, "when": when}, unsaid(changes, None, given.answers)


def _from_day(
    request: Request, lines: Mapping[int, Mapping[str, Any]], given: Given, since: dt.date
) -> tuple[dict[str, Any], tuple[RuleChange, ...]]:
    """What is asked stays, and from this day on something else holds."""
    changes = unsaid(changes_in(request.body), None, given.answers, since)
    for line, words in lines.items():
        changes = (*unsaid(changes, line, words, since), RuleChange(since, line, words))
    if given.answers:
        changes = (*changes, RuleChange(since, None, given.answers))
    return request.body, changes


def _by_line(request: Request, row: Appointment, when: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """What each line is to say: an hour goes to all that begin at the same one, a day to the date's own line."""
    body, changes, day = request.body, changes_in(request.body), day_of(row)
    hours = {line: said_of(changes, line, day).get("from", entry["from"]) for line, entry in enumerate(body["when"])}
    words = {name: when[name] for name in ("from", "tolerance") if name in when}
    try:
        if "from" in when:
            read_time("when.from", when["from"])
        shift = {SHIFT: _shift(request, row, when["day"])} if "day" in when else {}
    except Refused as refused:
        raise NotUnderstood(_("The request cannot be accepted as it is."), fields=(refused.problem,)) from refused
    said = {line: dict(words) for line, hour in hours.items() if hour == hours[row.line] and words}
    if shift:
        said[row.line] = said.get(row.line, {}) | shift
    return said


def _shift(request: Request, row: Appointment, text: str) -> int:
    day, given = written_day("when.day", text), day_of(row)
    if not request.body["repeat"]:
        raise Refused("when.day", text, _("Only one date can be moved to this day."), _("Change this date alone."))
    if monday_of(day) != monday_of(given):
        raise Refused(
            "when.day",
            text,
            _("A series moves within its week: from %(first)s to %(last)s.")
            % {"first": monday_of(given).isoformat(), "last": (monday_of(given) + dt.timedelta(days=6)).isoformat()},
            _("Choose a day of that week, or change this date alone."),
        )
    return (day - given).days

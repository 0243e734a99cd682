# SPDX-License-Identifier: AGPL-3.0-or-later
"""From when a change holds: a day and a time as written in Italy, or nothing at all for "from now on"."""

from __future__ import annotations

import datetime as dt

from dispatch.errors import FieldProblem
from dispatch.kit.clock import at_home, from_wall
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import moment as written

FURTHEST = dt.timedelta(days=731)


def read_since(values: FormValues, now: dt.datetime, problems: list[FieldProblem]) -> dt.datetime | None:
    """The instant, or null with a problem added. A day without a time begins at midnight, today without one is now."""
    day_text, time_text = values.get("since-day").strip(), values.get("since-time").strip()
    if not day_text and not time_text:
        return now
    try:
        day = dt.date.fromisoformat(day_text) if day_text else at_home(now).date()
    except ValueError:
        day = None
    if day is None:
        problems.append(FieldProblem("since-day", _("This is not a day."), day_text, _("Write it as 2026-11-30.")))
    try:
        time = dt.time.fromisoformat(time_text) if time_text else dt.time()
    except ValueError:
        problems.append(
            FieldProblem("since-time", _("This is not a time of the day."), time_text, _("Write it as 09:10."))
        )
        return None
    return None if day is None else _within_reach(day, time, bool(time_text), now, problems)


def _within_reach(
    day: dt.date, time: dt.time, is_timed: bool, now: dt.datetime, problems: list[FieldProblem]
) -> dt.datetime | None:
    today = at_home(now).date()
    if day == today and not is_timed:
        return now
    if not today <= day <= today + FURTHEST:
        remedy = _("Choose a day from today to %(day)s.") % {"day": (today + FURTHEST).isoformat()}
        problems.append(
            FieldProblem("since-day", _("This day is in the past or too far away."), day.isoformat(), remedy)
        )
        return None
    since = from_wall(day, time.hour * 60 + time.minute)
    if at_home(since).time() != time.replace(second=0, microsecond=0):
        message = _("That night the clocks go forward: this time does not exist.")
        problems.append(FieldProblem("since-time", message, f"{time:%H:%M}", _("Choose a time from 03:00 on.")))
        return None
    if since < now:
        message = _("%(moment)s has passed: nothing can be changed for what was decided then.")
        message %= {"moment": written(since)}
        problems.append(FieldProblem("since-time", message, f"{time:%H:%M}", _("Leave it empty for now.")))
        return None
    return since

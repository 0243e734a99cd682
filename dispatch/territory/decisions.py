# SPDX-License-Identifier: AGPL-3.0-or-later
"""May these facts of the territory stand? Pure checks; each says the field, the value and the remedy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from dispatch.kit.findings import Findings
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import duration

FARTHEST = 0.3  # degrees, about 30 km: no comune is so wide; farther away the point is swapped or mistyped
LONGEST_PROJECT = 3660  # days: a fund runs for years, not for ten; more is a slip of the century


def check_point(lat: float, lon: float, centre: tuple[float, float], comune: str, findings: Findings) -> None:
    """A building stands in its comune."""
    if abs(lat - centre[0]) > FARTHEST or abs(lon - centre[1]) > FARTHEST:
        findings.add(
            "lat",
            f"{lat} {lon}",
            _("This point is far from %(comune)s.") % {"comune": comune},
            _("Check that latitude and longitude are not swapped; %(comune)s is at %(lat).4f %(lon).4f.")
            % {"comune": comune, "lat": centre[0], "lon": centre[1]},
        )


def check_period(starts: dt.date, ends: dt.date, findings: Findings) -> None:
    """A project ends after it begins, and within a lifetime of funds."""
    if ends < starts:
        message = _("The project ends before it begins (%(day)s).") % {"day": starts.isoformat()}
        findings.add("ends", ends.isoformat(), message, _("Give a later last day."))
    elif (ends - starts).days > LONGEST_PROJECT:
        findings.add("ends", ends.isoformat(), _("A project lasts at most ten years."), _("Check the two years."))


def check_budget(minutes: int, booked: int, findings: Findings, field: str = "minutes") -> None:
    """A budget is never less than what it has to carry already."""
    if minutes < booked:
        findings.add(
            field,
            duration(minutes),
            _("%(booked)s (%(minutes)d minutes) are booked on it already.")
            % {"booked": duration(booked), "minutes": booked},
            _("Give at least %(minutes)d minutes, or cancel visits first.") % {"minutes": booked},
        )


def check_twice(ambiti: Iterable[str | None], findings: Findings) -> None:
    """One budget for each ambito of a project."""
    seen: set[str | None] = set()
    for number, code in enumerate(ambiti):
        if code in seen:
            findings.add(f"budgets.{number}.ambito", code, _("This ambito is there twice."), _("Keep one of the two."))
        seen.add(code)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A week as an address or a form names it."""

import datetime as dt

from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import monday_of
from dispatch.web.i18n import gettext as _

YEARS = range(2000, 2200)  # a week before and after them is still a date


def monday_named(week: str) -> dt.date:
    """The Monday of "2026-W48", or of any date of the week."""
    try:
        iso = dt.datetime.strptime(f"{week}-1", "%G-W%V-%u") if "W" in week else None  # noqa: DTZ007 - a date, no instant
        day = iso.date() if iso else dt.date.fromisoformat(week)
        if day.year not in YEARS:
            raise ValueError(week)
        return monday_of(day)
    except ValueError:
        field = FieldProblem("week", _("This is not a week."), week, _("Write it as 2026-W48."))
        raise NotUnderstood(_("The week cannot be read."), fields=(field,)) from None

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the workload says in words: periods, hours, tabs, and the sentence on top."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from config.policy import WorkloadPolicy
from dispatch.reporting.attention import Concern, Finding, days_since
from dispatch.reporting.period import Period
from dispatch.web.i18n import _l, current_locale, gettext, ngettext
from dispatch.web.moments import long_date

TABS = {
    "mediator": _l("Mediators"),
    "language": _l("Languages"),
    "ambito": _l("Ambiti"),
    "desk": _l("Services"),
    "project": _l("Projects"),
}
ONE = {
    "mediator": _l("Mediator"),
    "language": _l("Language"),
    "ambito": _l("Ambito"),
    "desk": _l("Service"),
    "project": _l("Project"),
}
WITHOUT = {
    "language": _l("No language in particular"),
    "ambito": _l("No ambito"),
    "project": _l("Without a project"),
}
NAMED = 2  # more names than these make no sentence


def period_title(period: Period) -> str:
    """ "novembre 2026", "settimana del 16 novembre 2026", "ottobre – dicembre 2026", or from when to when."""
    if period.is_month:
        return month_of_year(period.first)
    if period.is_week:
        return gettext("week of %(day)s") % {"day": long_date(period.first)}
    if period.is_quarter:
        return f"{format_date(period.first, 'LLLL', locale=current_locale())} – {month_of_year(period.last)}"
    return f"{long_date(period.first)} – {long_date(period.last)}"


def month_of_year(day: dt.date) -> str:
    """ "novembre 2026"."""
    return format_skeleton("yMMMM", day, locale=current_locale())


def hours(minutes: float, decimals: int = 1) -> str:
    """Minutes as hours: "7", "7,5"."""
    return _written(round(minutes / 60, decimals), current_locale())


def number(value: float, decimals: int = 0) -> str:
    return _written(round(value, decimals), current_locale())


@lru_cache(maxsize=8192)
def _written(value: float, locale: str) -> str:
    """A table says the same few hundred figures again and again."""
    return str(format_decimal(value, locale=locale))


def share(percent: float | None) -> str:
    """A share in whole percents, "100 %" only where it is all; a dash where there is nothing to take a share of."""
    if percent is None:
        return "–"
    return f"{number(100 if percent >= 100 else min(round(percent), 99))}\u00a0%"


def signed(percent: float | None) -> str:
    """ "+35 %", "−12 %"; a dash where there is nothing to compare."""
    if percent is None:
        return "–"
    whole = round(percent)
    sign = "+" if whole > 0 else "−" if whole < 0 else ""
    return f"{sign}{number(abs(whole))}\u00a0%"


def ago(last: dt.datetime | None, now: dt.datetime) -> str:
    """How long ago a job was: "oggi", "3 giorni fa"; a dash where there was none."""
    days = days_since(last, now)
    if days is None:
        return "–"
    return ngettext("yesterday", "%(num)d days ago", days) % {"num": days} if days else gettext("today")


def sentence(finding: Finding, policy: WorkloadPolicy) -> str:
    """One thing to look at, said so that one knows whom to call."""
    count = len(finding.keys)
    values = {"names": some_of(finding.names), "num": count, "worst": finding.worst}
    values |= {"days": policy.idle_days, "late": policy.attendance_days, "refusals": policy.refusal_percent}
    values |= {"limit": policy.limit_percent, "budget": policy.budget_percent}
    return _said(finding.concern, count) % values


def _said(concern: Concern, count: int) -> str:
    match concern:
        case Concern.FULL:
            return ngettext(
                "%(names)s is over her hours (%(worst)s %%)",
                "%(num)d people are over their hours (up to %(worst)s %%): %(names)s",
                count,
            )
        case Concern.LIMIT:
            return ngettext(
                "%(names)s is close to the limit of her hours (%(worst)s %%)",
                "%(num)d people are close to the limit of their hours (over %(limit)s %%): %(names)s",
                count,
            )
        case Concern.IDLE:
            return ngettext(
                "%(names)s is available but has had no job for %(days)s days",
                "%(num)d people are available but have had no job for %(days)s days: %(names)s",
                count,
            )
        case Concern.REFUSALS:
            return ngettext(
                "Many offers refused in %(names)s (%(worst)s %%)",
                "Many offers refused (over %(refusals)s %%) in %(num)d languages: %(names)s",
                count,
            )
        case Concern.SPENT:
            return ngettext(
                "The budget of a project is used up: %(names)s",
                "The budgets of %(num)d projects are used up: %(names)s",
                count,
            )
        case Concern.BUDGET:
            return ngettext(
                "A budget runs ahead of its time (%(worst)s %% used): %(names)s",
                "%(num)d budgets run ahead of their time (over %(budget)s %% used): %(names)s",
                count,
            )
        case Concern.ATTENDANCE:
            return ngettext(
                "Attendances to settle for more than %(late)s days: %(worst)s, of %(names)s",
                "Attendances to settle for more than %(late)s days: %(worst)s, of %(num)d people (%(names)s)",
                count,
            )


def some_of(names: tuple[str, ...]) -> str:
    """The first names, and how many more: "Amina B.; Chen L. e altri 3" (a project's name may hold a comma)."""
    shown, rest = "; ".join(names[:NAMED]), len(names) - NAMED
    if rest <= 0:
        return shown
    return ngettext("%(names)s and one more", "%(names)s and %(num)d more", rest) % {"names": shown, "num": rest}

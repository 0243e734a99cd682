# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why nobody, and why this person, in words a coordinator would say."""

from __future__ import annotations

from collections.abc import Mapping

from babel.numbers import format_decimal

from dispatch.web.i18n import _l, current_locale, gettext, ngettext
from dispatch.web.views.page import Reason

FULL_TODAY = "full_today"  # no rule of the planner's: tomorrow she may be asked

# In the order in which mediators fall away (solver.plan.HARD_RULES), so the list reads as a funnel.
RULES = {
    "language": _l("do not speak the language at this level"),
    "kind": _l("do not do this kind of work"),
    "mode": _l("do not work in this way (on site, phone or video)"),
    "skills": _l("lack a skill that is required"),
    "gender": _l("are not of the gender that is required"),
    FULL_TODAY: _l("have had their SMS of the day: tomorrow they can be asked"),
    "excluded": _l("refused it, did not answer, or must not go"),
    "only": _l("are not the person that is required"),
    "ambito": _l("do not serve this ambito"),
    "distance": _l("live too far away"),
    "window": _l("cannot: the time to ask has passed"),
    "shift": _l("are not available at that time"),
    "one_place": _l("are elsewhere, or could not get there in time"),
    "max_day": _l("would work too long that day"),
    "max_week": _l("have used up their hours of the week"),
    "budget": _l("would cost more than the project may still spend"),
    "one_mediator": _l("are not needed: somebody has it already"),
    "together": _l("could not be there together with the other mediator"),
    "locked": _l("cannot: it is promised to somebody else"),
    "outbid": _l("could, but are worth more elsewhere"),
}
# The same said of one person, whose name comes before.
ONE = {
    "language": _l("does not speak the language at this level"),
    "kind": _l("does not do this kind of work"),
    "mode": _l("does not work in this way (on site, phone or video)"),
    "skills": _l("lacks a skill that is required"),
    "gender": _l("is not of the gender that is required"),
    "excluded": _l("has refused it, has not answered, or must not go"),
    "only": _l("is not the person that is required"),
    "ambito": _l("does not serve this ambito"),
    "distance": _l("lives too far away"),
    "window": _l("cannot go: the time to ask has passed"),
    "shift": _l("is not available at that time"),
    "one_place": _l("would be elsewhere, or could not get there in time"),
    "max_day": _l("would have too long a day"),
    "max_week": _l("would have more hours than the week allows"),
    "budget": _l("would cost the project more than it may still spend"),
    "one_mediator": _l("is not needed: somebody has it already"),
    "together": _l("cannot be there together with the other mediator"),
    "locked": _l("cannot go: it is promised to somebody else"),
}


def why_nobody(reasons: Mapping[str, int] | None) -> tuple[Reason, ...]:
    """The counts by rule as lines, those that were closest to a yes first; nothing when no run has looked yet."""
    counted = reasons or {}
    return tuple(Reason(gettext(RULES[rule]), counted[rule]) for rule in reversed(RULES) if counted.get(rule, 0) > 0)


def with_full(reasons: Mapping[str, int], full: int) -> dict[str, int]:
    """The counts with those apart whom a full day keeps away: the planner was told to leave them out like a refusal."""
    capped = min(full, reasons.get("excluded", 0))
    if not capped:
        return dict(reasons)
    left = {**reasons, FULL_TODAY: capped, "excluded": reasons["excluded"] - capped}
    return {rule: count for rule, count in left.items() if count}


def rule_words(rule: str) -> str:
    """One rule as it is said of several people; the hours of rest are no rule of the planner's own."""
    return gettext(RULES[rule]) if rule in RULES else gettext("would rest too little between two days")


def why_her(figures: Mapping[str, int] | None) -> str:
    """One line on a candidate: how far, how full her week is, how well she speaks."""
    if not figures:
        return ""
    parts = []
    if "travel" in figures:
        parts.append(
            ngettext("one minute away", "%(num)d minutes away", figures["travel"]) % {"num": figures["travel"]}
        )
    if "limit" in figures:
        parts.append(
            gettext("%(used)s of %(limit)s h") % {"used": hours(figures["week"]), "limit": hours(figures["limit"])}
        )
    if figures.get("level") == 3:
        parts.append(gettext("native speaker"))
    return ", ".join(parts)


def hours(minutes: int) -> str:
    """Minutes as hours with at most one decimal: "7", "7,5" (the comma comes with the locale of the page)."""
    return str(format_decimal(round(minutes / 60, 1), locale=current_locale()))

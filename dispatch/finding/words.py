# SPDX-License-Identifier: AGPL-3.0-or-later
"""The answers of the planner in words a coordinator would say: why her, who is left after each rule, what would help."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from urllib.parse import urlencode

from babel.units import format_unit

from dispatch.planning.cards import skill_words
from dispatch.planning.choosing import Looked, able_in
from dispatch.planning.words import FULL_TODAY, hours
from dispatch.web.i18n import _l, current_locale, gettext, ngettext
from dispatch.web.moments import clock_time, short_day
from dispatch.web.views.finding import Change, Step
from solver.explain import Relaxation
from solver.plan import HARD_RULES

# Who is left once a rule was asked, in the order in which the rules are; what concerns nobody alone has no step.
LEFT = {
    "language": _l("speak the language"),
    "kind": _l("do this kind of work"),
    "mode": _l("work in this way"),
    "skills": _l("have the skills"),
    "gender": _l("of the gender required"),
    FULL_TODAY: _l("can still get an SMS today"),
    "excluded": _l("have not refused"),
    "only": _l("are the person required"),
    "ambito": _l("serve this ambito"),
    "distance": _l("live near enough"),
    "window": _l("can be asked in time"),
    "shift": _l("available at that time"),
    "one_place": _l("free at that time"),
    "max_day": _l("within their hours of the day"),
    "max_week": _l("within their hours of the week"),
    "budget": _l("within the project's budget"),
    "together": _l("can come with the other mediator"),
}
ALWAYS = ("language",)
BY_DESK = frozenset({"start", "day", "video", "phone", "level", "skills", "gender", "only"})
HOURS = frozenset({"max_day", "max_week", "shift"})


def funnel(reasons: Mapping[str, int], everybody: int) -> tuple[Step, ...]:
    """How many are left after each rule that keeps somebody away, down to those who could come."""
    left, first = everybody, 0
    steps: list[Step] = []
    for rule in LEFT:
        gone = reasons.get(rule, 0)
        left -= gone
        if gone or rule in ALWAYS:
            first = first or left  # who speaks it is the whole of the picture, be the roster however long
            of_all = gettext("of %(num)d") % {"num": everybody} if not steps else ""
            steps.append(Step(gettext(LEFT[rule]), left, round(100 * left / max(1, first)), of_all))
    return tuple(steps)


def key_of(change: Relaxation, looked: Looked) -> str:
    """What a button sends: the same change is found again under it as long as the planner still finds it."""
    line, figures = change.assignments[0], change.figures
    about = figures.get("language") or figures.get("skill") or ""
    return f"{change.kind}:{line.mediator}:{looked.instant(line.start):%Y-%m-%dT%H:%M}:{about}"


def change_of(
    change: Relaxation, looked: Looked, names: Mapping[str, str], languages: Mapping[str, str], page: str
) -> Change:
    """One relaxation as a button, or as a link where nothing changes by it or it is done elsewhere."""
    line, start = change.assignments[0], looked.instant(change.assignments[0].start)
    who = names.get(line.mediator, line.mediator)
    if change.kind in ("video", "phone") and (more := able_in(looked, change)) > 1:
        who = gettext("+%(num)d") % {"num": more}
    words = _said(change, start, languages)
    href = f"/projects/{change.figures['project']}" if change.kind == "budget" else ""
    if change.kind == "insert":
        href = f"{page}&{urlencode({'at': start.isoformat(), 'choose': line.mediator})}"
    return Change(key_of(change, looked), words, who, _told(change.kind), change.kind in HOURS, href)


def _said(change: Relaxation, start: dt.datetime, languages: Mapping[str, str]) -> str:
    figures, minutes = change.figures, _minutes(change.figures.get("minutes"))
    match change.kind:
        case "insert":
            return gettext("at %(time)s, as it is") % {"time": clock_time(start)}
        case "start":
            return gettext("move it to %(time)s") % {"time": clock_time(start)}
        case "day":
            return gettext("move it to %(day)s at %(time)s") % {"day": short_day(start), "time": clock_time(start)}
        case "video":
            return gettext("by video")
        case "phone":
            return gettext("by phone")
        case "shift":
            return gettext("a longer shift, +%(length)s") % {"length": minutes}
        case "max_day":
            return gettext("exception of hours that day, +%(length)s") % {"length": minutes}
        case "max_week":
            return gettext("exception of hours that week, +%(length)s") % {"length": minutes}
        case "level":
            name = languages.get(str(figures["language"]), str(figures["language"]))
            return gettext("%(language)s at level %(level)s is enough") % {"language": name, "level": figures["to"]}
        case "skills":
            [name] = skill_words([str(figures["skill"])])
            return gettext("%(skill)s preferred, not required") % {"skill": name}
        case "gender":
            return gettext("the gender preferred, not required")
        case "only":
            return gettext("also somebody else than the person named")
        case _:
            return gettext("+%(length)s for the project") % {"length": minutes}


def _told(kind: str) -> str:
    """Whom it concerns, before anybody presses."""
    if kind in BY_DESK:
        return gettext("Agree on it with the service first: its request changes.")
    if kind in HOURS:
        return gettext("Agree on it with her first: it is written down with your name and the reason.")
    if kind == "budget":
        return gettext("Whoever keeps the project's budget raises it.")
    return gettext("Nothing changes: the service allows that time.")


def _minutes(value: int | str | None) -> str:
    minutes = int(value or 0)
    return f"{minutes} min" if minutes < 60 else f"{hours(minutes)} h"


def why_her(figures: Mapping[str, int], met: int, *, is_free: bool = True) -> str:
    """«libera, 18 km, 3 incontri con questa famiglia, 7 h su 18»: what speaks for her, in one line."""
    parts = [gettext("free")] if is_free else []
    if "km" in figures:
        length = format_unit(figures["km"], "kilometer", "short", locale=current_locale())
        parts.append(gettext("%(km)s, %(minutes)d min") % {"km": length, "minutes": figures["travel"]})
    if met:
        parts.append(ngettext("one meeting in this case", "%(num)d meetings in this case", met) % {"num": met})
    if "limit" in figures:
        told = {"used": hours(figures["week"]), "limit": hours(figures["limit"])}
        parts.append(gettext("%(used)s of %(limit)s h") % told)
    if figures.get("level") == 3:
        parts.append(gettext("native speaker"))
    return ", ".join(parts)


def in_order(rules: Mapping[str, object]) -> list[str]:
    """Names of rules in the order in which people fall away."""
    return [rule for rule in (*HARD_RULES[:6], FULL_TODAY, *HARD_RULES[6:]) if rule in rules]


def eased_words(kind: str, code: str, names: Mapping[str, str]) -> str:
    """What was just done, and what comes now; nothing for an address that names nothing done."""
    if kind not in BY_DESK | HOURS or code not in names:
        return ""
    if kind in HOURS:
        done = gettext("The exception is written down: %(name)s can come.")
    elif kind in ("start", "day"):
        done = gettext("The date was moved: %(name)s can come.")
    else:
        done = gettext("The request was changed: %(name)s can come.")
    then = gettext("Ask her, or book her if she agreed on the phone.")
    return f"{done % {'name': names[code]}} {then}"

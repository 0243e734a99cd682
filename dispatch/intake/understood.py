# SPDX-License-Identifier: AGPL-3.0-or-later
"""Says back, in one plain paragraph, what Ponte understood, so that a slip is seen before somebody is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.territory.languages import find_language
from config.territory.specialisations import load_specialisations
from dispatch.intake.decisions import Occurrence
from dispatch.intake.schemas import RequestIn
from dispatch.records.statuses import Tolerance
from dispatch.web import moments
from dispatch.web.i18n import _l, current_locale, ngettext
from dispatch.web.i18n import gettext as _

KINDS = {
    "interpreting": _l("interpreting"),
    "mediation": _l("linguistic and cultural mediation"),
    "territorial": _l("territorial mediation"),
    "team": _l("team meeting"),
    "feedback": _l("feedback meeting"),
}
MODES = {"onsite": _l("in person"), "phone": _l("by phone"), "video": _l("by video")}
LEVELS = {1: _l("working knowledge"), 2: _l("fluent"), 3: _l("native speaker")}
TOLERANCES = {
    Tolerance.NONE: "",
    Tolerance.HALF_HOUR: _l("half an hour earlier or later is fine"),
    Tolerance.SAME_DAY: _l("any time of that day is fine"),
    Tolerance.SAME_WEEK: _l("any working day of that week is fine"),
}
GENDERS = {"f": _l("a woman"), "m": _l("a man"), "x": _l("a non-binary person")}
MOST_DATES = 4


@dataclass(frozen=True)
class Named:
    """The words for what the body names by code."""

    desk: str
    place: str = ""
    project: str = ""
    mediator: str = ""


def understood(body: RequestIn, occurrences: Sequence[Occurrence], named: Named) -> str:
    """The request in plain words; a list of sentences that each stand alone."""
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in _sentences(body, occurrences, named))


def language_name(code: str) -> str:
    language = find_language(code)
    if language is None:
        return code
    return language.name_it if current_locale() == "it" else language.name_en


def skill_name(code: str) -> str:
    for skill in load_specialisations():
        if skill.code == code:
            return skill.name_it if current_locale() == "it" else skill.name_en
    return code


def must_or_wish(must: bool) -> str:
    return _("required") if must else _("preferred")


def _sentences(body: RequestIn, occurrences: Sequence[Occurrence], named: Named) -> Iterator[str]:
    yield _what(body, len(occurrences))
    yield from _when(body, occurrences)
    yield (
        _("%(mode)s: %(place)s") % {"mode": _(MODES[body.mode]), "place": named.place}
        if named.place
        else _(MODES[body.mode])
    )
    if body.fallback_modes:
        modes = ", ".join(_(MODES[mode]) for mode in body.fallback_modes)
        yield _("if nobody can come: %(modes)s") % {"modes": modes}
    yield from _whom(body, named)
    if named.project:
        yield _("paid by %(project)s") % {"project": named.project}


def _what(body: RequestIn, count: int) -> str:
    people = body.people if body.any_language else body.people * max(1, sum(one.must for one in body.languages))
    text = ngettext("%(num)d meeting: %(kind)s", "%(num)d meetings: %(kind)s", count) % {
        "num": count,
        "kind": _(KINDS[body.kind]),
    }
    if body.languages:
        text += ", " + _languages(body)
    return text + ", " + ngettext("%(num)d mediator", "%(num)d mediators", people) % {"num": people}


def _languages(body: RequestIn) -> str:
    names = [
        _("%(language)s (%(level)s)") % {"language": language_name(one.code), "level": _(LEVELS[one.level])}
        if one.level > 1
        else language_name(one.code)
        for one in body.languages
    ]
    if body.any_language and len(names) > 1:
        return _("one of: %(languages)s") % {"languages": ", ".join(names)}
    return ", ".join(f"{name} ({must_or_wish(one.must)})" for name, one in zip(names, body.languages, strict=True))


def _when(body: RequestIn, occurrences: Sequence[Occurrence]) -> Iterator[str]:
    many = len(occurrences) > MOST_DATES
    shown = [
        _("%(day)s at %(time)s") % {"day": moments.day(one.asked), "time": moments.clock_time(one.asked)}
        for one in (occurrences[: MOST_DATES - 1] if many else occurrences)
    ]
    if many:
        shown.append(_("… up to %(day)s") % {"day": moments.day(occurrences[-1].asked)})
    yield _("%(dates)s, %(duration)s") % {"dates": "; ".join(shown), "duration": moments.duration(body.duration)}
    tolerances = {one.tolerance for one in occurrences} - {Tolerance.NONE}
    for tolerance in sorted(tolerances):
        yield _(TOLERANCES[tolerance])
    if body.repeat and body.repeat.except_:
        days = (moments.day(dt.date.fromisoformat(day)) for day in body.repeat.except_)
        yield _("not on: %(days)s") % {"days": ", ".join(days)}


def _whom(body: RequestIn, named: Named) -> Iterator[str]:
    if body.gender:
        yield f"{_(GENDERS[body.gender.is_])} ({must_or_wish(body.gender.must)})"
    if body.same_mediator:
        yield _("the same mediator: %(name)s (%(must)s)") % {
            "name": named.mediator,
            "must": must_or_wish(body.same_mediator.must),
        }
    for skill in body.skills:
        yield _("specialisation: %(skill)s (%(must)s)") % {
            "skill": skill_name(skill.code),
            "must": must_or_wish(skill.must),
        }

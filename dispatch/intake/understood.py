# SPDX-License-Identifier: AGPL-3.0-or-later
"""Says back, in one plain paragraph, what Ponte understood, so that a slip is seen before somebody is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from config.territory.languages import find_language
from config.territory.specialisations import load_specialisations
from dispatch.intake.decisions import Expansion, Occurrence
from dispatch.intake.schemas import RequestIn
from dispatch.intake.series import SHIFT, RuleChange
from dispatch.records.statuses import Tolerance
from dispatch.web import moments
from dispatch.web.choices import WEEKLY
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
MOST_LEFT_OUT = 16
WHY_LEFT_OUT = {"holiday": _l("holiday"), "school": _l("no lessons")}


@dataclass(frozen=True)
class Named:
    """The words for what the body names by code."""

    desk: str
    place: str = ""
    project: str = ""
    mediator: str = ""


def understood(body: RequestIn, dates: Expansion, changes: Sequence[RuleChange], named: Named) -> str:
    """The request in plain words; a list of sentences that each stand alone."""
    sentences = [*_sentences(body, dates, named), *(_since(change) for change in changes)]
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def left_out_words(left_out: Mapping[dt.date, str]) -> str:
    """The days on which a series is not held, by reason: "8/12 (festa), 22/12 e 29/12 (senza lezioni)"."""
    shown = sorted((day, why) for day, why in left_out.items() if why in WHY_LEFT_OUT)
    groups = [
        f"{in_a_row([moments.day_and_month(day) for day, _why in run])} ({_(WHY_LEFT_OUT[why])})"
        for why, run in ((why, list(run)) for why, run in groupby(shown[:MOST_LEFT_OUT], lambda pair: pair[1]))
    ]
    more = len(shown) - MOST_LEFT_OUT
    if more > 0:
        groups.append(ngettext("one more day", "%(num)d more days", more) % {"num": more})
    return ", ".join(groups)


def in_a_row(words: Sequence[str]) -> str:
    """A list as one says it: "22/12, 29/12 e 5/1"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def since_words(change: RuleChange) -> Iterator[str]:
    """What a change of the rule says, in pieces."""
    said = change.answers
    if said.get(SHIFT):
        days = abs(said[SHIFT])
        later = ngettext("one day later", "%(num)d days later", days)
        earlier = ngettext("one day earlier", "%(num)d days earlier", days)
        yield (later if said[SHIFT] > 0 else earlier) % {"num": days}
    if "from" in said:
        yield _("at %(time)s") % {"time": said["from"].removeprefix("0")}
    if "duration" in said:
        yield moments.duration(said["duration"])
    if mode := said.get("mode"):
        yield _(MODES[mode])
    if said.keys() - {SHIFT, "from", "duration", "mode"}:
        yield _("other needs")


def _since(change: RuleChange) -> str:
    words = {"day": moments.day(change.since), "what": ", ".join(since_words(change))}
    return _("from %(day)s on: %(what)s") % words


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


def _sentences(body: RequestIn, dates: Expansion, named: Named) -> Iterator[str]:
    yield _what(body, len(dates.asked))
    yield from _when(body, dates.asked)
    if words := left_out_words(dates.left_out):
        yield _("without %(days)s") % {"days": words}
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
    if body.repeat:
        yield _(WEEKLY[body.repeat.every])
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

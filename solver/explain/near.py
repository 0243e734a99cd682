# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is nearly able to take an unfilled slot: those whom one rule alone keeps away, and why there is no help at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter

import numpy as np

from solver.explain.answer import Closest, Figures, Hopeless, Near
from solver.explain.calendar import Line
from solver.explain.figures import excess, personal_figures, timed_figures
from solver.explain.question import Question
from solver.explain.refusals import TIMED, barred, fits, refusals
from solver.problem import Mediator, Slot
from solver.rules import NAMES

MOST_CLOSEST = 3
NOT_THAT_DAY = 1 << 30  # further than any minutes: she has no shift on that day at all


def near(question: Question) -> tuple[Near, ...]:
    """The people who fail one rule only, in the order of the rules, then by how little they fail it.

    One rule: without it, for her alone, the slot could be hers at some allowed start. Whoever does not speak a word
    of a language that is needed is not near.
    """
    found = [*_barred_once(question), *_stopped_once(question)]
    found.sort(key=lambda entry: (NAMES.index(entry.rule), _distance(entry.figures)))
    return tuple(found)


def hopeless(question: Question, found: tuple[Near, ...]) -> Hopeless:
    """Why no relaxation works; asked only where none does."""
    unspoken = unspoken_languages(question)
    if unspoken:
        return Hopeless("language", unspoken, ())
    if found:
        return Hopeless("near", (), ())
    return Hopeless("several", (), tuple(_closest(question)))


def unspoken_languages(question: Question) -> tuple[str, ...]:
    """The needed languages that nobody of the problem speaks at all; where any will do, only if that is all of them."""
    slot, people = question.post.slot, question.calendar.index.mediators
    missing = tuple(name for name in slot.languages if not any(name in person.languages for person in people))
    return missing if not slot.any_language or len(missing) == len(slot.languages) else ()


def _barred_once(question: Question) -> Iterator[Near]:
    """Those whom one personal rule bars and no other rule stops at every start."""
    calendar, post = question.calendar, question.post
    flags = barred(calendar, post)
    once = np.flatnonzero(np.sum(list(flags.values()), axis=0) == 1)
    for number in once.tolist():
        rule = next(name for name, bars in flags.items() if bars[number])
        if rule == "language" and not _speaks_some(post.slot, calendar.index.mediators[number]):
            continue
        lines = (Line(post, number, start) for start in question.starts)
        first = next((line for line in lines if fits(calendar, line)), None)
        if first is not None:
            yield Near(_name(question, number), rule, None, personal_figures(calendar, rule, post, number))


def _stopped_once(question: Question) -> Iterator[Near]:
    """Those whom nothing bars, but one rule about time, money or company stops at the start that comes nearest."""
    if not question.starts:
        yield from (Near(_name(question, number), "window", None, {}) for number in question.able)
        return
    for number in question.able:
        reasons = [(line, why) for line, why in question.stopped if line.mediator == number]
        if any(not why for _, why in reasons):
            continue
        single = [(line, why[0]) for line, why in reasons if len(why) == 1]
        if single:
            yield _nearest(question, single)


def _nearest(question: Question, single: list[tuple[Line, str]]) -> Near:
    """The start at which the last of the rules fails, as in a plan's reasons, and by the least."""
    last = max((rule for _, rule in single), key=TIMED.index)
    told = [(line, timed_figures(question.calendar, last, line)) for line, rule in single if rule == last]
    line, figures = min(told, key=lambda entry: _distance(entry[1]))
    return Near(_name(question, line.mediator), last, line.start, figures)


def _closest(question: Question) -> list[Closest]:
    """Those who speak what is needed and fail the fewest rules."""
    flags = barred(question.calendar, question.post)
    found = []
    for number in np.flatnonzero(~flags["language"]).tolist():
        personal = [name for name, bars in flags.items() if bars[number]]
        start, timed = _least(question, number)
        rules = (*personal, *timed)
        found.append((len(rules), Closest(_name(question, number), start, rules)))
    found.sort(key=itemgetter(0))
    return [closest for _, closest in found[:MOST_CLOSEST]]


def _least(question: Question, number: int) -> tuple[int | None, tuple[str, ...]]:
    """The start that the fewest rules of time forbid her, and those rules."""
    lines: Iterable[Line] = (Line(question.post, number, start) for start in question.starts)
    told = [(line.start, tuple(refusals(question.calendar, line))) for line in lines]
    return min(told, key=lambda entry: len(entry[1]), default=(None, ("window",)))


def _speaks_some(slot: Slot, mediator: Mediator) -> bool:
    """Whether she speaks every needed language at some level; where any will do, one of them."""
    spoken = [name in mediator.languages for name in slot.languages]
    return any(spoken) if slot.any_language else all(spoken)


def _distance(figures: Figures) -> int:
    """How far the figures are from what is allowed, in their own unit."""
    level, needed, minutes = figures.get("level"), figures.get("needed"), figures.get("minutes")
    if isinstance(level, int) and isinstance(needed, int):
        return needed - level
    if "limit" in figures:
        return excess(figures)
    if "minutes" in figures and minutes is None:
        return NOT_THAT_DAY
    return minutes if isinstance(minutes, int) else 0


def _name(question: Question, number: int) -> str:
    return question.calendar.index.mediators[number].id

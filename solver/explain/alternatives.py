# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why her: each eligible mediator tried in her place, at her best allowed start, every other visit standing."""

from __future__ import annotations

from collections import Counter

from solver.explain.answer import Alternative, Assigned
from solver.explain.calendar import Calendar, Line
from solver.explain.figures import timed_figures
from solver.explain.refusals import TIMED, able, barred, refusals, stands
from solver.index import Post
from solver.plan import GOALS, Score


def assigned(calendar: Calendar, slot: str) -> Assigned:
    """The answer for a slot of the plan that somebody has; the calendar is left as it was."""
    if slot in calendar.index.locked:
        lock = calendar.index.locked[slot]
        return Assigned(slot, lock.mediator, lock.start, True, calendar.score, (), {})
    kept, chosen = calendar.score, calendar.take(slot)
    free = stands(calendar, chosen.day)
    others = [number for number in able(calendar, chosen.post) if number != chosen.mediator]
    found = [_alternative(calendar, chosen, number, kept, free=free) for number in others]
    calendar.put(chosen)
    found.sort(key=lambda other: (other.gain is None, -(other.gain or 0)))
    name = calendar.index.mediators[chosen.mediator].id
    return Assigned(slot, name, chosen.start, False, kept, tuple(found), first_bars(calendar, chosen.post))


def first_bars(calendar: Calendar, post: Post) -> dict[str, int]:
    """How many mediators each personal rule bars from a slot, each counted at the first one."""
    counts: Counter[str] = Counter()
    seen = None
    for name, flags in barred(calendar, post).items():
        fresh = flags if seen is None else flags & ~seen
        seen = flags if seen is None else seen | flags
        counts[name] = int(fresh.sum())
    return {name: count for name, count in counts.items() if count}


def differences(kept: Score, other: Score) -> dict[str, int]:
    """The terms in which two scores differ, the other one's less the kept one's."""
    found = {term: getattr(other, term) - getattr(kept, term) for term in ("value", *GOALS)}
    return {term: amount for term, amount in found.items() if amount}


def _alternative(calendar: Calendar, chosen: Line, number: int, kept: Score, *, free: bool) -> Alternative:
    """She in the chosen one's place. ``free``: the chosen one's day keeps the rules without this visit."""
    name = calendar.index.mediators[number].id
    starts = calendar.index.starts(chosen.post.appointment)
    told = [(line, next(refusals(calendar, line), None)) for line in (Line(chosen.post, number, at) for at in starts)]
    scored = [(calendar.scored_with(line), line.start) for line, why in told if why is None and free]
    if scored:
        reached, start = max(scored, key=lambda entry: (entry[0].total, -entry[1]))
        return Alternative(name, start, reached.total - kept.total, differences(kept, reached), None, {})
    stopped = [(line, why) for line, why in told if why is not None]
    if not stopped:
        return Alternative(name, None, None, {}, "window" if free else "shift", {})
    line, why = max(stopped, key=lambda entry: TIMED.index(entry[1]))
    return Alternative(name, None, None, {}, why, timed_figures(calendar, why, line))

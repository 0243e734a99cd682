# SPDX-License-Identifier: AGPL-3.0-or-later
"""The phases of a search over the parts of a problem: routes of days, of weeks, a plan out of them, the proof.

Each hands its plans and bounds to the search as it finds them, and leaves at once when time is up.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import partial

from solver.columns import VERY_CLOSE, Generation
from solver.dive import MANY_POSTS, Dive
from solver.finish import finish, ground, least_losing, listed
from solver.greedy import greedy
from solver.kernel import MOST_LABELS
from solver.mixing import mixed
from solver.parts import Part, bound_of
from solver.plunge import Plunge
from solver.prepare import Placement
from solver.progress import Search

GENERATION_SHARE = 0.7  # of the time left, for routes of days
WEEKLY_SHARE = 0.5  # of the time left for weeks: the plan comes of the dive and the improvement after them
WEEKLY_BEAM = 64  # from good prices on, routes worth having are not cut off, and the first bound is a true one
CLOSE = 2e-4  # relative, where each pass over weeks takes long and dives need the time
LUCKY_SHARE = 0.5  # of the time left, for dives that chance has a say in
LUCKY_DIVES = 12  # at most
PROOF_SHARE, LAST_SHARE = 0.6, 0.9  # of the time left, for each attempt at a proof; for one that lists all there is
PROVEN = 1e-6
FEWEST = 2_000  # routes that a first try takes; each that finds nothing doubles them
TOO_MANY = 30_000  # possible routes found quickly, of which a few are no better a choice than any other


def generate_days(search: Search, parts: Sequence[Part], share: float = GENERATION_SHARE) -> None:
    """Column generation over single stretches, for at most a share of the time; each pass may lower the bound."""
    for part in parts:
        part.daily.learn(part.placements(search))
        part.daily.begin(_bounded(search, parts, part))
    for part, left in _in_turn(search, parts, share):
        bounded = _bounded(search, parts, part)
        part.daily.run(left, bounded=bounded)
        part.daily.tighten(left, bounded=bounded)
        if not part.is_large and not part.in_haste:
            part.daily.sharpen(left, bounded=bounded)


def generate_weeks(search: Search, parts: Sequence[Part]) -> None:
    """The same over the weeks that tie stretches together, from the prices found, and a plan out of each.

    Their bound is closer: what a week cannot hold as whole routes is not sold in pieces.
    """
    tied = [part for part in parts if part.is_tied and part.daily.prices is not None]
    for part, left in _in_turn(search, tied, WEEKLY_SHARE):
        if search.settled:
            return
        bounded = _bounded(search, parts, part)
        many = len(part.posts) > MANY_POSTS
        weekly = part.weekly = Generation(part.land, part.weeks(), close=CLOSE if many else VERY_CLOSE)
        weekly.learn(part.placements(search))
        assert part.daily.prices is not None, "those without were left out"
        weekly.master.add(mixed(part.land, weekly.scope, part.daily.master.routes, part.daily.prices))
        weekly.beam = WEEKLY_BEAM
        weekly.begin_at(part.daily, bounded)
        weekly.run(left, bounded=bounded)
        weekly.tighten(left, bounded=bounded)
        if not many:
            weekly.sharpen(left, bounded=bounded)
        dive(search, part, weekly)


def _in_turn(search: Search, parts: Sequence[Part], share: float) -> Iterator[tuple[Part, Callable[[], float]]]:
    """Each part with the seconds it has left, out of its share of a share of the time."""
    posts = sum(len(part.posts) for part in parts)
    for part in parts:
        until = search.elapsed() + share * search.left() * len(part.posts) / max(1, posts)
        posts -= len(part.posts)
        yield part, partial(_until, search, until)


def bound_weeks(search: Search, parts: Sequence[Part]) -> None:
    """The bound of whole weeks at the prices of days, where a master of weeks would take too long."""
    for part in parts:
        if not part.is_tied or part.daily.prices is None or search.settled or search.out_of_time():
            continue
        weekly = Generation(part.land, part.weeks())
        weekly.beam = MOST_LABELS
        weekly.begin_at(part.daily, _bounded(search, parts, part))


def _until(search: Search, until: float) -> float:
    return until - search.elapsed()


def _bounded(search: Search, parts: Sequence[Part], part: Part) -> Callable[[Fraction], None]:
    """What hears of the bounds of a part: those of all parts together bound the plan."""

    def bounded(bound: Fraction) -> None:
        part.bounded(bound)
        together = bound_of(part.land, parts)
        if together is not None:
            search.bounded(together)

    return bounded


def prove(search: Search, parts: Sequence[Part], *, most: int) -> None:
    """Looks for the best choice of the routes, at ``most`` so many, that can still be part of a better plan.

    Where that is all of them, the best plan of a part is proven; else it may become better at least.
    """
    for part in parts:
        if part.is_large:
            continue  # where thousands of units may each lose a little, no list ends
        few = min(FEWEST, most)
        while not search.settled and not search.out_of_time():
            before = search.total
            if _proven(search, parts, part, few, most):
                break
            if search.total == before:
                if few == most:
                    break
                few = min(2 * few, most)


def _proven(search: Search, parts: Sequence[Part], part: Part, few: int, most: int) -> bool:
    """Whether there is no more to be had from ``few`` of a part's possible routes: ``most`` at most were all, or far more."""
    generation, daily = part.closest, part.daily.scope
    worth = Fraction(part.value(search) - 2)
    base = ground(generation, daily, worth)
    if part.is_settled(search) or base is None:
        return True
    kept = part.daily.learn(part.placements(search))
    routes = least_losing(part.land, base, TOO_MANY)
    if routes is None:
        part.is_crowded = True
        return True
    every = listed(part.land, base, most) if len(routes) <= most else None
    routes = routes[:few] if every is None else every
    share = PROOF_SHARE if every is None else LAST_SHARE
    done = finish(generation, daily, routes, kept, seconds=share * search.left(), gap=PROVEN)
    _offer(search, part, done.placements)
    if every is not None:
        _bounded(search, parts, part)(max(done.bound, worth + 1))
    return every is not None


def dive(search: Search, part: Part, generation: Generation) -> None:
    """A whole plan from the fractional optimum; the part keeps the routes that were generated for it."""
    if part.is_settled(search) or search.out_of_time():
        return
    if generation.master.large:
        _offer(search, part, Plunge(generation).run(search.left))
    elif part.is_tied and generation is part.weekly and generation.solved is not None:
        _dive_at_once(search, part, [Dive(generation), *_lucky(search, generation, 1, search.workers)], search.left)
    else:
        hasty = part.in_haste and generation is part.daily
        _dive_at_once(search, part, [Dive(generation, careful=not part.is_tied, hasty=hasty)], search.left)


def dive_again(search: Search, parts: Sequence[Part]) -> None:
    """Further dives over weeks, several at once, where no proof is near: by luck one ends a good deal better than others."""
    crowded = [part for part in parts if part.is_crowded and part.weekly is not None and part.weekly.solved is not None]
    for part, left in _in_turn(search, crowded, LUCKY_SHARE):
        assert part.weekly is not None, "the others were left out"
        for first in range(search.workers, LUCKY_DIVES, search.workers):
            if part.is_settled(search) or left() <= 0:
                break
            worth = part.value(search) + 1.0
            dives = _lucky(search, part.weekly, first, first + search.workers, worth)
            _dive_at_once(search, part, dives, left)


def _lucky(search: Search, generation: Generation, first: int, past: int, worth: float | None = None) -> list[Dive]:
    """Dives that chance has a say in, each its own."""
    lucks = (random.Random(f"{search.seed} {number}") for number in range(first, past))  # noqa: S311 - no secret
    return [Dive(generation, worth=worth, luck=luck) for luck in lucks]


def _dive_at_once(search: Search, part: Part, dives: Sequence[Dive], left: Callable[[], float]) -> None:
    with ThreadPoolExecutor(len(dives)) as threads:
        ends = list(threads.map(lambda dive: dive.run(left), dives))
    for diving, placements in zip(dives, ends, strict=True):
        part.found.extend(diving.found)
        _offer(search, part, placements)


def _offer(search: Search, part: Part, placements: Sequence[Placement] | None) -> None:
    """Offers the best plan with another choice for one part, if there is one."""
    if not placements:
        return
    first = [*part.others(search), *placements]
    search.offer(greedy(search.prepared, first=first, out_of_time=search.out_of_time))

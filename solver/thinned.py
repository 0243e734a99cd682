# SPDX-License-Identifier: AGPL-3.0-or-later
"""A problem with fewer pairs, so that a nation can be drawn: of the hundreds who could take each call, the best.

Thousands who may phone anywhere make a nation's pairs ten times as many, and nearly all of them never pay. Whoever is
left out is stood in for: each post may be filled, for nothing more, at the best worth among them, so it never costs
less. Then a bound of the thinned problem holds for the whole. A stand-in has no hours or roads but pays the budgets,
which is most of what a call costs: with 16 of 49 pairs a post the bound of ten provinces was 0.4 % further away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy

import numpy as np
import numpy.typing as npt

from solver.goals import cost
from solver.pairs import Options, Pairs, Placement
from solver.prepare import Prepared

MOST = 48  # pairs of a post that are kept at first, besides those of a plan that is known
MANY_PAIRS = 150_000  # of a problem, beyond which it is thinned
SPREAD = 2_654_435_761  # scatters equals, so that the same few people do not stand for all (D. Knuth, volume 3)

Which = npt.NDArray[np.bool_]


def thinned(prepared: Prepared, known: Iterable[Placement], most: int = MOST) -> Prepared:
    """The same problem where each post keeps its ``most`` best pairs, and those of a plan that is known."""

    def best(post: int, options: Options) -> Which:
        scattered = (options.who + post) * SPREAD % (1 << 31)
        keep: Which = np.zeros(len(options.who), dtype=np.bool_)
        keep[np.lexsort((scattered, -options.worth))[:most]] = True
        return keep

    return _fewer(prepared, known, best)


def _fewer(prepared: Prepared, known: Iterable[Placement], which: Callable[[int, Options], Which]) -> Prepared:
    """Posts keep their numbers, and their starts stay a joint decision or not; where they are, all pairs stay.

    A visit at a loss may be left out only where no stop shortens a road and no first visit opens a day: elsewhere the
    problem stays as it is.
    """
    if not prepared.all_straight or prepared.policy.shift_covers_travel:
        return prepared
    stay: dict[int, list[int]] = {}
    for post, mediator, _ in [*known, *prepared.kept]:
        stay.setdefault(post, []).append(mediator)
    options, stand_in = list(prepared.pairs.options), {}
    for post in prepared.open:
        its = options[post]
        if its is None or prepared.joint[post]:
            continue
        keep = which(post, its) | np.isin(its.who, stay.get(post, []))
        if not keep.all():
            options[post] = _kept(its, keep)
            stand_in[post] = max(0, -(-int(its.worth[~keep].max()) // cost.PARTS))
    joint = prepared.joint
    less = copy(prepared)
    less.__dict__.pop("pair", None)
    less.pairs, less.joint, less.stand_in = Pairs(prepared.eligibility, options), joint, stand_in
    return less


def _kept(options: Options, keep: Which) -> Options | None:
    if not keep.any():
        return None
    starts = options.starts
    if isinstance(starts, list):
        starts = [own for own, kept in zip(starts, keep.tolist(), strict=True) if kept]
    return Options(options.who[keep], starts, options.gain[keep], options.worth[keep])

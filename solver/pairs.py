# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may take which open slot, at which starts, and what she brings: as arrays for all, as a ``Pair`` when asked for.

A nation has millions of pairs, most of them by phone and never looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from solver.eligibility import Eligibility
from solver.goals import cost, wishes
from solver.index import Post
from solver.problem import WEEK, Mediator
from solver.roster import Numbers, Roster
from solver.rules import one_place, shift, together
from solver.visits import Visit, place_of

Starts = tuple[int, ...]
FEW_BITS = 1 << 62


class Placement(NamedTuple):
    """An open post given to a mediator at a start (numbers of the index)."""

    post: int
    mediator: int
    start: int


class Pair(NamedTuple):
    """A mediator who may take an open post: her starts there, clear of her facts, and what she brings.

    ``gain`` is value minus wishes; ``euros`` the exact priced euros of the visit (cost_per_euro included).
    """

    post: int
    mediator: int
    starts: Starts
    gain: int
    euros: Fraction


class Options(NamedTuple):
    """The pairs of one post as parallel arrays, ascending by mediator; ``starts`` is one tuple where all share it.

    ``worth`` is gain minus euros in whole parts of ``cost.PARTS`` (Python integers where they could be too large).
    """

    who: Numbers
    starts: Starts | list[Starts]
    gain: Numbers
    worth: npt.NDArray[Any]

    def every_start(self) -> set[int]:
        """All starts at which anybody can come."""
        return set().union(*self.starts) if isinstance(self.starts, list) else set(self.starts)


class Pairs:
    """The pairs of every post: ``pairs[post]`` is a list of ``Pair``, made when it is first asked for."""

    def __init__(self, eligibility: Eligibility, options: list[Options | None]) -> None:
        self.options = options
        self._mediators = eligibility.index.mediators
        self._posts = eligibility.index.posts
        self._price = eligibility.index.problem.policy.cost_per_euro
        self._euros: dict[tuple[int, int], Fraction] = {}
        self._lists: dict[int, list[Pair]] = {}

    def __len__(self) -> int:
        return len(self.options)

    def __iter__(self) -> Iterator[list[Pair]]:
        return (self[post] for post in range(len(self)))

    def __getitem__(self, post: int) -> list[Pair]:
        known = self._lists.get(post)
        if known is None:
            options = self.options[post]
            known = self._lists[post] = [] if options is None else self._made(post, options)
        return known

    def best(self, post: int) -> int:
        """What the best pair of an open post is worth, in parts of a euro."""
        options = self.options[post]
        assert options is not None
        return int(options.worth.max())

    def largest(self, post: int) -> int:
        """The most that any pair of a post moves: gain, whatever its sign, and euros, in whole points."""
        options = self.options[post]
        if options is None:
            return 0
        euros = options.gain * cost.PARTS - options.worth
        return int(abs(options.gain).max()) + -(-int(euros.max()) // cost.PARTS)

    @property
    def count(self) -> int:
        """How many pairs there are; asking for it makes none."""
        return sum(len(options.who) for options in self.options if options is not None)

    def find(self, post: int, mediator: int) -> Pair | None:
        """One pair, or None when she may not take the post."""
        options = self.options[post]
        at = -1 if options is None else int(np.searchsorted(options.who, mediator))
        if options is None or at == len(options.who) or options.who[at] != mediator:
            return None
        return self._made(post, options, slice(at, at + 1))[0]

    def _made(self, post: int, options: Options, part: slice = slice(None)) -> list[Pair]:
        who, gain, duration = options.who[part].tolist(), options.gain[part].tolist(), self._posts[post].duration
        starts = options.starts
        each: Sequence[Starts] = starts[part] if isinstance(starts, list) else [starts] * len(who)
        return [
            Pair(post, number, own, worth, self._euros_of(duration, self._mediators[number]))
            for number, own, worth in zip(who, each, gain, strict=True)
        ]

    def _euros_of(self, duration: int, mediator: Mediator) -> Fraction:
        key = duration, mediator.hourly_cost
        if key not in self._euros:
            self._euros[key] = self._price * cost.euros(duration, mediator)
        return self._euros[key]


class PairOf:
    """The pairs by (post, mediator), each made when it is first asked for."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs
        self._known: dict[tuple[int, int], Pair | None] = {}

    def __len__(self) -> int:
        return self._pairs.count

    def __contains__(self, key: tuple[int, int]) -> bool:
        return self._of(key) is not None

    def __getitem__(self, key: tuple[int, int]) -> Pair:
        """Raises KeyError when she may not take the post."""
        pair = self._of(key)
        if pair is None:
            raise KeyError(key)
        return pair

    def _of(self, key: tuple[int, int]) -> Pair | None:
        if key not in self._known:
            self._known[key] = self._pairs.find(*key)
        return self._known[key]


class Pairing:
    """Works out the options of one post after another."""

    def __init__(self, eligibility: Eligibility, facts: list[list[Visit]]) -> None:
        self.eligibility, self.index, self.roster = eligibility, eligibility.index, eligibility.roster
        self.calendar = _Calendar(facts)
        self.rates = _rates(self.roster, self.index.problem.policy.cost_per_euro)

    def options(self, post: Post) -> Options | None:
        """None when nobody may take the post at any start."""
        who = self.eligibility.candidates[post.number]
        agreed, taken = together.agreed(self.index, post.appointment_number)
        if taken and len(who):
            who = who[~np.isin(who, list(taken))]
        if not len(who):
            return None
        starts: Starts | list[Starts] = self._starts(post, who)
        starts = self._clear(post, who, starts)
        if agreed:
            each = starts if isinstance(starts, list) else [starts] * len(who)
            starts = [tuple(start for start in own if agreed == {start}) for own in each]
        if isinstance(starts, list):
            able = [at for at, own in enumerate(starts) if own]
            who, starts = who[able], [starts[at] for at in able]
        if not len(who):
            return None
        gain = post.slot.value - wishes.costs(self.roster, post.slot, who)
        return Options(who, starts, gain, gain * cost.PARTS - self.rates[who] * post.duration)

    def _starts(self, post: Post, who: Numbers) -> Starts | list[Starts]:
        """The allowed starts within each one's shifts; those who can make them all share one tuple."""
        every = self.index.starts(post.appointment)
        if len(every) == 1:
            return every
        first, past = shift.fitting(self.roster, post, who)
        if bool((np.maximum(past - first, 0).sum(axis=1) == len(every)).all()):
            return every
        spans = np.stack([first, past], axis=2)
        known: dict[bytes, Starts] = {}
        found = []
        for mine in spans:
            key = mine.tobytes()
            if key not in known:
                known[key] = tuple(start for low, high in mine.tolist() for start in every[low:high])
            found.append(known[key])
        return found

    def _clear(self, post: Post, who: Numbers, starts: Starts | list[Starts]) -> Starts | list[Starts]:
        """Without the starts that meet a fact of hers."""
        owner, rows = self.calendar.of(who)
        if not len(rows):
            return starts
        every = np.array(self.index.starts(post.appointment), dtype=np.int64)
        hits = one_place.clashes(
            self.index.roads,
            self.index.problem.policy.remote_gap,
            (place_of(self.index, post), every, post.duration),
            self.roster.factors[who[owner]],
            (self.calendar.start[rows], self.calendar.end[rows], self.calendar.place[rows]),
        )
        if not hits.any():
            return starts
        lost: dict[int, set[int]] = {}
        for row, column in np.argwhere(hits).tolist():
            lost.setdefault(int(owner[row]), set()).add(int(every[column]))
        left = list(starts) if isinstance(starts, list) else [starts] * len(who)
        for at, hit in lost.items():
            left[at] = tuple(start for start in left[at] if start not in hit)
        return left


class _Calendar:
    """All facts as parallel arrays, mediator by mediator."""

    def __init__(self, facts: list[list[Visit]]) -> None:
        self.first = np.cumsum([0, *(len(visits) for visits in facts)])
        flat = [visit for visits in facts for visit in visits]
        self.start, self.end, self.place = (np.array([visit[at] for visit in flat], dtype=np.int64) for at in range(3))

    def of(self, who: Numbers) -> tuple[Numbers, Numbers]:
        """Rows of the facts of these mediators, and for each row whose it is: a position in ``who``."""
        counts = self.first[who + 1] - self.first[who]
        owner = np.repeat(np.arange(len(who)), counts)
        before = np.cumsum(counts) - counts
        return owner, np.arange(len(owner)) + (self.first[who] - before)[owner]


def _rates(roster: Roster, price: int) -> npt.NDArray[Any]:
    """What a minute of each mediator costs, in parts; Python integers where a visit's price might not fit 64 bits."""
    rates = [price * mediator.hourly_cost for mediator in roster.index.mediators]
    small = max(rates, default=0) < FEW_BITS // WEEK
    return np.array(rates, dtype=np.int64 if small else object)

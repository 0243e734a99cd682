# SPDX-License-Identifier: AGPL-3.0-or-later
"""For every slot and mediator: she can be asked, or the first rule that refuses her before any plan is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from solver.index import Index, Post
from solver.roster import Numbers, Roster
from solver.rules import PAIRWISE, one_mediator
from solver.rules.shift import starts_within

ELIGIBLE = ""


class Eligibility:
    """Who can take which slot, judged pair by pair; never holds the dense matrix of slots and mediators.

    ``candidates[post]`` are mediator numbers, ascending; a locked slot has none, since nothing is left to choose.
    ``refused[post]`` counts, rule by rule, the mediators a slot lost (empty for a locked slot).
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self.roster = Roster(index)
        self._everybody = np.arange(self.roster.size, dtype=np.int64)
        self._speakers: dict[tuple[tuple[tuple[str, int], ...], bool], Numbers] = {}
        self._starts: dict[tuple[object, ...], tuple[int, ...]] = {}
        judged = [self._judge(post) for post in index.posts]
        self.candidates: tuple[Numbers, ...] = tuple(who for who, _ in judged)
        self.refused: tuple[Mapping[str, int], ...] = tuple(counts for _, counts in judged)

    @classmethod
    def of(cls, index: Index) -> Eligibility:
        return cls(index)

    @property
    def pruned(self) -> dict[str, int]:
        """Pairs (slot, mediator) that each pairwise rule refused first, over all slots that are not locked."""
        total: Counter[str] = Counter(dict.fromkeys(PAIRWISE, 0))
        for counts in self.refused:
            total.update(counts)
        return dict(total)

    def starts(self, post_number: int, mediator_number: int) -> tuple[int, ...]:
        """Allowed starts at which the visit lies inside one of her shifts, sorted."""
        post, shifts = self.index.posts[post_number], self.index.mediators[mediator_number].shifts
        key = (post.appointment.windows, post.duration, shifts)
        known = self._starts.get(key)
        if known is None:
            known = starts_within(self.index.starts(post.appointment), post.duration, shifts)
            self._starts[key] = known
        return known

    def refusals(self, post_number: int) -> npt.NDArray[np.str_]:
        """For each mediator the first pairwise rule that refuses her for this slot, or ``ELIGIBLE``."""
        post = self.index.posts[post_number]
        verdict = np.full(self.roster.size, ELIGIBLE, dtype="U12")
        remaining = self._everybody
        for name, refuses in PAIRWISE.items():
            out = refuses(self.roster, post, remaining)
            verdict[remaining[out]] = name
            remaining = remaining[~out]
        return verdict

    def _judge(self, post: Post) -> tuple[Numbers, Mapping[str, int]]:
        if one_mediator.taken(self.index, post):
            return self._everybody[:0], {}
        remaining, counts = self._speakers_for(post), {}
        counts["language"] = self.roster.size - len(remaining)
        for name, refuses in PAIRWISE.items():
            if name == "language" or not len(remaining):
                continue
            kept = remaining[~refuses(self.roster, post, remaining)]
            counts[name] = len(remaining) - len(kept)
            remaining = kept
        return remaining, {name: count for name, count in counts.items() if count}

    def _speakers_for(self, post: Post) -> Numbers:
        """Mediators whom the language rule does not refuse; slots with equal needs share the answer."""
        key = (tuple(post.slot.languages.items()), post.slot.any_language)
        if key not in self._speakers:
            out = PAIRWISE["language"](self.roster, post, self._everybody)
            self._speakers[key] = self._everybody[~out]
        return self._speakers[key]

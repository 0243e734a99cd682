# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules 1 to 9 asked about everybody at once: who is left for a slot, and how many each rule stopped.

``solver.check.pairs`` says the same of one person. A nation's plan has 4,000 empty slots and 11,000 mediators, and
asking forty million times takes a minute; here a rule is a column over all mediators, made when first asked for.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from solver.check.book import Book
from solver.check.roads import Roads
from solver.problem import Appointment, Mediator, Slot

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Holds = Callable[[Appointment, Slot, Numbers], Flags]


class Columns:
    """The mediators of a book by number, in the order of the problem; each rule says who of some passes it."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.people = list(book.mediators.values())
        self.number = {name: number for number, name in enumerate(book.mediators)}
        self.roads = Roads(book)
        self.factor = np.array([she.travel_factor for she in self.people])
        self._home = np.array([self.roads.number[she.home] for she in self.people], dtype=np.int64)
        self._reach = np.array([np.inf if she.max_travel is None else she.max_travel for she in self.people])
        self._known: dict[tuple[str, str], Flags] = {}
        self._speakers: dict[tuple[frozenset[tuple[str, int]], bool], Numbers] = {}
        self._speaking_it: dict[str, list[tuple[int, int]]] = {}
        self._in_ambito: dict[str, list[int]] = {}
        for number, she in enumerate(self.people):
            for language, level in she.languages.items():
                self._speaking_it.setdefault(language, []).append((number, level))
            for where in she.ambiti or ():
                self._in_ambito.setdefault(where, []).append(number)
        self.rules: dict[str, Holds] = {
            "kind": lambda visit, _, who: self._flags("kind", visit.kind, lambda she: visit.kind in she.kinds)[who],
            "mode": lambda visit, _, who: self._flags("mode", visit.mode, lambda she: visit.mode in she.modes)[who],
            "skills": self._skills,
            "gender": self._gender,
            "excluded": lambda _, slot, who: ~self._named(slot.excluded, who),
            "only": lambda _, slot, who: np.full(len(who), True) if slot.only is None else self._named(slot.only, who),
            "ambito": self._ambito,
            "distance": self._distance,
        }

    def sieve(self, appointment: Appointment, slot: Slot) -> tuple[dict[str, int], Numbers]:
        """How many mediators each rule stops first, and the numbers of those whom none does."""
        left = self._speaking(slot)
        counts = {"language": len(self.people) - len(left)}
        for name, holds in self.rules.items():
            if not len(left):
                break
            passed = left[holds(appointment, slot, left)]
            counts[name] = len(left) - len(passed)
            left = passed
        return counts, left

    def _speaking(self, slot: Slot) -> Numbers:
        """Who passes the language rule; slots with equal needs share the answer."""
        key = frozenset(slot.languages.items()), slot.any_language
        if key not in self._speakers:
            reached = [self._level(name) >= least for name, least in slot.languages.items()]
            every = np.full(len(self.people), True)
            enough = np.logical_or if slot.any_language else np.logical_and
            self._speakers[key] = np.nonzero(enough.reduce(reached) if reached else every)[0]
        return self._speakers[key]

    def _level(self, language: str) -> Numbers:
        """Everybody's level in a language, 0 for none."""
        levels = np.zeros(len(self.people), dtype=np.int64)
        for number, level in self._speaking_it.get(language, ()):
            levels[number] = level
        return levels

    def _skills(self, _: Appointment, slot: Slot, who: Numbers) -> Flags:
        having = np.full(len(who), True)
        for skill in slot.skills:
            having &= self._flags("skill", skill, lambda she, skill=skill: skill in she.skills)[who]  # type: ignore[misc]  # bound at once
        return having

    def _gender(self, _: Appointment, slot: Slot, who: Numbers) -> Flags:
        if slot.gender is None:
            return np.full(len(who), True)
        return self._flags("gender", slot.gender, lambda she: she.gender == slot.gender)[who]

    def _named(self, names: tuple[str, ...], who: Numbers) -> Flags:
        """Who is among these names; names of nobody here are nobody."""
        numbers = [self.number[name] for name in names if name in self.number]
        return np.isin(who, numbers) if numbers else np.full(len(who), False)

    def _ambito(self, appointment: Appointment, _: Slot, who: Numbers) -> Flags:
        if appointment.mode != "onsite" or appointment.place is None:
            return np.full(len(who), True)
        serving = self._flags("ambito", "", lambda she: she.ambiti is None).copy()
        serving[self._in_ambito.get(self.book.places[appointment.place].ambito, [])] = True
        return serving[who]

    def _distance(self, appointment: Appointment, _: Slot, who: Numbers) -> Flags:
        if appointment.mode != "onsite" or appointment.place is None:
            return np.full(len(who), True)
        target = np.array(self.roads.number[appointment.place])
        near: Flags = self.roads.minutes(self.factor[who], self._home[who], target) <= self._reach[who]
        return near

    def _flags(self, family: str, key: str, holds: Callable[[Mediator], bool]) -> Flags:
        if (family, key) not in self._known:
            self._known[family, key] = np.array([holds(she) for she in self.people], dtype=np.bool_)
        return self._known[family, key]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk would rather have: this gender, this skill, this person, this command of the language.

Priced on a pair (slot, mediator).
"""

from __future__ import annotations

import numpy as np

from solver.problem import Mediator, Slot, Wishes
from solver.roster import Numbers, Roster

NO_WISHES = Wishes()


def level(slot: Slot, mediator: Mediator) -> int:
    """Her lowest level among the slot's languages; where any will do, her highest among those she speaks well enough.

    3 for a slot that needs no language, 0 where she speaks none of them (only a locked slot can bring that about).
    """
    if not slot.languages:
        return 3
    levels = {language: mediator.languages.get(language, 0) for language in slot.languages}
    if slot.any_language:
        return max(
            (levels[language] for language, least in slot.languages.items() if levels[language] >= least), default=0
        )
    return min(levels.values())


def cost(slot: Slot, mediator: Mediator) -> int:
    """The listed cost of what she misses or is; what is not listed costs nothing."""
    wishes = slot.wishes
    total = wishes.level.get(str(level(slot, mediator)), 0)
    total += wishes.mediators.get(mediator.id, wishes.mediators.get("*", 0))
    total += sum(price for skill, price in wishes.skills.items() if skill not in mediator.skills)
    if wishes.gender is not None and mediator.gender != wishes.gender.is_:
        total += wishes.gender.cost
    return total


def costs(roster: Roster, slot: Slot, among: Numbers) -> Numbers:
    """The same cost for each of these mediators."""
    wishes, total = slot.wishes, np.zeros(len(among), dtype=np.int64)
    if wishes == NO_WISHES:
        return total
    if wishes.level:
        prices = np.array([wishes.level.get(str(level), 0) for level in range(4)], dtype=np.int64)
        total += prices[_levels(roster, slot, among)]
    if wishes.mediators:
        total += _cost_of_person(roster, wishes, among)
    for skill, price in wishes.skills.items():
        total += np.where(roster.has(skill)[among], 0, price)
    if wishes.gender is not None:
        total += np.where(roster.is_of(wishes.gender.is_)[among], 0, wishes.gender.cost)
    return total


def _levels(roster: Roster, slot: Slot, among: Numbers) -> Numbers:
    if not slot.languages:
        return np.full(len(among), 3, dtype=np.int64)
    levels = np.array([roster.levels(language)[among] for language in slot.languages])
    if slot.any_language:
        least = np.array(list(slot.languages.values()))[:, None]
        best: Numbers = np.where(levels >= least, levels, 0).max(axis=0)
        return best
    lowest: Numbers = levels.min(axis=0)
    return lowest


def _cost_of_person(roster: Roster, wishes: Wishes, among: Numbers) -> Numbers:
    listed = np.full(roster.size, wishes.mediators.get("*", 0), dtype=np.int64)
    for name, price in wishes.mediators.items():
        if name in roster.index.mediator_number:
            listed[roster.index.mediator_number[name]] = price
    return listed[among]

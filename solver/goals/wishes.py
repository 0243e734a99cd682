# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk would rather have: this gender, this skill, this person, this command of the language.

Priced on a pair (slot, mediator).
"""

from __future__ import annotations

from solver.problem import Mediator, Slot


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

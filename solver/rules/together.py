# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slots of one appointment start together and are filled by different people; some of them may stay empty.

Prunes the joint choice, and a day route that would visit one appointment twice.
"""

from __future__ import annotations

from solver.index import Index


def agreed(index: Index, appointment_number: int) -> tuple[frozenset[int], frozenset[int]]:
    """Starts and mediator numbers that locked slots have settled for an appointment.

    A further slot of it must start at each of those starts, so two different ones leave no start, and be filled by
    none of those mediators.
    """
    posts = (index.posts[number] for number in index.posts_of_appointment[appointment_number])
    standings = [index.locked[post.slot.id] for post in posts if post.slot.id in index.locked]
    starts = frozenset(standing.start for standing in standings)
    return starts, frozenset(index.mediator_number[standing.mediator] for standing in standings)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is booked, or waits for an answer, stays as it is: same slot, same mediator, same start.

Prunes nothing by search: locked visits enter every day as facts beside the busy commitments, and no other rule is
judged on facts alone.
"""

from __future__ import annotations

from solver.index import Index
from solver.visits import BUSY, REMOTE, Visit, visit_of


def facts_of(index: Index) -> list[list[Visit]]:
    """For each mediator, in order, what no plan may move: her busy commitments and her locked visits.

    Facts may coincide; then the place decides, so that a day is the same in whatever order its lines were written.
    """
    numbers = index.roads.place_index
    names = {number: place for place, number in numbers.items()} | {REMOTE: ""}
    facts = [
        [
            Visit(busy.start, busy.end, REMOTE if busy.place is None else numbers[busy.place], BUSY, True)
            for busy in mediator.busy
        ]
        for mediator in index.mediators
    ]
    for standing in index.problem.locked:
        visit = visit_of(index, index.post(standing.slot), standing.start, fact=True)
        facts[index.mediator_number[standing.mediator]].append(visit)
    return [sorted(visits, key=lambda visit: (visit.start, visit.end, names[visit.place])) for visits in facts]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""How offices without a planner choose: one slot at a time, moving nothing that stands; best fit, or nearest first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dispatch.planning.planner import WHOLE, Answer, Better, Enough, Planner
from dispatch.rehearsal.policies import Chooser
from solver.diary import Diary
from solver.greedy import greedy, keeps
from solver.prepare import Placement, Prepared
from solver.problem import PlanningProblem
from solver.progress import Search
from solver.written import written


@dataclass
class OneByOne(Planner):
    """Stands in the planner's place; the same rules hold, so that nobody is sent where she cannot be."""

    chooser: Chooser = Chooser.BEST_FIT

    def plan(
        self,
        problem: PlanningProblem,
        *,
        seconds: float,
        seed: int,
        candidates: int,  # noqa: ARG002 - nobody else is asked beside the one that was chosen
        enough: Enough = WHOLE,  # noqa: ARG002 - there is nothing to search for
        on_better: Callable[[Better], bool] = lambda _: True,  # noqa: ARG002
    ) -> Answer:
        search = Search(
            Prepared(problem),
            seconds=seconds,
            seed=seed,
            workers=1,
            on_better=None,
            clock=time.monotonic,
            started=time.monotonic(),
        )
        stands = list(search.prepared.kept)
        search.offer(
            greedy(search.prepared, first=stands)
            if self.chooser is Chooser.BEST_FIT
            else nearest_first(search.prepared, stands)
        )
        return Answer(written(search), [])


def nearest_first(prepared: Prepared, stands: list[Placement]) -> Diary:
    """Slot after slot as they came in: of those who may and can, the one who lives nearest, at the first start."""
    diary = Diary(prepared)
    for placement in stands:
        if (placement.post, placement.mediator) in prepared.pair and keeps(diary, placement):
            diary.put(placement)
    for post in sorted(prepared.open):
        if post not in diary.placed:
            chosen = next((one for one in _by_road(prepared, post) if diary.gain(one) is not None), None)
            if chosen is not None:
                diary.put(chosen)
    return diary


def _by_road(prepared: Prepared, post: int) -> Iterator[Placement]:
    options = prepared.pairs.options[post]
    if options is None:
        return
    index = prepared.index
    place = index.posts[post].appointment.place if index.posts[post].onsite else None
    roads = {
        int(number): index.roads.leg(index.mediators[number], None, place) if place else 0 for number in options.who
    }
    for number in sorted(roads, key=lambda who: (roads[who], who)):
        for start in prepared.pair[post, number].starts:
            yield Placement(post, number, start)

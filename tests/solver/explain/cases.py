# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small problems in which what would fill a1/1, and what that costs, is known by hand: one or two for each kind."""

from __future__ import annotations

from typing import NamedTuple

from solver.explain import Explainer, Figures, Relaxation, Unfilled
from solver.plan import Plan
from solver.problem import Budget, PlanningProblem
from tests.solver import build
from tests.solver.build import appointment, mediator, problem, slot, stand


class Case(NamedTuple):
    """``lines`` are what the plan does; ``came`` is who takes a1/1 when; ``rule`` is what forbids it unrelaxed."""

    name: str
    kind: str
    problem: PlanningProblem
    figures: Figures
    came: tuple[str, int]
    gain: int
    rule: str
    lines: tuple[tuple[str, str, int], ...] = ()
    moved: tuple[str, str, int] | None = None

    @property
    def plan(self) -> Plan:
        return build.plan(self.problem, *self.lines)


# Home to school and back is 21 minutes, a slot is worth 100, a must that becomes a wish costs 30.
WAY = 21
LATER = appointment("a2", 900)
SAME_TIME = appointment("a2", 540)
PAIR = appointment("a1", 540, slot("a1/1"), slot("a1/2"), windows=((540, 600),))

CASES = [
    Case("worth less than the road", "insert", problem((appointment("a1", 540, slot("a1/1", value=5)),)), {},
         ("m1", 540), 5 - WAY, ""),
    Case("she comes at ten", "start", problem((appointment(),), (mediator(shifts=((600, 900),)),)),
         {"minutes": 60}, ("m1", 600), 100 - WAY, "window"),
    Case("she works on Tuesdays", "day", problem((appointment(),), (mediator(shifts=((1900, 2300),)),)),
         {"days": 1, "minutes": 0}, ("m1", 1980), 100 - WAY, "window"),
    Case("she works on Tuesday afternoons", "day", problem((appointment(),), (mediator(shifts=((2070, 2300),)),)),
         {"days": 1, "minutes": 90}, ("m1", 2070), 100 - WAY, "window"),
    Case("too far, but she has a telephone", "phone",
         problem((appointment(),), (mediator(max_travel=3, modes=("onsite", "phone")),)),
         {"from": "onsite", "to": "phone"}, ("m1", 540), 100, "distance"),
    Case("too far, but she has a camera", "video",
         problem((appointment(),), (mediator(max_travel=3, modes=("onsite", "video")),)),
         {"from": "onsite", "to": "video"}, ("m1", 540), 100, "distance"),
    Case("fluent where native is asked", "level", problem((appointment("a1", 540, slot("a1/1", languages={"ar": 3})),)),
         {"language": "ar", "from": 3, "to": 2}, ("m1", 540), 100 - WAY - 30, "language"),
    Case("working where native is asked", "level",
         problem((appointment("a1", 540, slot("a1/1", languages={"ar": 3})),), (mediator(languages={"ar": 1}),)),
         {"language": "ar", "from": 3, "to": 1}, ("m1", 540), 100 - WAY - 60, "language"),
    Case("without the skill", "skills", problem((appointment("a1", 540, slot("a1/1", skills=("health",))),)),
         {"skill": "health"}, ("m1", 540), 100 - WAY - 30, "skills"),
    Case("a woman where a man is asked", "gender", problem((appointment("a1", 540, slot("a1/1", gender="m")),)),
         {"gender": "m"}, ("m1", 540), 100 - WAY - 30, "gender"),
    Case("somebody else than asked", "only", problem((appointment("a1", 540, slot("a1/1", only=("m9",))),)),
         {"people": "m9"}, ("m1", 540), 100 - WAY - 30, "only"),
    Case("five minutes before her shift", "shift", problem((appointment(),), (mediator(shifts=((545, 900),)),)),
         {"mediator": "m1", "minutes": 5}, ("m1", 540), 100 - WAY, "shift"),
    Case("the way home after her shift", "shift",
         problem((appointment(),), (mediator(shifts=((500, 605),)),), shift_covers_travel=True),
         {"mediator": "m1", "minutes": 6}, ("m1", 540), 100 - WAY, "shift"),
    Case("the way from home before her shift", "shift",
         problem((appointment(),), (mediator(shifts=((535, 900),)),), shift_covers_travel=True),
         {"mediator": "m1", "minutes": 5}, ("m1", 540), 100 - WAY, "shift"),
    Case("up to her next shift", "shift", problem((appointment(),), (mediator(shifts=((500, 550), (600, 700))),)),
         {"mediator": "m1", "minutes": 50}, ("m1", 540), 100 - WAY, "shift"),
    Case("across her break", "shift", problem((appointment(),), (mediator(shifts=((500, 550), (560, 700))),)),
         {"mediator": "m1", "minutes": 10}, ("m1", 540), 100 - WAY, "shift"),
    Case("twenty minutes over her day", "max_day", problem((appointment(), LATER), (mediator(max_day=100),)),
         {"mediator": "m1", "minutes": 20, "to": 120}, ("m1", 540), 100, "max_day", (("a2/1", "m1", 900),)),
    Case("ten minutes over her week", "max_week",
         problem((appointment(), appointment("a2", 1980)), (mediator(max_week=110),)),
         {"mediator": "m1", "minutes": 10, "to": 120}, ("m1", 540), 100 - WAY, "max_week", (("a2/1", "m1", 1980),)),
    Case("the other visit to a colleague", "move",
         problem((appointment("a1", 540, slot("a1/1", excluded=("m2",))), SAME_TIME), (mediator(), mediator("m2"))),
         {"moved": "a2/1", "from": "m1", "from_start": 540, "to": "m2", "to_start": 540},
         ("m1", 540), 100 - WAY, "one_place", (("a2/1", "m1", 540),), ("a2/1", "m2", 540)),
    Case("the other visit an hour later", "move",
         problem((appointment(), appointment("a2", 540, windows=((540, 700),)))),
         {"moved": "a2/1", "from": "m1", "from_start": 540, "to": "m1", "to_start": 600},
         ("m1", 540), 100, "one_place", (("a2/1", "m1", 540),), ("a2/1", "m1", 600)),
    Case("the colleague an hour earlier", "move", problem((PAIR,), (mediator(shifts=((0, 610),)), mediator("m2"))),
         {"moved": "a1/2", "from": "m2", "from_start": 600, "to": "m2", "to_start": 540},
         ("m1", 540), 100 - WAY, "together", (("a1/2", "m2", 600),), ("a1/2", "m2", 540)),
    Case("an hour's money", "budget",
         problem((appointment(project="p"), appointment("a2", 900, project="p")), budgets=(Budget("p", None, 60),)),
         {"project": "p", "ambito": None, "budgets": 1, "minutes": 60}, ("m1", 540), 100, "budget",
         (("a2/1", "m1", 900),)),
    Case("money that locks had overdrawn", "budget",
         problem((appointment(project="p"), appointment("a2", 900, project="p")), budgets=(Budget("p", None, 40),),
                 locked=(stand("a2/1", "m1", 900),)),
         {"project": "p", "ambito": None, "budgets": 1, "minutes": 80}, ("m1", 540), 100, "budget",
         (("a2/1", "m1", 900),)),
]  # fmt: skip


def shown(case: Case) -> dict[str, Relaxation]:
    """The first relaxation of each kind for a1/1."""
    answer = Explainer(case.problem, case.plan).of("a1/1")
    assert isinstance(answer, Unfilled)
    found: dict[str, Relaxation] = {}
    for relaxation in answer.relaxations:
        found.setdefault(relaxation.kind, relaxation)
    return found

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cuts for joint decisions: the optimum is that of the decisions written out, and no whole choice is lost."""

from __future__ import annotations

import random
from collections import defaultdict
from functools import cache

import numpy as np
import pytest

from solver.columns import Generation
from solver.landscape import Landscape
from solver.master import Master
from solver.plunge import Plunge
from solver.prepare import Placement, Prepared
from solver.routes import route_of
from solver.rows import Rows
from solver.scope import everything
from solver.together import Together
from tests.solver.brute import hostile
from tests.solver.build import appointment, mediator, problem, slot

MANY_SEEDS = range(200)
CLOSE = 1e-4


@cache
def landscapes() -> list[Landscape]:
    """Small hostile problems in which something is decided together."""
    lands = [Landscape(Prepared(hostile(seed)), 1) for seed in MANY_SEEDS]
    return [land for land in lands if land.rows.decided]


def optimum(master: Master) -> float:
    """Of the program as it stands, once its solution keeps all cuts."""
    for _ in range(50):
        solved = master.solve(60.0)
        assert solved is not None
        if master.agreed:
            return solved.objective
    pytest.fail("cuts without end")


@pytest.mark.parametrize("weekly", [False, True])
def test_the_optimum_is_that_of_decisions_written_out(weekly: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the same routes both programs are worth the same; without cuts the first would be worth more."""
    dearer = compared = 0
    for land in landscapes():
        scope = everything(land.prepared, land.weekly if weekly else land.daily)
        generation = Generation(land, scope)
        generation.run(lambda: 60.0)
        cut, written = (Master(land.prepared, land.rows, scope, land.bits, whole=whole) for whole in (False, True))
        for master in (cut, written):
            master.add(generation.master.routes)
        assert optimum(cut) == pytest.approx(optimum(written), abs=CLOSE)
        with monkeypatch.context() as patched:
            patched.setattr(Together, "broken", lambda *_: [])
            loose = Master(land.prepared, land.rows, scope, land.bits)
            loose.add(generation.master.routes)
            dearer += optimum(loose) > optimum(cut) + CLOSE
        compared += 1
    assert compared > 20
    assert dearer > 5, "the control: without cuts routes would disagree"


def test_prices_of_cuts_prove_the_bound_of_decisions_written_out() -> None:
    """What the rows of a decision sell at the prices of its cuts is what the cuts themselves cost: the bound is met."""
    proven = 0
    for land in landscapes():
        generation = Generation(land, everything(land.prepared, land.daily))
        generation.run(lambda: 60.0)
        assert generation.converged
        assert generation.solved is not None
        assert generation.bound is not None
        assert float(generation.bound) >= generation.solved.objective - CLOSE
        proven += bool(generation.master.together.joints)
    assert proven > 20, "the control: cuts were needed"


def test_no_whole_choice_is_lost() -> None:
    """Whatever shares ask for a cut, routes that start together and people who are paid for keep it."""
    rng, tried = random.Random(1), 0
    for land in landscapes():
        scope = everything(land.prepared, land.daily)
        together = Together(land.rows, scope)
        rows = [row for row in land.rows.decided if together.decides(row)]
        cuts = list(together.meet(rows))
        for route, row in enumerate(rows):
            together.use(route, {row: 1})
        for _ in range(5):
            shares = np.array([rng.random() for _ in rows])
            cuts.extend(together.broken(shares, dict.fromkeys(land.rows.cases, 0.0)))
        for _ in range(20):
            used, paid = _whole_choice(land.rows, together, rng)
            for cut in cuts:
                more = paid[cut.decision] if isinstance(cut.decision, str) else 0
                assert len(used & {*cut.rows}) <= cut.most + more
                tried += 1
    assert tried > 1_000


def _whole_choice(rows: Rows, together: Together, rng: random.Random) -> tuple[set[int], dict[str, int]]:
    """Rows that whole routes take, one start an appointment, and for each case the people beyond those free."""
    used: set[int] = set()
    paid: dict[str, int] = defaultdict(int)
    for decision, members in rows.rows_of.items():
        parts = sorted({rows.decided[row].part for row in members if together.decides(row)})
        chosen = {rng.choice(parts)} if isinstance(decision, int) else {part for part in parts if rng.random() < 0.5}
        mine = {row for row in members if rows.decided[row].part in chosen and rng.random() < 0.8}
        used |= {row for row in mine if together.decides(row)}
        if isinstance(decision, str):
            people = {rows.decided[row].part for row in mine if together.decides(row)}
            paid[decision] = max(0, len(people) - together.most(decision))
    return used, paid


def test_a_plunge_takes_no_route_that_starts_apart_from_those_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    """After one person is taken at 9:00, the second place of the visit fits at 9:00 and not at 10:00, nor the first again."""
    visit = appointment("a1", 540, slot("a1/1"), slot("a1/2"), windows=((540, 600),))
    asked = problem((visit,), (mediator("m1"), mediator("m2")))
    monkeypatch.setattr("solver.master.LARGE", 0)
    land = Landscape(Prepared(asked), 1)
    generation = Generation(land, everything(land.prepared, land.daily))
    units = {unit.person.number: unit for unit in land.daily if unit.stretches[0].days[0] == 0}
    wanted = [Placement(0, 0, 540), Placement(1, 1, 540), Placement(1, 1, 600), Placement(0, 1, 540)]
    generation.master.add([route_of(land.prepared, units[placement.mediator], (placement,)) for placement in wanted])
    plunge = Plunge(generation)
    assert [plunge._fits(number) for number in range(4)] == [True, True, True, True]
    plunge._use(0)
    assert [plunge._fits(number) for number in range(1, 4)] == [True, False, False]

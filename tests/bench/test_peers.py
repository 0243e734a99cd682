# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every peer that is installed gives a plan that stands once it is mended, on a small problem of its own kind."""

from __future__ import annotations

import msgspec
import pytest

from bench import peers
from bench.peers.mending import mend
from bench.peers.rounds import FACT_WORTH, Rounds
from solver.check import score
from solver.generate import generate
from solver.prepare import Prepared
from solver.problem import PlanningProblem
from solver.visits import REMOTE
from tests.solver.build import appointment, busy, mediator, problem, slot, stand


def small() -> PlanningProblem:
    """Twelve mediators and thirty slots on one day, one in ten by phone."""
    return generate(sizes=(12, 30, 1), seed=3)


@pytest.mark.parametrize("name", sorted(peers.MODULES))
def test_a_peers_plan_stands_once_it_is_mended(name: str) -> None:
    """Whatever a peer cannot say, what is counted for it breaks no rule and is worth more than nothing."""
    try:
        peer = peers.find(name)
    except peers.NotHere as missing:
        pytest.skip(f"{name} is {missing}")
    given = small()
    lines = peer.solve(given, 2.0, 1, 1)
    mended = mend(given, lines)
    assert len(lines) > 5
    assert len({slot for slot, _, _ in lines}) == len(lines)
    assert mended.kept > len(lines) / 2
    assert mended.broken_after == 0
    assert mended.total > 0


def test_a_peer_that_is_not_there_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package is a sentence in the report, not a crash."""
    monkeypatch.setitem(peers.MODULES, "nobody", "nobody_search")
    with pytest.raises(peers.NotHere, match=r"not installed \(no module bench\.peers\.nobody_search\)"):
        peers.find("nobody")


def test_mending_drops_the_worst_of_what_breaks_a_rule() -> None:
    """Of two visits at once the one of less value goes, and the rule it broke is counted before."""
    given = problem((appointment("a1", 540, slot("a1/1", value=100)), appointment("a2", 540, slot("a2/1", value=300))))
    mended = mend(given, [("a1/1", "m1", 540), ("a2/1", "m1", 540)])
    assert mended.broken == {"one_place": 1}
    assert (mended.came, mended.kept, mended.filled, mended.broken_after) == (2, 1, 1, 0)
    assert mended.total == 300 - 10 - 11


def test_mending_fills_what_a_peer_left_open() -> None:
    """An empty plan becomes the greedy one, and none of it is counted as the peer's."""
    given = problem((appointment("a1", 540), appointment("a2", 720)))
    mended = mend(given, [])
    assert (mended.came, mended.kept, mended.filled) == (0, 0, 2)


def test_mending_keeps_what_is_locked() -> None:
    """A locked visit stands and counts, and a line that meets it goes."""
    given = problem((appointment("a1", 540), appointment("a2", 570)), locked=(stand("a1/1", "m1", 540),))
    mended = mend(given, [("a2/1", "m1", 570)])
    assert (mended.kept, mended.filled) == (0, 1)
    assert mended.total == score(given, []).total + 100 - 10 - 11


def test_a_route_comes_on_the_grid_of_starts() -> None:
    """After an hour at the school and 15 minutes to the ward, the next start of 10:10, 10:25, … is 10:25."""
    first = appointment("a1", 540)
    second = appointment("a2", 0, place="ward", windows=((550, 700),))
    rounds = Rounds(Prepared(problem((first, second))))
    assert rounds.lines([(0, [0, 1])]) == [("a1/1", "m1", 540), ("a2/1", "m1", 625)]


def test_a_way_takes_whole_steps_with_the_stay_before_it() -> None:
    """With the hour before it a way of 15 minutes fits the grid, and the way back of 16 takes 30; home takes none."""
    given = problem((appointment("a1", 540), appointment("a2", 540, place="ward")))
    minutes = Rounds(Prepared(given)).minutes(0, 15)
    assert minutes.tolist() == [[0, 0, 0], [0, 0, 15], [0, 30, 0]]


def test_a_call_costs_the_way_home_and_takes_the_gap() -> None:
    """A phone call between two visits costs as if it were made from home, and a gap lies before and after it."""
    call = appointment("a2", 720, mode="phone", place=None)
    rounds = Rounds(Prepared(problem((appointment("a1", 540), call))))
    assert rounds.stops[1].place == REMOTE
    assert rounds.cost(0).tolist() == [[0, 10, 0], [11, 0, 11], [0, 10, 0]]
    assert rounds.minutes(0).tolist() == [[0, 0, 0], [0, 0, 5], [0, 5, 0]]


def test_wishes_are_part_of_the_way_in() -> None:
    """What a mediator costs at a stop beside the road is charged on every way to it."""
    wanted = msgspec.convert({"mediators": {"m1": 7}}, type=type(slot("x").wishes))
    rounds = Rounds(Prepared(problem((appointment("a1", 540, slot("a1/1", wishes=wanted)),))))
    assert rounds.cost(0).tolist() == [[0, 17], [11, 0]]


def test_what_is_booked_is_a_stop_of_its_own() -> None:
    """A busy hour and a locked visit can only be served by the one they belong to, and are worth more than any slot."""
    ann, bea = mediator("ann", busy=(busy(600, 660, "ward"),)), mediator("bea")
    given = problem((appointment("a1", 540), appointment("a2", 900)), (ann, bea), locked=(stand("a2/1", "bea", 900),))
    rounds = Rounds(Prepared(given))
    facts = [stop for stop in rounds.stops if stop.post is None]
    assert [(stop.starts, list(stop.extra), stop.worth) for stop in facts] == [
        ((600,), [0], FACT_WORTH),
        ((900,), [1], FACT_WORTH),
    ]


def test_windows_join_neighbouring_starts() -> None:
    """Starts on the grid make one window, another day makes a second."""
    given = problem((appointment("a1", 0, windows=((540, 570), (1980, 1980))),))
    assert Rounds(Prepared(given)).stops[0].windows(15) == [(540, 570), (1980, 1980)]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Travel minutes, against numbers worked out by hand."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from solver.check.book import Book
from solver.problem import Place, PlanningProblem, Travel
from solver.travel import LONGEST, Roads, haversine_km
from tests.solver.build import mediator, problem


def without_matrix(*places: Place) -> PlanningProblem:
    given = problem((), (mediator(home=places[0].id),), travel=Travel())
    return msgspec.structs.replace(given, places=places)


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    """One degree on a sphere of radius 6371.0088 km is pi/180 of it: 111.195 km."""
    km = haversine_km([Place("a", 45.0, 9.0, "X"), Place("b", 46.0, 9.0, "X")])
    assert km[0, 1] == pytest.approx(111.19508, abs=1e-5)
    assert km[0, 0] == 0


def test_minutes_follow_the_policy() -> None:
    """111.195 km * 1.35 / 42 km/h * 60 = 214.447 minutes, rounded up to 215, and 4 to arrive."""
    given = without_matrix(Place("a", 45.0, 9.0, "X"), Place("b", 46.0, 9.0, "X"))
    assert Roads.of(given).between(1.0, np.arange(2)).tolist() == [[0, 219], [219, 0]]


def test_two_places_at_one_spot_still_take_the_arrival_minutes() -> None:
    """The road is 0 long but somebody must park; only the same place id costs nothing."""
    given = without_matrix(Place("a", 45.0, 9.0, "X"), Place("b", 45.0, 9.0, "X"))
    assert Roads.of(given).between(1.8, np.arange(2)).tolist() == [[0, 8], [8, 0]]


@pytest.mark.parametrize(
    ("factor", "expected"),
    [(1.0, 10), (1.1, 11), (1.8, 18), (1.01, 11), (0.5, 5), (1.3, 13)],
    ids=["car", "floating dust is no minute", "bus", "a part of a minute is one", "half", "13.000000000000002"],
)
def test_the_factor_is_rounded_up_but_not_for_dust(factor: float, expected: int) -> None:
    """ceil(10 * factor - 1e-9)."""
    given = problem((), (mediator(travel_factor=factor),))
    assert Roads.of(given).leg(mediator(travel_factor=factor), "home", "school") == expected


def test_the_same_place_costs_nothing_even_if_the_matrix_says_so() -> None:
    """travel(m, a, a) = 0 whatever stands on the diagonal."""
    given = problem((), travel=Travel(minutes=((7, 7, 7, 7),) * 4))
    roads = Roads.of(given)
    assert np.diag(roads.between(1.0, np.arange(4))).tolist() == [0, 0, 0, 0]
    assert [roads.rows(1.0)[place][place] for place in range(4)] == [0, 0, 0, 0]


def test_a_leg_has_a_direction_and_none_is_home() -> None:
    """home to school takes 10 minutes, school to home 11."""
    given = problem(())
    roads, she = Roads.of(given), mediator()
    assert (roads.leg(she, None, "school"), roads.leg(she, "school", None)) == (10, 11)


@pytest.mark.parametrize("factor", [1.0, 1.8, 1.25])
def test_the_checker_measures_the_same_roads(factor: float) -> None:
    """Two ways of computing, in numpy and in plain Python, agree on 900 legs of a made-up territory."""
    places = tuple(Place(f"p{n}", 45.5 + n * n % 31 / 50, 9.5 + n * 7 % 29 / 40, "X") for n in range(30))
    given = without_matrix(*places)
    she = mediator(travel_factor=factor, home="p0")
    book, roads = Book(given, ()), Roads.of(given)
    both = {(a.id, b.id): (book.travel(she, a.id, b.id), roads.leg(she, a.id, b.id)) for a in places for b in places}
    assert len(both) == 900
    assert all(again == said for again, said in both.values())


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.8])
@pytest.mark.parametrize(
    "given", [problem(()), without_matrix(*(Place(f"p{n}", 45 + n / 7, 9, "X") for n in range(4)))]
)
def test_leg_by_leg_or_all_at_once_is_the_same(given: PlanningProblem, factor: float) -> None:
    """From a matrix and from coordinates: some places in any order, and each leg alone."""
    roads, places = Roads.of(given), np.array([2, 0, 3])
    legs = [[roads.rows(factor)[a][b] for b in places.tolist()] for a in places.tolist()]
    assert roads.between(factor, places).tolist() == legs
    assert legs[0][1] != 0


def test_everybody_goes_her_own_way() -> None:
    """One factor for each leg: by car, and by bus at nearly twice the time."""
    roads = Roads.of(problem(()))
    assert roads.across(np.array([1.0, 1.8]), np.array([0, 0]), np.array(2)).tolist() == [20, 36]


def test_a_nation_of_places_needs_no_matrix() -> None:
    """30,000 places would make a matrix of 7 GB; three legs of them need none."""
    places = tuple(Place(f"p{n}", 37 + n / 3000, 9 + n % 100 / 20, "X") for n in range(30_000))
    roads = Roads.of(without_matrix(*places))
    minutes = roads.between(1.0, np.array([0, 29_999]))
    assert minutes[0, 1] == minutes[1, 0] == roads.rows(1.0)[0][29_999] > 2000


def test_what_no_array_holds_is_cut() -> None:
    """A matrix may say a billion minutes, and a bus takes longer: an array of 32 bits stops at its end."""
    given = problem((), travel=Travel(minutes=((0, 10**9, 0, 0), *((0, 0, 0, 0),) * 3)))
    assert Roads.of(given).between(18.0, np.array([0, 1])).tolist() == [[0, LONGEST], [0, 0]]

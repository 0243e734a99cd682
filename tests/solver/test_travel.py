# SPDX-License-Identifier: AGPL-3.0-or-later
"""Travel minutes, against numbers worked out by hand."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from solver.check.book import Book
from solver.problem import Place, PlanningProblem, Travel
from solver.travel import Roads, haversine_km
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
    assert Roads.of(given).minutes(1.0).tolist() == [[0, 219], [219, 0]]


def test_two_places_at_one_spot_still_take_the_arrival_minutes() -> None:
    """The road is 0 long but somebody must park; only the same place id costs nothing."""
    given = without_matrix(Place("a", 45.0, 9.0, "X"), Place("b", 45.0, 9.0, "X"))
    assert Roads.of(given).minutes(1.8).tolist() == [[0, 8], [8, 0]]


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
    assert np.diag(Roads.of(given).minutes(1.0)).tolist() == [0, 0, 0, 0]


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

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each slot needs and is worth: languages as slots, musts as needs, wishes as costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from config.policy import load_policy
from dispatch.intake.needs import Known, needs_of, value_of
from dispatch.intake.schemas import RequestIn
from solver.problem import Slot
from tests import make

POLICY = load_policy().intake
NOBODY = Known({}, {})
AR, FR = {"code": "ar", "level": 2, "must": True}, {"code": "fr", "level": 3, "must": True}


def needs(known: Known = NOBODY, **changes: Any) -> list[dict[str, Any]]:
    return needs_of(RequestIn.model_validate(make.body("cpia", **changes)), known, POLICY)


@pytest.mark.parametrize(
    ("changes", "languages"),
    [
        ({"languages": [AR]}, [{"ar": 2}]),
        ({"languages": [AR, FR]}, [{"ar": 2}, {"fr": 3}]),
        ({"languages": [AR, FR], "any_language": True}, [{"ar": 2, "fr": 3}]),
        ({"languages": [AR], "people": 2}, [{"ar": 2}, {"ar": 2}]),
        ({"languages": [AR, FR], "people": 2}, [{"ar": 2}, {"fr": 3}, {"ar": 2}, {"fr": 3}]),
        ({"languages": [AR, FR | {"must": False}]}, [{"ar": 2}]),
        ({"languages": [], "kind": "territorial"}, [{}]),
    ],
)
def test_each_must_language_is_a_slot(changes: dict[str, Any], languages: list[dict[str, int]]) -> None:
    """Two languages are two slots, times the people; with any_language one slot takes any of them."""
    assert [need["languages"] for need in needs(**changes)] == languages


def test_musts_are_needs_and_wishes_are_costs() -> None:
    """The same criterion binds or only costs, as the desk marked it."""
    (must,) = needs(
        gender={"is": "f", "must": True},
        skills=[{"code": "minors", "must": True}],
        same_mediator={"id": "m1", "must": True},
    )
    assert (must["gender"], must["skills"], must["only"]) == ("f", ["minors"], ["m1"])
    assert must["wishes"].keys() == {"level"}
    (wish,) = needs(
        gender={"is": "f", "must": False},
        skills=[{"code": "minors", "must": False}],
        same_mediator={"id": "m1", "must": False},
    )
    assert (wish["gender"], wish["skills"], wish["only"]) == (None, [], None)
    assert wish["wishes"]["gender"] == {"is": "f", "cost": POLICY.wish_gender}
    assert wish["wishes"]["skills"] == {"minors": POLICY.wish_skill}
    assert wish["wishes"]["mediators"] == {"m1": 0, "*": POLICY.wish_same_mediator}


def test_a_wished_language_costs_those_who_do_not_speak_it() -> None:
    """Together with a wished mediator the two costs add up, for each by name and for anyone else."""
    known = Known({"fr": frozenset({"m2"})}, {"ar": 3})
    (need,) = needs(known, languages=[AR, FR | {"must": False}], same_mediator={"id": "m1", "must": False})
    language, same = POLICY.wish_language, POLICY.wish_same_mediator
    assert need["wishes"]["mediators"] == {"m1": language, "m2": same, "*": language + same}


def test_the_same_mediator_is_tied_to_the_slot_she_can_take() -> None:
    """She cannot sit on two slots, so only the first that her languages fit is hers."""
    known = Known({}, {"fr": 3})
    first, second = needs(known, languages=[AR, FR], same_mediator={"id": "m1", "must": True})
    assert (first["only"], second["only"]) == (None, ["m1"])


@pytest.mark.parametrize(
    ("priority", "hours", "value"),
    [
        ("routine", 100, POLICY.value_routine),
        ("routine", 72, POLICY.value_routine * 120 // 100),
        ("important", 24, POLICY.value_important * 160 // 100),
        ("urgent", 1, POLICY.value_urgent * 2),
    ],
)
def test_value_grows_with_priority_and_as_time_runs_out(priority: str, hours: int, value: int) -> None:
    """What is urgent or near is worth more to the planner."""
    assert value_of(priority, make.NOW + dt.timedelta(hours=hours), make.NOW, POLICY) == value


def test_the_planner_reads_every_need() -> None:
    """The keys and shapes are the planner's own, strictly."""
    everything = needs(
        Known({"fr": frozenset({"m2"})}, {}),
        languages=[AR, FR | {"must": False}],
        gender={"is": "f", "must": False},
        skills=[{"code": "minors", "must": False}, {"code": "health", "must": True}],
        same_mediator={"id": "m1", "must": False},
    )
    for need in everything:
        msgspec.convert({**need, "id": "1", "value": 5, "excluded": []}, Slot, strict=True)

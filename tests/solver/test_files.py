# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading and writing the two formats: what is good survives unchanged, what is bad is refused by key."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from solver.acceptance import refuse_impossible
from solver.check import check
from solver.files import (
    BadFile,
    accept,
    problem_of,
    read_plan,
    read_problem,
    schema,
    warnings,
    write_plan,
    write_problem,
)
from solver.generate import generate
from solver.problem import Policy
from solver.solve import solve
from tests.solver.build import appointment, plan, problem, stand

DOCS = Path(__file__).parents[2] / "docs"
SCHEMAS = DOCS / "schemas"

# The sample of the format's description, with the home and the booked slot it refers to.
SLOT: dict[str, Any] = {
    "id": "a1/1",
    "languages": {"ar": 2},
    "any_language": False,
    "skills": ["health"],
    "gender": "f",
    "value": 500,
    "excluded": ["m9"],
    "only": None,
    "wishes": {
        "gender": {"is": "f", "cost": 40},
        "skills": {"health": 30},
        "mediators": {"m1": 0, "*": 60},
        "level": {"2": 10, "1": 30},
    },
}
VISIT: dict[str, Any] = {
    "id": "a1",
    "kind": "mediation",
    "mode": "onsite",
    "place": "ic-trescore",
    "duration": 60,
    "windows": [[540, 540], [1980, 2100]],
    "project": "fami-2463",
    "case": "c-17",
    "slots": [SLOT],
}
SAMPLE: dict[str, Any] = {
    "format": "ponte-problem/1",
    "horizon": {"start": "2026-11-30", "days": 7, "zone": "Europe/Rome"},
    "places": [
        {"id": "ic-trescore", "lat": 45.695, "lon": 9.842, "ambito": "BG05"},
        {"id": "casa-m1", "lat": 45.7, "lon": 9.67, "ambito": "BG01"},
    ],
    "travel": {"minutes": [[0, 20], [21, 0]], "metres": None},
    "mediators": [
        {
            "id": "m1",
            "home": "casa-m1",
            "gender": "f",
            "languages": {"ar": 3, "fr": 2},
            "kinds": ["interpreting", "mediation", "territorial", "team", "feedback"],
            "skills": ["health"],
            "ambiti": None,
            "modes": ["onsite", "phone", "video"],
            "travel_factor": 1.0,
            "max_travel": 60,
            "shifts": [[480, 780], [1920, 2220]],
            "max_day": 480,
            "max_week": 1200,
            "target_week": 900,
            "hourly_cost": 2750,
            "busy": [{"place": "ic-trescore", "start": 540, "end": 600}],
        }
    ],
    "appointments": [VISIT | {"id": "a0", "slots": [SLOT | {"id": "a0/1"}]}, VISIT],
    "budgets": [{"project": "fami-2463", "ambito": "BG05", "minutes": 3000}],
    "locked": [{"slot": "a0/1", "mediator": "m1", "start": 480}],
    "published": [{"slot": "a1/1", "mediator": "m2", "start": 540}],
    "policy": {
        "start_step": 15,
        "travel_speed_kmh": 42,
        "road_factor": 1.35,
        "arrival_minutes": 4,
        "remote_gap": 5,
        "shift_covers_travel": False,
        "travel_is_work": "between",
        "travel_cost": 1,
        "change_cost": 80,
        "case_cost": 120,
        "cost_per_euro": 0,
        "fairness_cost": [[0, 0], [50, 1], [80, 2], [100, 4]],
    },
}

Change = Callable[[dict[str, Any]], object]


def sample(*changes: Change) -> bytes:
    given = copy.deepcopy(SAMPLE)
    for change in changes:
        change(given)
    return json.dumps(given).encode()


def put(*path: str | int, value: Any) -> Change:
    """Write a value at a path of the sample."""

    def change(given: dict[str, Any]) -> None:
        at: Any = given
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return change


def drop(*path: str | int) -> Change:
    def change(given: dict[str, Any]) -> None:
        at: Any = given
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]

    return change


def add(family: str, part: Any) -> Change:
    return lambda given: given[family].append(part)


SHE = ("mediators", 0)
A0 = ("appointments", 0)
SLOT0 = (*A0, "slots", 0)

REFUSED: list[tuple[str, Change]] = [
    # unknown and missing keys, at every depth
    ("lockd", put("lockd", value=[])),
    ("mediators[0].hme", put(*SHE, "hme", value="x")),
    ("appointments[0].slots[0].wishes.levels", put(*SLOT0, "wishes", "levels", value={})),
    ("policy.travel_costs", put("policy", "travel_costs", value=1)),
    ("budgets", drop("budgets")),
    ("mediators[0].busy", drop(*SHE, "busy")),
    ("appointments[0].slots[0].wishes.gender.is", drop(*SLOT0, "wishes", "gender", "is")),
    # types and ranges
    ("format", put("format", value="ponte-problem/2")),
    ("horizon.start", put("horizon", "start", value="2026-12-01")),
    ("horizon.start", put("horizon", "start", value="2026-02-30")),
    ("horizon.days", put("horizon", "days", value=0)),
    ("places[0].lat", put("places", 0, "lat", value=91)),
    ("places[0].id", put("places", 0, "id", value="")),
    ("mediators[0].gender", put(*SHE, "gender", value="w")),
    ("mediators[0].languages", put(*SHE, "languages", value={"ar": 4})),
    ("mediators[0].travel_factor", put(*SHE, "travel_factor", value=0)),
    ("mediators[0].target_week", put(*SHE, "target_week", value=0)),
    ("mediators[0].hourly_cost", put(*SHE, "hourly_cost", value=27.5)),
    ("mediators[0].busy[0].start", put(*SHE, "busy", 0, "start", value=-1)),
    ("mediators[0].shifts[0][0]", put(*SHE, "shifts", value=[[-5, 10]])),
    ("appointments[0].duration", put(*A0, "duration", value=0)),
    ("appointments[0].windows[0]", put(*A0, "windows", value=[[540]])),
    ("appointments[0].windows[1][0]", put(*A0, "windows", value=[[540, 540], ["9", 600]])),
    ("appointments[0].slots[0].value", put(*SLOT0, "value", value=-1)),
    ("appointments[0].slots[0].only", put(*SLOT0, "only", value=[])),
    ("appointments[0].slots[0].wishes.level", put(*SLOT0, "wishes", "level", value={"4": 1})),
    ("appointments[0].slots[0].wishes.gender.cost", put(*SLOT0, "wishes", "gender", "cost", value=-40)),
    ("locked[0].start", put("locked", 0, "start", value=-480)),
    ("policy.start_step", put("policy", "start_step", value=0)),
    ("policy.travel_speed_kmh", put("policy", "travel_speed_kmh", value=0)),
    ("policy.travel_is_work", put("policy", "travel_is_work", value="always")),
    # what contradicts another key
    ("places[2].id", add("places", SAMPLE["places"][0])),
    ("mediators[1].id", add("mediators", SAMPLE["mediators"][0])),
    ("appointments[2].id", add("appointments", VISIT | {"slots": []})),
    ("appointments[2].slots[0].id", add("appointments", VISIT | {"id": "a2"})),
    ("travel.minutes", put("travel", "minutes", value=[[0]])),
    ("travel.minutes[1]", put("travel", "minutes", value=[[0, 1], [1]])),
    ("travel.metres", put("travel", "metres", value=[])),
    ("travel.minutes[0][1]", put("travel", "minutes", value=[[0, -1], [1, 0]])),
    ("mediators[0].home", put(*SHE, "home", value="nowhere")),
    ("mediators[0].busy[0].place", put(*SHE, "busy", 0, "place", value="nowhere")),
    ("mediators[0].busy[0]", put(*SHE, "busy", 0, "end", value=540)),
    ("mediators[0].shifts[1]", put(*SHE, "shifts", value=[[480, 780], [780, 900]])),
    ("mediators[0].shifts[1]", put(*SHE, "shifts", value=[[480, 780], [700, 900]])),
    ("mediators[0].shifts[1]", put(*SHE, "shifts", value=[[480, 780], [100, 200]])),
    ("mediators[0].shifts[0]", put(*SHE, "shifts", value=[[480, 480]])),
    ("appointments[0].place", put(*A0, "place", value=None)),
    ("appointments[0].place", put(*A0, "place", value="nowhere")),
    ("appointments[0].windows[0]", put(*A0, "windows", value=[[600, 540]])),
    ("budgets[1]", add("budgets", SAMPLE["budgets"][0])),
    ("locked[0].slot", put("locked", 0, "slot", value="a7/1")),
    ("locked[0].mediator", put("locked", 0, "mediator", value="m7")),
    ("locked[1].slot", add("locked", {"slot": "a0/1", "mediator": "m1", "start": 500})),
    ("published[0].slot", put("published", 0, "slot", value="a7/1")),
    ("policy.fairness_cost[1]", put("policy", "fairness_cost", value=[[50, 1], [50, 2]])),
    ("policy.fairness_cost[2]", put("policy", "fairness_cost", value=[[0, 0], [50, 3], [80, 2]])),
]


def test_the_sample_is_good() -> None:
    """The format's own sample is read, and gives one warning: m2 has left."""
    given = problem_of(sample())
    assert given.appointments[0].slots[0].wishes.gender is not None
    assert [line.split()[0] for line in warnings(given)] == ["published[0]"]


def test_the_sample_can_be_planned() -> None:
    """The published mediator has left and the booked slot stays: the plan passes the check."""
    given = problem_of(sample())
    assert check(given, solve(given, seconds=1, seed=1, workers=1)) == []


@pytest.mark.parametrize(("key", "change"), REFUSED, ids=[f"{key} {n}" for n, (key, _) in enumerate(REFUSED)])
def test_what_is_wrong_is_named(key: str, change: Change) -> None:
    """The key as one would write it, and a remedy in words."""
    with pytest.raises(BadFile) as refused:
        problem_of(sample(change))
    assert refused.value.key == key
    assert str(refused.value).startswith(f"{key}: ")
    assert len(refused.value.remedy.split()) > 2


ACCEPTED: list[tuple[str, Change]] = [
    ("no travel", drop("travel")),
    ("travel null", put("travel", value=None)),
    ("no matrix", put("travel", value={"minutes": None, "metres": None})),
    ("empty policy", put("policy", value={})),
    ("no wishes", drop(*SLOT0, "wishes")),
    ("empty wishes", put(*SLOT0, "wishes", value={})),
    ("by phone nowhere", lambda given: given["appointments"][0].update(mode="phone", place=None)),
    ("no window left", put(*A0, "windows", value=[])),
    ("no shift", put(*SHE, "shifts", value=[])),
    ("an ineligible lock", lambda given: given["mediators"][0].update(languages={}, kinds=[], modes=[], shifts=[])),
    ("a whole number as a factor", put(*SHE, "travel_factor", value=2)),
    ("a gap between shifts", put(*SHE, "shifts", value=[[480, 780], [781, 900]])),
    ("whoever is excluded may be gone", put(*SLOT0, "excluded", value=["gone"])),
]


@pytest.mark.parametrize("change", [change for _, change in ACCEPTED], ids=[name for name, _ in ACCEPTED])
def test_what_is_possible_is_read(change: Change) -> None:
    """Optional keys, null where the format allows it, and facts nobody would plan."""
    problem_of(sample(change))


def test_policy_defaults_are_the_samples_but_for_cases_and_fairness() -> None:
    """An empty policy: everything as in the sample, except no case cost and no fairness."""
    assert problem_of(sample(put("policy", value={}))).policy == Policy()
    said = SAMPLE["policy"] | {"case_cost": 0, "fairness_cost": ()}
    assert msgspec.structs.asdict(Policy()) == said


def test_a_close_name_is_suggested() -> None:
    """Typing errors are the usual reason for an unknown key."""
    with pytest.raises(BadFile, match=r"mediators\[0\]\.lenguages: .*did you mean languages"):
        problem_of(sample(put(*SHE, "lenguages", value={})))


def test_choices_are_listed() -> None:
    """A word that is none of the allowed ones gets the list."""
    with pytest.raises(BadFile, match="expected one of onsite, phone, video"):
        problem_of(sample(put(*A0, "mode", value="fax")))


def test_two_locks_on_one_slot_name_both() -> None:
    """Both lines and both mediators are said."""
    with pytest.raises(BadFile, match=r"locked\[0\] gives it to m1 at 480, locked\[1\] to m1 at 500"):
        problem_of(sample(add("locked", {"slot": "a0/1", "mediator": "m1", "start": 500})))


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe", b'{"format": NaN}', b"null", b'"x"'])
def test_what_is_no_problem_at_all_is_refused(raw: bytes) -> None:
    """Not JSON, or JSON of another shape."""
    with pytest.raises(BadFile):
        problem_of(raw)


@pytest.mark.parametrize("number", [b"1e999", b"Infinity", b"NaN", b"-1e999"])
def test_no_infinity_and_no_nan(number: bytes) -> None:
    """A number that is none would poison every comparison after it."""
    raw = sample().replace(b"45.695", number)
    assert number in raw
    with pytest.raises(BadFile):
        problem_of(raw)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The path, and what to do."""
    with pytest.raises(BadFile, match=r"missing\.json.*give the path"):
        read_problem(tmp_path / "missing.json")


def test_overlapping_locks_are_a_warning_that_names_both() -> None:
    """They are facts: the plan keeps both, and somebody should look."""
    given = problem(
        (appointment("a1"), appointment("a2", 570), appointment("a3", 630)),
        locked=(stand("a2/1", "m1", 570), stand("a3/1", "m1", 630), stand("a1/1", "m1", 540)),
    )
    said = warnings(accept(given))
    assert said == ["locked[2] (a1/1) and locked[0] (a2/1) overlap for m1; both are kept"]


def test_starts_after_the_horizon_are_a_warning() -> None:
    """Nothing forbids them, but they are rarely meant."""
    assert warnings(problem((appointment(windows=((20_000, 20_000),)),)))[0].startswith("appointments[0].windows[0]")


def test_structures_built_by_hand_are_checked_as_files_are() -> None:
    """A structure checks nothing itself; accept does."""
    wrong = problem((appointment(duration=-5),))
    refuse_impossible(wrong)
    with pytest.raises(BadFile, match=r"appointments\[0\]\.duration"):
        accept(wrong)


@pytest.mark.parametrize("profile", ["S", "M"])
def test_a_problem_survives_the_file(profile: str, tmp_path: Path) -> None:
    """What is written is what is read."""
    given = generate(profile)
    write_problem(given, tmp_path / "problem.json")
    assert read_problem(tmp_path / "problem.json") == given
    assert list(tmp_path.iterdir()) == [tmp_path / "problem.json"]


def test_a_plan_survives_the_file(tmp_path: Path) -> None:
    """What is written is what is read."""
    made = plan(problem((appointment("a1"), appointment("a2"))), ("a1/1", "m1", 540))
    write_plan(made, tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json") == made


def test_the_documented_problem_and_plan_are_good(tmp_path: Path) -> None:
    """What docs/planning.md shows can be read, and its plan passes the check of its problem."""
    blocks = re.findall(r"```jsonc\n(.*?)```", (DOCS / "planning.md").read_text(encoding="utf-8"), re.DOTALL)
    written = [re.sub(r"(?m)\s*//.*$", "", block) for block in blocks]
    (tmp_path / "plan.json").write_text(written[1], encoding="utf-8")
    assert check(problem_of(written[0].encode()), read_plan(tmp_path / "plan.json")) == []


@pytest.mark.parametrize("name", ["problem", "plan"])
def test_the_published_schemas_are_fresh(name: str) -> None:
    """Written by `ponte schema`; run it again when this fails."""
    published = json.loads((SCHEMAS / f"ponte-{name}-1.schema.json").read_text(encoding="utf-8"))
    assert published == json.loads(json.dumps(schema(name)))


def test_the_schema_accepts_what_we_accept_and_refuses_an_unknown_key() -> None:
    """An editor or a partner's program can use it as it stands."""
    judge = jsonschema.Draft202012Validator(schema("problem"))
    judge.validate(json.loads(sample()))
    assert not judge.is_valid(json.loads(sample(put("lockd", value=[]))))
    assert not judge.is_valid(json.loads(sample(put(*A0, "duration", value=0))))

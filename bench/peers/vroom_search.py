# SPDX-License-Identifier: AGPL-3.0-or-later
"""VROOM through pyvroom: eligibility as skills, every allowed start as a time window, value as a priority of 0 to 100."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

import numpy as np
import vroom

from bench.peers import Line, Peer
from bench.peers.rounds import FACT_WORTH, Rounds, Stop
from solver.prepare import Prepared
from solver.problem import PlanningProblem
from solver.visits import REMOTE

TOP = 100  # VROOM's highest priority
THOROUGH = 5  # its highest exploration level

CANNOT = (
    "weigh a slot's value against the road: it fills by priority first (0 to 100, scaled from the value)",
    "fairness, continuity, what was published",
    "daily and weekly hours, budgets, slots that start together",
    "the road between two visits with a call between them",
    "a break between two shifts of a day",
)


def solve(problem: PlanningProblem, seconds: float, workers: int, seed: int) -> list[Line]:  # noqa: ARG001 (no seed)
    started = monotonic()
    rounds = Rounds(Prepared(problem))
    left = max(1.0, seconds - (monotonic() - started))
    found = _model(rounds).solve(exploration_level=THOROUGH, nb_threads=workers, timeout=timedelta(seconds=left))
    table = found.routes
    calls: dict[int, list[int]] = {}
    for vehicle, kind, stop in zip(table["vehicle_id"], table["type"], table["id"], strict=True):
        if kind == "job":
            calls.setdefault(int(vehicle), []).append(int(stop))
    return rounds.lines(calls.items())


def _model(rounds: Rounds) -> vroom.Input:
    """Location 0 is home in every mediator's matrix; stops that are reached and served alike share a location."""
    model = vroom.Input()
    at: dict[object, int] = {}
    numbers = [at.setdefault(_alike(number, stop), len(at) + 1) for number, stop in enumerate(rounds.stops)]
    example = dict(zip(numbers, range(1, len(numbers) + 1), strict=True))
    rows = np.ix_([0, *(example[n] for n in range(1, len(at) + 1))], [0, *(example[n] for n in range(1, len(at) + 1))])
    for mediator in rounds.vehicles_of:
        model.set_durations_matrix(f"m{mediator}", rounds.minutes(mediator)[rows])
        model.set_costs_matrix(f"m{mediator}", rounds.cost(mediator)[rows])
    _fleet(model, rounds)
    dearest = max((stop.worth for stop in rounds.stops if stop.post is not None), default=1)
    for number, stop in enumerate(rounds.stops):
        model.add_job(_job(number, stop, numbers[number], dearest))
    return model


def _alike(number: int, stop: Stop) -> object:
    """What two stops must share to share a location; two calls never do, since a gap lies between them."""
    return number if stop.place == REMOTE else (stop.place, *sorted(item for item in stop.extra.items() if item[1]))


def _fleet(model: vroom.Input, rounds: Rounds) -> None:
    skills: dict[int, set[int]] = {}
    for number, stop in enumerate(rounds.stops):
        for position in rounds.allowed(stop):
            skills.setdefault(position, set()).add(number)
    for position, vehicle in enumerate(rounds.vehicles):
        model.add_vehicle(
            vroom.Vehicle(
                position,
                start=0,
                end=0,
                profile=f"m{vehicle.mediator}",
                time_window=(vehicle.early, vehicle.late),
                skills=skills.get(position, set()),
            )
        )


def _job(number: int, stop: Stop, location: int, dearest: int) -> vroom.Job:
    return vroom.Job(
        number,
        location=location,
        default_service=stop.duration,
        skills={number},
        priority=TOP if stop.worth == FACT_WORTH else round((TOP - 1) * stop.worth / dearest),
        time_windows=[(start, start) for start in stop.starts],
    )


PEER = Peer("VROOM", CANNOT, threads=True, solve=solve)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The calendar's score is the checker's at every moment, and what it lets in is what the checker lets stand."""

from __future__ import annotations

import random

import pytest

from solver.check import broken_rules, score
from solver.explain.applying import standing
from solver.explain.calendar import Calendar, Line
from solver.explain.refusals import able, first_refusal, fits, stands
from tests.solver import brute
from tests.solver.explain.plans import greedy_plan

SEEDS = [range(first, first + 20) for first in range(2000, 2100, 20)]


def hostile(seed: int) -> Calendar:
    given = brute.hostile(seed)
    return Calendar(given, greedy_plan(given).assignments)


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_score_stays_exact_while_lines_come_and_go(seeds: range) -> None:
    """Lines are taken out and put anywhere, lawful or not; the score is the checker's each time."""
    for seed in seeds:
        calendar, rng = hostile(seed), random.Random(seed)
        for _ in range(6):
            free = [post for post in calendar.index.posts if post.slot.id not in calendar.index.locked]
            if not free:
                break
            post = rng.choice(free)
            if post.slot.id in calendar.lines:
                calendar.take(post.slot.id)
            else:
                number = rng.randrange(len(calendar.index.mediators))
                calendar.put(Line(post, number, rng.choice([*calendar.index.starts(post.appointment), 600])))
            assert calendar.score == score(calendar.problem, standing(calendar)), seed


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_what_fits_is_what_the_checker_lets_stand(seeds: range) -> None:
    """Every free slot, every mediator, every start: no refusal exactly where the checker finds nothing broken."""
    for seed in seeds:
        calendar = hostile(seed)
        before = standing(calendar)
        for post in calendar.index.posts:
            if post.slot.id in calendar.lines or post.slot.id in calendar.index.locked:
                continue
            people = able(calendar, post)
            for number in range(len(calendar.index.mediators)):
                for start in calendar.index.starts(post.appointment):
                    line = Line(post, number, start)
                    broken = broken_rules(calendar.problem, [*before, calendar.assignment(line)])
                    assert (number in people and fits(calendar, line)) == (not broken), (seed, line, broken)
                    refused = first_refusal(calendar, line)
                    assert (refused is None) == (not broken)
                    assert refused is None or refused in {violation.rule for violation in broken}


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_a_day_stands_without_a_visit_when_the_checker_says_so(seeds: range) -> None:
    """Taking one visit out can break its day: a road that a stop made shorter, a first visit too early."""
    for seed in seeds:
        calendar = hostile(seed)
        for slot in list(calendar.lines):
            line = calendar.take(slot)
            broken = {violation.rule for violation in broken_rules(calendar.problem, standing(calendar))}
            assert stands(calendar, line.day) == (not broken), (seed, broken)
            calendar.put(line)

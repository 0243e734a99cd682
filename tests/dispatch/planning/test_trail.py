# SPDX-License-Identifier: AGPL-3.0-or-later
"""A search is told by few steps: what it improves, a picture that fits its frame, and troubles that say what to do."""

from __future__ import annotations

import re

import pytest

from dispatch.planning.planner import Better
from dispatch.planning.searching import HIGH, WIDE, margin, picture, since_the_first, what_goes_on
from dispatch.planning.trail import MOST, NO_BOUND, Step, Trail, steps_of
from dispatch.planning.trouble import trouble_of
from dispatch.web.i18n import speaking

FIRST: Step = (0.1, 55, 40_000, None)


def test_a_long_search_keeps_its_first_and_its_last_steps() -> None:
    """Of a thousand steps few stay, in order; the first plan and the newest are always among them."""
    trail = Trail()
    for number in range(1000):
        trail.take(Better(50, 60, number, NO_BOUND if number < 10 else 5000 - number, number / 10))
        assert len(trail.steps) <= MOST + 1
        assert (trail.steps[0][2], trail.steps[-1][2]) == (0, number)
    kept = steps_of(trail.figures(60))
    assert kept == trail.steps == sorted(kept)
    assert kept[0][3] is None  # what is no proof yet is no bound


def test_a_run_without_steps_has_its_last_figures() -> None:
    assert steps_of(None) == []
    assert steps_of({"filled": 3, "slots": 4, "total": 9, "bound": 10, "seconds": 1}) == [(1.0, 3, 9, 10)]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([], "Leggo chi parla che cosa"),
        ([FIRST], "Il primo piano c'è già"),
        ([FIRST, (1, 57, 41_000, None)], "qualcuno per 2 posti in più"),
        ([FIRST, (1, 55, 41_000, None)], "Stessi posti, ma meglio"),
        ([FIRST, (1, 55, 40_000, 40_036)], "al massimo 36 punti"),
        ([FIRST, (1, 55, 40_000, None)], "Prova scambi"),
    ],
)
def test_the_sentence_says_what_was_made_better(steps: list[Step], said: str) -> None:
    with speaking("it"):
        assert said in what_goes_on(steps)


def test_what_the_search_brought_is_counted_from_its_first_plan() -> None:
    with speaking("it"):
        assert since_the_first([FIRST, (9, 57, 40_340, None)]) == "Dal primo piano: 2 posti in più, 340 punti in più."
        assert since_the_first([FIRST]) == since_the_first([FIRST, FIRST]) == ""


def test_the_picture_stays_in_its_frame() -> None:
    """Whatever the figures, no point lies outside; the bound never runs below the value."""
    steps: list[Step] = [FIRST, (2, 56, 40_500, 900_000), (5, 57, 41_000, 41_100), (70, 57, 41_000, 41_010)]
    with speaking("it"):
        drawn = picture(steps, 60)
        assert picture([FIRST], 60) is None
    assert drawn is not None
    assert "nessun piano può valere più di 41.010" in drawn.summary
    for path in (drawn.value, drawn.bound):
        assert all(0 <= int(x) <= WIDE for x in re.findall(r"[MH](\d+)", path))
        assert all(0 <= int(y) <= HIGH for y in re.findall(r"(?:V|M\d+ )(\d+)", path))
    assert int(drawn.bound.rpartition("V")[2].partition("H")[0]) <= int(
        drawn.value.rpartition("V")[2].partition("H")[0]
    )
    assert margin(41_000, 41_010) == 0.0
    assert margin(57, 60) == 5.0


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("the planner reached its memory limit: raise PONTE_PLANNER_MEMORY_MB", "mancata la memoria"),
        ("the planner process ended by itself (memory limit 4096 MB)", "mancata la memoria"),
        ("no plan 10 s after the limit of 60 s", "ci ha messo troppo"),
        ("its worker died 3 times", "interrotto più volte"),
        ("the planner's plan breaks one_place: m1 cannot keep a after b", "di cui fidarsi"),
        ("KeyError in the planner (greedy.py:40)", "di cui fidarsi"),
        ("$.mediators[3].shifts: [480, 780] and [780, 900] touch: join them", "registri"),
    ],
)
def test_each_trouble_has_its_remedy(said: str, title: str) -> None:
    """What went wrong in words, what to do, and what the program wrote for who can read it."""
    with speaking("it"):
        told = trouble_of(said)
    assert title in told.title
    assert (len(told.remedy) > 30, told.details) == (True, said)

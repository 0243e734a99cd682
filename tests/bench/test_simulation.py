# SPDX-License-Identifier: AGPL-3.0-or-later
"""The comparison of policies: what was played is not played again, and the page says what the months say."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path
from typing import Any

import pytest

from bench.simulation import __main__ as command
from bench.simulation import told
from bench.simulation.bound import differences, with_one_bound
from bench.simulation.record import Month, keep, load, month_of


def month(policy: str, seed: int, **other: Any) -> dict[str, Any]:
    return {
        "profile": "M", "days": 30, "scenario": "a", "policy": policy, "seed": seed, "slots": 1000, "fillable": 900, "fillable_together": 905,
        "filled": 890, "held": 870, "no_shows": 12, "late_fills": 5, "time_to_fill_median": 90.0,
        "time_to_fill_p90": 3000.0, "sms_out": 3000, "travel_minutes": 6000, "fairness": 0.7, "missed": {"why not": 3},
    } | other  # fmt: skip


def asked(**other: Any) -> argparse.Namespace:
    usual = {"profile": "M", "days": 30, "scenario": "a", "seeds": [1, 2], "policies": ["default"], "again": False}
    return argparse.Namespace(**usual | other)


def test_a_month_is_played_once(tmp_path: Path) -> None:
    """Broken off after the first seed, the second is what is missing; --again plays both."""
    kept = tmp_path / "simulation.jsonl"
    keep(kept, month("default", 1, missed_slots=[1, 2]))
    assert list(command._missing(asked(), kept)) == [Month("M", 30, "a", "default", 2)]
    assert len(list(command._missing(asked(again=True), kept))) == 2
    assert "missed_slots" not in next(iter(load(kept).values()))


def test_months_are_played_side_by_side() -> None:
    """Two at once where two are allowed: the second begins while the first waits for it."""
    both = threading.Barrier(2, timeout=30)

    def play(one: Month) -> dict[str, Any]:
        both.wait()
        return month(one.policy, one.seed)

    months = [Month("M", 30, "a", "default", seed) for seed in (1, 2)]
    assert {one["seed"] for one in command.played(months, 2, play)} == {1, 2}


def test_a_month_that_fails_keeps_no_other() -> None:
    """What the others came to is handed out, then it is said which one was not played."""

    def play(one: Month) -> dict[str, Any]:
        if one.seed == 1:
            raise command.NotPlayed("seed 1 wrote no figures")
        return month(one.policy, one.seed)

    months = [Month("M", 30, "a", "default", seed) for seed in (1, 2, 3)]
    handed_out = command.played(months, 1, play)
    assert [next(handed_out)["seed"], next(handed_out)["seed"]] == [2, 3]
    with pytest.raises(SystemExit, match="seed 1 wrote no figures"):
        next(handed_out)


def test_what_came_out_last_counts(tmp_path: Path) -> None:
    """A month that was played again replaces the one before."""
    kept = tmp_path / "simulation.jsonl"
    for filled in (890, 891):
        keep(kept, month("default", 1, filled=filled))
    assert load(kept)[Month("M", 30, "a", "default", 1)]["filled"] == 891


def test_the_page_says_what_is_met(tmp_path: Path) -> None:
    """98 % of fillable, held slots paired with their interval, and the share of broadcast's SMS."""
    months = [month("default", seed, held=870 + seed) for seed in (1, 2, 3)]
    months += [month("broadcast", seed, held=860 + 2 * seed, sms_out=10_000) for seed in (1, 2, 3)]
    told.write({month_of(one): one for one in months}, tmp_path / "page.md", {("M", 30, "a"): "pictures/m.svg"})
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "98.9 % (target 98 %): met" in page
    assert "+8.0 slots a month, 95 % interval +5.5 to +10.5, 3 seeds" in page
    assert "30 % (target at most 50 %): met" in page
    assert "| why not | 9 |" in page
    assert "](pictures/m.svg)" in page


def test_a_target_that_is_missed_is_called_missed(tmp_path: Path) -> None:
    """And one seed tells nothing of the spread."""
    months = [month("default", 1, filled=870), month("broadcast", 1, sms_out=4000)]
    told.write({month_of(one): one for one in months}, tmp_path / "page.md", {})
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "96.7 % (target 98 %): not met" in page
    assert "75 % (target at most 50 %): not met" in page
    assert "one seed: no interval" in page


def test_a_seed_has_one_bound() -> None:
    """What was proven on the same question holds for every policy: the least counts, and the difference is told."""
    played = {"default": {1: month("default", 1, fillable_together=905), 2: month("default", 2)}}
    played["greedy"] = {1: month("greedy", 1, fillable_together=901), 2: month("greedy", 2)}
    assert [seeds[1]["fillable_together"] for seeds in with_one_bound(played).values()] == [901, 901]
    told_of = list(differences(played))
    assert len(told_of) == 1
    assert told_of[0].startswith("- the most of seed 1: 901 to 905 were proven")


def test_another_question_proves_nothing() -> None:
    """Where other slots had somebody for them, each month keeps its own bound, and that is told."""
    played = {
        name: {1: month(name, 1, fillable_together=bound, fillable_one_by_one=bound + 20)}
        for name, bound in (("default", 905), ("greedy", 901))
    }
    assert [seeds[1]["fillable_together"] for seeds in with_one_bound(played).values()] == [905, 901]
    assert ["not alike (921 to 925 slots" in line for line in differences(played)] == [True]


def test_the_page_takes_the_least_bound(tmp_path: Path) -> None:
    """The share of what could be filled is reckoned on it, for a policy that proved less as well."""
    months = [month("default", 1, filled=882, fillable_together=1000), month("greedy", 1, fillable_together=900)]
    told.write({month_of(one): one for one in months}, tmp_path / "page.md", {})
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "knowing every answer beforehand: 98.0 %" in page
    assert "the most of seed 1: 900 to 1000 were proven" in page


def test_the_picture_is_drawn_where_there_is_matplotlib(tmp_path: Path) -> None:
    """One dot for each policy and seed; the same figures give the same file."""
    pytest.importorskip("matplotlib")
    keep(tmp_path / "simulation.jsonl", month("default", 1))
    keep(tmp_path / "simulation.jsonl", month("broadcast", 1, filled=880))
    command.write(tmp_path, tmp_path / "simulation.jsonl")
    drawn = tmp_path / "pictures" / "simulation-M-30-a.svg"
    first = drawn.read_bytes()
    command.write(tmp_path, tmp_path / "simulation.jsonl")
    assert drawn.read_bytes() == first
    assert b"broadcast" in first


@pytest.mark.parametrize(("text", "seeds"), [("1-3", [1, 2, 3]), ("2", [2]), ("1,4", [1, 4])])
def test_seeds_are_read(text: str, seeds: list[int]) -> None:
    """A span or a list."""
    assert command._seeds(text) == seeds


def test_what_is_no_seed_or_policy_is_named() -> None:
    """With what may be written instead."""
    with pytest.raises(argparse.ArgumentTypeError, match="'one' are no seeds: write 1-5"):
        command._seeds("one")
    with pytest.raises(argparse.ArgumentTypeError, match="lottery: there is no such policy"):
        command._policies("default,lottery")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page says what the record says: medians, what is met, who is ahead, and what has not been measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import report
from bench.record import MOST_STEPS, Latency, Record, Run, Step, Versus, load, save, thinned
from bench.targets import TARGETS

DAY, HERE = "2026-11-22", "2 cores"


def run(row: str = "600", form: str = "full", seed: int = 1, *, total: int = 9_999, first: float = 0.5) -> Run:
    """A run on 600 slots worth 12,000 with a bound of 10,000."""
    steps = ((first, 400, 8_000, 11_000), (5.0, 545, total, 10_000))
    return Run(
        row, form, seed, 20, DAY, HERE, mediators=60, slots=600, worth=12_000, steps=steps, seconds=20.0, filled=545,
        total=total, bound=10_000, peak_mib=300,
    )  # fmt: skip


def versus(peer: str, total: int) -> Versus:
    return Versus(
        "600", peer, "full", 1, 60, DAY, HERE, worth=12_000, slots=600, took=3.0, came=500, kept=490, filled=500,
        total=total, broken={"max_week": 3}, cannot=("weekly hours",),
    )  # fmt: skip


def line(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(start))


def test_gaps_are_of_the_total_and_of_the_cost() -> None:
    """100 short of a bound of 10,000 is 1 %, and 5 % of the 2,000 that even the best plan cannot earn."""
    short = run(total=9_900)
    assert (short.gap, short.cost_gap) == (0.01, 0.05)


def test_a_target_gap_is_reached_when_it_is_proven() -> None:
    """The second step is within 0.1 % of its bound, none is within a millionth, and the end counts too."""
    assert run().reached(0.001) == 5.0
    assert run().reached(0.000001) is None
    assert run(total=8_000).reached(0.2) == 5.0


def test_a_row_says_medians_and_that_the_target_is_met() -> None:
    """Three seeds, their median gap of 0.01 % and every seed named."""
    record = Record(runs=[run(seed=1), run(seed=2, total=10_000), run(seed=3, total=9_998)])
    row = line(report.text(record), "| **600** ")
    assert "| 0.010% | 0.05% |" in row
    assert "| yes |" in row
    assert "| 1, 2, 3 |" in row


@pytest.mark.parametrize(
    "spoiled",
    [
        {"total": 9_900},
        {"first": 2.5},
    ],
)
def test_a_row_says_that_its_target_is_not_met(spoiled: dict[str, int]) -> None:
    """A gap too wide or a first plan too late is a no, and the row is listed below with its reason."""
    text = report.text(Record(runs=[run(**spoiled)]))  # type: ignore[arg-type]
    assert "| no |" in line(text, "| **600** ")
    assert "Not met:" in text


def test_one_broken_rule_spoils_a_target() -> None:
    """However small the gap, a plan that breaks a rule meets nothing."""
    import msgspec

    text = report.text(Record(runs=[msgspec.structs.replace(run(), broken=1)]))
    assert "| no |" in line(text, "| **600** ")


def test_a_failed_run_is_a_row_with_its_reason() -> None:
    """What ended a measurement is said where its figures would be."""
    row = line(report.text(Record(runs=[Run("600", "full", 1, 20, DAY, HERE, trouble="was stopped")])), "| **600** ")
    assert "no result: was stopped" in row
    assert row.count("|") == len(report.COLUMNS) + 1


def test_the_short_form_has_a_table_of_its_own() -> None:
    """A short run does not take the place of a full one, and says what is smaller about it."""
    text = report.text(Record(runs=[run("XL"), run("XL", "short")]))
    rows = [line for line in text.splitlines() if line.startswith("| **XL** ")]
    assert len(rows) == 2
    assert "(45 s)" in rows[1]


def test_the_page_says_who_is_ahead() -> None:
    """A peer with a greater total is named; without one Ponte is ahead of all."""
    ours = run(form="peers full")
    first = Record(runs=[ours], peers=[versus("Ponte", 9_999), versus("VROOM", 9_000)])
    assert "Ponte is ahead of every peer that ran." in report.text(first)
    second = Record(runs=[ours], peers=[versus("Ponte", 9_000), versus("VROOM", 9_500)])
    assert "Ahead of Ponte: VROOM." in report.text(second)


def test_a_peers_line_shows_what_it_broke_and_what_was_kept() -> None:
    """Before and after mending stand side by side, and so does what the peer cannot say."""
    record = Record(runs=[run(form="peers full")], peers=[versus("Ponte", 9_999), versus("VROOM", 9_000)])
    text = report.text(record)
    assert (
        line(text, "| VROOM ") == "| VROOM | 3.0 s | 500 | max_week 3 | 490 | 500 of 600 | 9,000 | 10.00% | 50.0% | 0 |"
    )
    assert "- **VROOM**: weekly hours." in text


def test_a_missing_peer_is_a_line_with_its_reason() -> None:
    """Not installed is something to read, not an empty cell."""
    gone = Versus("600", "VROOM", "full", 1, 60, DAY, HERE, trouble="not installed (no module vroom)")
    record = Record(runs=[run(form="peers full")], peers=[versus("Ponte", 9_999), gone])
    assert "| VROOM | not installed (no module vroom) |" in report.text(record)


def test_short_answers_are_judged_by_their_95th_percentile() -> None:
    """One slow answer in twenty is allowed, two are not."""
    quick = Latency("suggest", "full", 1, DAY, HERE, seconds=(0.1,) * 19 + (0.9,), says="80 starts on average")
    slow = Latency("suggest", "full", 1, DAY, HERE, seconds=(0.1,) * 18 + (0.9,) * 2)
    assert "| 100 ms | 100 ms | 80 starts on average |" in line(report.text(Record(latencies=[quick])), "| **suggest**")
    assert "| no |" in line(report.text(Record(latencies=[slow])), "| **suggest**")


def test_what_was_never_measured_is_said() -> None:
    """An empty record gives a page without a figure."""
    assert report.text(Record()).count("Not measured yet.") == 3


def test_a_record_is_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    """Everything that was measured comes back."""
    quick = Latency("suggest", "full", 1, DAY, HERE, seconds=(0.1,))
    record = Record(runs=[run()], peers=[versus("VROOM", 9_000)], latencies=[quick])
    save(record, tmp_path / "record.json")
    assert load(tmp_path / "record.json") == record
    assert load(tmp_path / "nothing.json") == Record()


def test_a_new_measurement_takes_the_place_of_its_like() -> None:
    """The same row, form and seed is replaced; another seed or form stays beside it."""
    record = Record()
    for found in (run(), run(seed=2), run(form="short"), run(total=1)):
        record.add(found)
    record.add(versus("VROOM", 1))
    record.add(versus("VROOM", 2))
    assert sorted((one.form, one.seed, one.total) for one in record.runs) == [
        ("full", 1, 1),
        ("full", 2, 9_999),
        ("short", 1, 9_999),
    ]
    assert [one.total for one in record.peers] == [2]


def test_a_long_way_is_kept_as_a_curve() -> None:
    """Of a thousand steps some forty stay, the first and the last among them."""
    steps: list[Step] = [(float(number), 1, number, 1_000) for number in range(1_000)]
    kept = thinned(steps)
    assert (len(kept), kept[0], kept[-1]) == (MOST_STEPS, steps[0], steps[-1])


def test_every_row_of_the_issue_has_its_target() -> None:
    """The sixteen instances that were promised, each once."""
    assert len({target.row for target in TARGETS}) == len(TARGETS) == 16

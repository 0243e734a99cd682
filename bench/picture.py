# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draws the peers beside our own way to the bound: gap in total and in cost against time, a column for each instance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.measure import OURS
from bench.record import Record, Run, Versus
from bench.targets import DUELS

PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "benchmarks-peers.svg"
LEAST = 1e-5  # a gap of nothing still needs a place on a logarithmic scale
COLOURS = {
    "greedy": "#888888",
    "ALNS": "#2a7f9e",
    "OR-Tools routing": "#7a5195",
    "PyVRP": "#ef5675",
    "VROOM": "#ffa600",
    "CP-SAT": "#a05a2c",
}


class NoMatplotlib(Exception):
    """matplotlib is not installed; the old picture stays."""


def draw(record: Record, path: Path = PICTURE) -> None:
    """Rewrites the picture; raises NoMatplotlib where there is none."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ModuleNotFoundError as missing:
        raise NoMatplotlib(str(missing)) from missing
    fights = [(fight, *_known(record, fight.instance)) for fight in DUELS]
    fights = [known for known in fights if known[1] is not None]
    if not fights:
        return
    # The salt and the missing date keep the file the same when the figures are the same.
    with mpl.rc_context({"svg.hashsalt": "ponte", "svg.fonttype": "none", "font.size": 8}):
        figure = Figure(figsize=(2.3 * len(fights) + 0.6, 5.0), layout="constrained")
        panels = figure.subplots(2, len(fights), sharey="row", squeeze=False)
        for column, (fight, run, others) in enumerate(fights):
            assert run is not None
            for panel, in_cost in zip(panels[:, column], (False, True), strict=True):
                _panel(panel, run, others, in_cost=in_cost)
            panels[0][column].set_title(fight.instance, fontsize=9)
            panels[1][column].set_xlabel("seconds")
        panels[0][0].set_ylabel("gap of the total, %")
        panels[1][0].set_ylabel("gap in cost, %")
        known = _legend(panels)
        figure.legend(known.values(), known.keys(), loc="outside lower center", ncols=4, frameon=False)
        path.parent.mkdir(exist_ok=True)
        figure.savefig(path, metadata={"Date": None})


def _known(record: Record, instance: str) -> tuple[Run | None, list[Versus]]:
    """The full form where there is one, else the short."""
    for form in ("full", "short"):
        runs = [run for run in record.of(instance, f"peers {form}") if run.trouble is None and run.steps]
        if runs:
            lines = (one for one in record.peers if (one.instance, one.form) == (instance, form))
            return runs[0], [one for one in lines if one.trouble is None and one.peer != OURS]
    return None, []


def gap(total: int, run: Run, *, in_cost: bool) -> float:
    """Percent to the bound of our run, of the total or in cost; never below what the scale can show."""
    against = run.worth - run.bound if in_cost else run.bound
    return 100 * max(LEAST, (run.bound - total) / max(1, against))


def _panel(panel: Any, run: Run, others: list[Versus], *, in_cost: bool) -> None:
    times = [max(0.01, step[0]) for step in run.steps]
    gaps = [gap(step[2], run, in_cost=in_cost) for step in run.steps]
    panel.step([*times, max(run.seconds, times[-1])], [*gaps, gaps[-1]], where="post", color="black", label=OURS)
    for one in others:
        where = max(0.01, one.took), gap(one.total, run, in_cost=in_cost)
        panel.plot(*where, "o", markersize=4, color=COLOURS.get(one.peer), label=one.peer)
    panel.set_xscale("log")
    panel.set_yscale("log")
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter("")
    panel.grid(visible=True, linewidth=0.3)


def _legend(panels: Any) -> dict[str, Any]:
    """What stands for each planner, in the order of first appearance."""
    found: dict[str, Any] = {}
    for panel in panels.flat:
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    return found

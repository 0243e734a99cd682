# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draws the policies side by side, a line for each seed: the same month goes from dot to dot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bench.picture import NoMatplotlib
from bench.simulation.record import Figures
from dispatch.rehearsal.policies import POLICIES

PANELS: tuple[tuple[str, Callable[[Figures], float]], ...] = (
    ("filled, % of fillable", lambda month: 100 * month["filled"] / max(1, month["fillable"])),
    ("held slots", lambda month: month["held"]),
    ("SMS for each filled slot", lambda month: month["sms_out"] / max(1, month["filled"])),
    ("hours until filled, median", lambda month: (month["time_to_fill_median"] or 0) / 60),
    ("hours on the road", lambda month: month["travel_minutes"] / 60),
)


def draw(months: Mapping[str, Mapping[int, Figures]], path: Path) -> None:
    """Writes the picture of one size and scenario; raises NoMatplotlib where there is none."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ModuleNotFoundError as missing:
        raise NoMatplotlib(str(missing)) from missing
    names = [name for name in POLICIES if name in months]
    seeds = sorted({seed for name in names for seed in months[name]})
    # The salt and the missing date keep the file the same when the figures are the same.
    with mpl.rc_context({"svg.hashsalt": "ponte", "svg.fonttype": "none", "font.size": 8}):
        figure = Figure(figsize=(2.4 * len(PANELS), 2.9), layout="constrained")
        for panel, (title, read) in zip(figure.subplots(1, len(PANELS)), PANELS, strict=True):
            for seed in seeds:
                drawn = [(at, read(months[name][seed])) for at, name in enumerate(names) if seed in months[name]]
                panel.plot(*zip(*drawn, strict=True), "o-", markersize=4, linewidth=0.8, label=f"seed {seed}")
            panel.set_title(title, fontsize=8)
            panel.set_xticks(range(len(names)), names, rotation=45, ha="right")
            panel.grid(axis="y", linewidth=0.3)
            panel.margins(x=0.1)
        handles, labels = panel.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=max(1, len(seeds)), frameon=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None})

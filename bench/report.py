# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes docs/benchmarks.md from the record: what was promised, what was measured, and why where they differ."""

from __future__ import annotations

from pathlib import Path

from bench.measure import OURS
from bench.peers import LEFT_OUT
from bench.record import Latency, Record, Run, Versus, middle
from bench.targets import DUELS, SWIFT, TARGETS, Duel, Swift, Target

REPORT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
PICTURE = "pictures/benchmarks-peers.svg"
NOTHING = "–"

HEAD = """# Benchmarks

Written by `make bench` (`python -m bench`) from the measurements in `benchmarks.json`; do not edit. `make bench` is the
short form (one seed, under 10 minutes); `python -m bench --long` the full one (five seeds, the targets' own times, over
an hour); `--only 600` measures one row again and leaves the others as they are.

## How to read it

- Every run is a fresh process on {machine}, two threads for the planner, nothing else running. Where a cell is one
  number for several seeds it is their median.
- **gap** = (bound − total) / bound: how far the plan may still be from the best one, on the total of the score. The
  bound is proven in the same run.
- **gap in cost** = (bound − total) / (value of all slots − bound): the same difference against what even the best plan
  cannot earn (slots left empty, road, wishes). It is the stricter of the two.
- **rules broken** is what `solver.check`, written apart from the planner, finds wrong with the plan.
"""

COLUMNS = (
    "instance",
    "mediators / slots",
    "first plan",
    "gap",
    "gap in cost",
    "after",
    "target",
    "met",
    "target gap reached after",
    "filled",
    "memory",
    "rules broken",
    "seeds",
    "measured",
)


def write(record: Record, path: Path = REPORT) -> None:
    path.write_text(text(record), encoding="utf-8")


def text(record: Record) -> str:
    """The whole page."""
    machines = sorted({one.machine for part in (record.runs, record.peers, record.latencies) for one in part})
    parts = [
        HEAD.format(machine=" and ".join(machines) or "no machine yet"),
        "## Targets\n\nEach instance with the time its target names.\n",
        _targets(record, "full"),
        _notes(record),
        "## The short form\n\nOne seed; where the time or the instance is smaller than the target's, the row says so.\n",
        _targets(record, "short"),
        _swift(record),
        _peers(record),
    ]
    return "\n".join(part for part in parts if part)


def _targets(record: Record, form: str) -> str:
    rows = [_row(target, form, record.of(target.row, form)) for target in TARGETS]
    return _table(COLUMNS, rows) if any(rows) else "Not measured yet.\n"


def _row(target: Target, form: str, runs: list[Run]) -> tuple[str, ...]:
    if not runs:
        return ()
    smaller = target.given(form)[2]
    name = f"**{target.row}** {target.says}" + (f" ({smaller})" if smaller else "")
    well = [run for run in runs if run.trouble is None]
    if not well:
        return (name, f"no result: {runs[0].trouble}", *[NOTHING] * (len(COLUMNS) - 4), str(len(runs)), runs[0].date)
    firsts = [run.first for run in well if run.first is not None]
    reached = [run.reached(target.gap) for run in well]
    times = [when for when in reached if when is not None]
    return (
        name,
        f"{well[0].mediators:,} / {well[0].slots:,}",
        _seconds(middle(firsts)) if firsts else NOTHING,
        f"{middle([run.gap for run in well]):.3%}",
        f"{middle([run.cost_gap for run in well]):.2%}",
        _seconds(middle([run.seconds for run in well])),
        _promise(target),
        "yes" if _met(target, well) and len(well) == len(runs) else "no",
        _reached(times, len(reached)),
        f"{middle([run.filled for run in well]):.0f}",
        f"{max(run.peak_mib for run in well):,} MiB",
        str(sum(run.broken for run in well)),
        ", ".join(str(run.seed) for run in runs),
        max(run.date for run in runs),
    )


def _promise(target: Target) -> str:
    first = f"first {target.first:g} s, " if target.first is not None else ""
    memory = f", {target.memory:,} MiB" if target.memory is not None else ""
    return f"{first}≤ {target.gap:.2%} in {target.within:g} s{memory}"


def _met(target: Target, runs: list[Run]) -> bool:
    """Whether medians of gap and first plan keep the promise, with no rule broken and the memory never exceeded."""
    if any(run.broken for run in runs) or middle([run.gap for run in runs]) > target.gap:
        return False
    firsts = [run.first for run in runs if run.first is not None]
    if target.first is not None and (not firsts or middle(firsts) > target.first):
        return False
    return target.memory is None or max(run.peak_mib for run in runs) <= target.memory


def _reached(times: list[float], runs: int) -> str:
    if 2 * len(times) <= runs:
        return NOTHING if not times else f"{len(times)} of {runs} runs"
    return _seconds(sorted([*times, *[float("inf")] * (runs - len(times))])[(runs - 1) // 2])


def _notes(record: Record) -> str:
    """What is not met, and why as far as it is known."""
    lines = []
    for target in TARGETS:
        runs = record.of(target.row, "full")
        well = [run for run in runs if run.trouble is None]
        if runs and not (len(well) == len(runs) and _met(target, well)):
            lines.append(f"- **{target.row}** {target.note or 'has no explanation yet.'}")
    return "\n".join(["Not met:\n", *lines, ""]) if lines else ""


def _swift(record: Record) -> str:
    head = ("answer", "how many", "median", "95th percentile", "gap", "target", "met", "seeds", "measured")
    rows = []
    for series in SWIFT:
        known = [one for one in record.latencies if one.row == series.row]
        full = [one for one in known if one.form == "full"]
        rows.append(_swift_row(series, full or known))
    return "## Short answers\n\n" + (_table(head, rows) if any(rows) else "Not measured yet.\n")


def _swift_row(series: Swift, measured: list[Latency]) -> tuple[str, ...]:
    if not measured:
        return ()
    name = f"**{series.row}** {series.says}"
    last = max(measured, key=lambda one: one.date)
    seconds = sorted(second for one in measured for second in one.seconds)
    if last.trouble is not None or not seconds:
        return (name, f"no result: {last.trouble}", *[NOTHING] * 6, last.date)
    gaps = [gap for one in measured for gap in one.gaps]
    slow = percentile(seconds)
    target = f"p95 ≤ {_short(series.p95)}" + (f", gap ≤ {series.gap:.1%}" if series.gap is not None else "")
    met = slow <= series.p95 and (series.gap is None or (bool(gaps) and middle(gaps) <= series.gap))
    gap = f"{middle(gaps):.3%} (worst {max(gaps):.3%})" if gaps else last.says or NOTHING
    seeds = ", ".join(str(one.seed) for one in measured)
    yes = "yes" if met else "no"
    return name, str(len(seconds)), _short(middle(seconds)), _short(slow), gap, target, yes, seeds, last.date


def percentile(ordered: list[float]) -> float:
    """The 95th of sorted values: the smallest that at least 95 % of them do not exceed."""
    return ordered[-(-95 * len(ordered) // 100) - 1]


PEERS = f"""## Peers

The same problem, the same seconds and the same two cores for everybody, in one run; a tool of one thread runs twice at
once with two seeds and its better plan counts. What a tool cannot say is left out of its model; its plan is then
audited, lines that break a rule or bring nothing are dropped (from the densest value down, so the worst go), and our
greedy insertion fills what is open. *Lines* is the plan as it came, *kept* what was left of it after mending. Gaps are
to the bound that Ponte proved.

![Gap in cost to the proven bound against time, one panel for each instance]({PICTURE})
"""


def _peers(record: Record) -> str:
    tables = [_duel(fight, record, form) for fight in DUELS for form in ("full", "short")]
    cannot = {one.peer: one.cannot for one in record.peers if one.cannot}
    said = [f"- **{peer}**: {'; '.join(parts)}." for peer, parts in sorted(cannot.items())]
    said += [f"- **{peer}** is {why}." for peer, why in LEFT_OUT.items()] if said else []
    last = ["### What each of them cannot say\n", *said, ""] if said else []
    return "\n".join([PEERS, *filter(None, tables), *last])


def _duel(fight: Duel, record: Record, form: str) -> str:
    lines = [one for one in record.peers if (one.instance, one.form) == (fight.instance, form)]
    ways = (run for name in ("full", "short") for run in record.of(fight.instance, f"peers {name}"))
    bounds = [run.bound for run in ways if run.bound]
    if not lines or not bounds:
        return ""
    bound = min(bounds)
    lines.sort(key=lambda one: (one.trouble is not None, -one.total))
    head = ("planner", "took", "lines", "broke", "kept", "filled", "total", "gap", "gap in cost", "broken now")
    which = f"{form} form, {lines[0].limit:g} s, seed {lines[0].seed}, {max(one.date for one in lines)}"
    said = f"### {fight.instance}: {fight.says} ({which})\n"
    return "\n".join([said, _verdict(lines), _table(head, [_line(one, bound) for one in lines])])


def _verdict(lines: list[Versus]) -> str:
    """Whether we are ahead of all of them, in one sentence."""
    totals = {one.peer: one.total for one in lines if one.trouble is None}
    mine = totals.pop(OURS, None)
    if mine is None:
        return "Ponte has no result here.\n"
    ahead = sorted(peer for peer, total in totals.items() if total > mine)
    return f"Ahead of Ponte: {', '.join(ahead)}.\n" if ahead else "Ponte is ahead of every peer that ran.\n"


def _line(one: Versus, bound: int) -> tuple[str, ...]:
    if one.trouble is not None:
        return (one.peer, one.trouble, *[NOTHING] * 8)
    broke = ", ".join(f"{rule} {count}" for rule, count in one.broken.items()) or "0"
    gap, cost_gap = (bound - one.total) / max(1, bound), (bound - one.total) / max(1, one.worth - bound)
    return (
        f"**{one.peer}**" if one.peer == OURS else one.peer,
        _seconds(one.took),
        str(one.came),
        broke,
        str(one.kept),
        f"{one.filled} of {one.slots}",
        f"{one.total:,}",
        f"{gap:.2%}",
        f"{cost_gap:.1%}",
        str(one.broken_after),
    )


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    cells = [head, tuple("---" for _ in head), *filter(None, rows)]
    return "".join("| " + " | ".join(row) + " |\n" for row in cells)


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value < 1 else f"{value:.1f} s"


def _short(value: float) -> str:
    return f"{1000 * value:.0f} ms"

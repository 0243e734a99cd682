# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes docs/simulation.md from the months that were played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean

from bench.simulation.bound import TOGETHER, Months, differences, with_one_bound
from bench.simulation.paired import Difference, difference
from bench.simulation.record import Figures, Month, of, total
from dispatch.rehearsal.policies import POLICIES
from dispatch.rehearsal.scenarios import SCENARIOS

FILLED_AT_LEAST = 0.98
SMS_AT_MOST = 0.5
BASELINES = ("broadcast", "phone-list", "greedy")
HEAD = (Path(__file__).parent / "head.md").read_text(encoding="utf-8")
COLUMNS = (
    "policy",
    "seeds",
    "slots",
    "fillable",
    "filled",
    "of fillable",
    "at most",
    "of the most",
    "held",
    "no-shows",
    "last day",
    "median h",
    "p90 h",
    "SMS",
    "SMS a slot",
    "travel h",
    "even",
)


def write(record: dict[Month, Figures], path: Path, pictures: Mapping[tuple[str, int, str], str]) -> None:
    """The whole page; ``pictures`` are the drawings by profile, days and scenario, as the page links them."""
    path.write_text("\n".join([HEAD, *_figures(record, pictures)]).rstrip() + "\n", encoding="utf-8")


def in_a_line(figures: Figures) -> str:
    """One month, as the command shows it when it is over."""
    return (
        f"seed {figures['seed']} {figures['policy']}: {figures['filled']} filled of {figures['fillable']} fillable, "
        f"{figures['held']} held, {figures['sms_out']} SMS, {figures.get('seconds', 0) / 60:.1f} min"
    )


def _figures(record: dict[Month, Figures], pictures: Mapping[tuple[str, int, str], str]) -> Iterator[str]:
    if not record:
        yield "## Figures\n\nNo month has been played yet."
    sizes = sorted({(month.profile, month.days, month.scenario) for month in record}, key=_in_order)
    for profile, days, scenario in sizes:
        played = of(record, profile, days, scenario)
        months = with_one_bound(played)
        yield f"## Profile {profile}, {days} days: {SCENARIOS[scenario].title}\n"
        yield from _table([COLUMNS, *(_row(name, months[name]) for name in POLICIES if name in months)])
        yield ""
        if told_of := list(differences(played)):
            yield from [*told_of, ""]
        yield from _targets(months)
        if (profile, days, scenario) in pictures:
            yield f"![Each policy, seed by seed]({pictures[profile, days, scenario]})\n"
        yield from _missed(months)


def _in_order(size: tuple[str, int, str]) -> tuple[str, int, int]:
    profile, days, scenario = size
    return scenario, -days, -["XS", "S", "M", "L", "XL"].index(profile)


def _row(name: str, months: Mapping[int, Figures]) -> Sequence[str]:
    """Sums over the seeds; medians and ninth deciles are the mean of the seeds' own."""
    played = list(months.values())
    keys = ("slots", "fillable", "filled", TOGETHER, "held", "no_shows", "late_fills")
    sums = {key: total(played, key) for key in keys}
    sms = total(played, "sms_out")
    return (
        f"**{name}** {POLICIES[name].title}",
        ", ".join(map(str, sorted(months))),
        *(f"{sums[key]:,.0f}" for key in ("slots", "fillable", "filled")),
        _share(sums["filled"], sums["fillable"]),
        f"{sums[TOGETHER]:,.0f}",
        _share(sums["filled"], sums[TOGETHER]),
        *(f"{sums[key]:,.0f}" for key in ("held", "no_shows", "late_fills")),
        f"{mean(month['time_to_fill_median'] or 0 for month in played) / 60:.1f}",
        f"{mean(month['time_to_fill_p90'] or 0 for month in played) / 60:.1f}",
        f"{sms:,.0f}",
        f"{sms / max(1, sums['filled']):.1f}",
        f"{total(played, 'travel_minutes') / 60:,.0f}",
        f"{mean(month['fairness'] for month in played):.2f}",
    )


def _targets(months: Months) -> Iterator[str]:
    """What was asked of Ponte, and whether it holds here; nothing where a policy is still to be played."""
    ours = months.get("default")
    if ours is None:
        return
    filled = total(ours.values(), "filled")
    part = filled / max(1.0, total(ours.values(), "fillable"))
    yield f"- filled of fillable: {100 * part:.1f} % (target {100 * FILLED_AT_LEAST:.0f} %): {_met(part >= FILLED_AT_LEAST)}"
    yield f"- filled of the most that could be filled together, knowing every answer beforehand: {_share(filled, total(ours.values(), TOGETHER))}"
    for name in BASELINES:
        if name in months and (more := difference(ours, months[name], "held")):
            yield f"- held, Ponte less {POLICIES[name].title}, paired by seed: {_interval(more)}"
    if "broadcast" in months:
        seeds = sorted(ours.keys() & months["broadcast"].keys())
        share = total([ours[s] for s in seeds], "sms_out") / max(
            1.0, total([months["broadcast"][s] for s in seeds], "sms_out")
        )
        yield f"- SMS, as a share of asking everybody: {100 * share:.0f} % (target at most {100 * SMS_AT_MOST:.0f} %): {_met(share <= SMS_AT_MOST)}"
    yield ""


def _missed(months: Months) -> Iterator[str]:
    """Why Ponte left slots empty that somebody would have taken."""
    whys: dict[str, int] = {}
    for month in months.get("default", {}).values():
        for why, count in month["missed"].items():
            whys[why] = whys.get(why, 0) + count
    if whys:
        yield "Slots that Ponte left empty although somebody would have come:\n"
        yield from _table(
            [("why", "slots"), *((why, str(count)) for why, count in sorted(whys.items(), key=lambda one: -one[1]))]
        )
        yield ""


def _share(part: float, of: float) -> str:
    return f"{100 * part / max(1.0, of):.1f} %"


def _interval(found: Difference) -> str:
    if found.low is None:
        return f"{found.mean:+.1f} slots a month (one seed: no interval)"
    return f"{found.mean:+.1f} slots a month, 95 % interval {found.low:+.1f} to {found.high:+.1f}, {found.pairs} seeds"


def _met(holds: bool) -> str:
    return "met" if holds else "not met"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    head, *rest = rows
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join("---" for _ in head) + " |"
    for row in rest:
        yield "| " + " | ".join(row) + " |"

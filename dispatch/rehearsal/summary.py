# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a rehearsal tells at its end: the week in figures, what pruned and what scored, and where to look next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.columns import Columns
from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.table import Table

from dispatch.kit.clock import at_home
from dispatch.records.statuses import Role
from dispatch.rehearsal.drawn import Drawn
from dispatch.rehearsal.figures import Empty, Settled
from dispatch.rehearsal.words import DEMO_PASSWORD
from solver.plan import GOALS, Plan

MOST_EMPTY = 12
MOST_REASONS = 4


@dataclass(frozen=True)
class Story:
    """Everything the summary speaks of. ``last`` is plan.json, ``week`` the plan of the week's problem."""

    seed: int
    settled: Settled
    empty: list[Empty]
    drawn: list[Drawn]
    pruned: dict[str, int]
    week: Plan
    last: Plan
    seconds: dict[str, float]
    way_seconds: float
    failed_jobs: int

    @property
    def holds(self) -> bool:
        """No double booking, and every slot accounted for."""
        one = self.settled
        return one.double_bookings == 0 and one.booked + one.waiting + one.unfilled == one.slots

    def as_json(self) -> dict[str, Any]:
        one = self.settled
        return {
            "requests": one.requests,
            "slots": one.slots,
            "booked": one.booked,
            "waiting": one.waiting,
            "unfilled": one.unfilled,
            "sms_out": one.sms_out,
            "sms_in": one.sms_in,
            "double_bookings": one.double_bookings,
            "bound": self.last.bound,
            "total": self.last.score.total,
            "gap": self.last.gap,
            "seconds": round(self.way_seconds, 1),
            "seed": self.seed,
            "cancelled": one.cancelled,
            "later_weeks": one.later_weeks,
            "failed_jobs": self.failed_jobs,
            "sms_by_kind": one.sms_by_kind,
            "replies": one.replies,
            "pruned": self.pruned,
            "week": {
                "bound": self.week.bound,
                "total": self.week.score.total,
                "gap": self.week.gap,
                "score": {goal: getattr(self.week.score, goal) for goal in ("value", *GOALS)},
            },
            "seconds_by_stage": {name: round(seconds, 1) for name, seconds in self.seconds.items()},
            "drawn": [{"name": d.name, "parameter": d.parameter, "drawn": round(d.drawn, 1)} for d in self.drawn],
        }


def tell(console: Console, story: Story) -> None:
    console.rule("[bold]The week, settled")
    console.print(Columns([week_table(story), sms_table(story), score_table(story)], padding=(0, 2)))
    console.print(Columns([pruned_table(story), *drawn_tables(story)], padding=(0, 2)))
    if story.empty:
        console.print(empty_table(story.empty))
    console.print(seconds_table(story))
    if not story.holds:
        console.print("[bold red]The figures do not hold: a double booking, or slots not accounted for.")


def rows(title: str, columns: Sequence[str], lines: Sequence[Sequence[object]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    for line in lines:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else str(value) for value in line))
    return table


def week_table(story: Story) -> RenderableType:
    one = story.settled
    share = f"{100 * one.booked / max(1, one.slots):.1f} %"
    return rows(
        "Requests and slots",
        ("", ""),
        [
            ("requests submitted", one.requests),
            ("slots of the week", one.slots),
            ("  booked", one.booked),
            ("  booked, share", share),
            ("  waiting for an answer", one.waiting),
            ("  unfilled", one.unfilled),
            ("double bookings", one.double_bookings),
            ("cancelled by desks", one.cancelled),
            ("slots of later weeks", one.later_weeks),
        ],
    )


def sms_table(story: Story) -> RenderableType:
    one = story.settled
    lines = [(f"  {kind}", count) for kind, count in one.sms_by_kind.items()]
    replies = [(f"  {status}", count) for status, count in sorted(one.replies.items())]
    return rows("SMS", ("", ""), [("out", one.sms_out), *lines, ("in", one.sms_in), *replies])


def score_table(story: Story) -> RenderableType:
    score = story.week.score
    lines: list[tuple[str, object]] = [("value", score.value)]
    lines += [(f"− {goal}", getattr(score, goal)) for goal in GOALS]
    lines += [
        ("total", score.total),
        ("bound", story.week.bound),
        ("gap", f"{100 * story.week.gap:.3f} %"),
        ("gap, settled week", f"{100 * story.last.gap:.3f} %"),
    ]
    return rows("The week's plan, in points", ("", ""), lines)


def pruned_table(story: Story) -> RenderableType:
    return rows("Pairs kept apart, by rule", ("rule", "pairs"), list(story.pruned.items()))


def drawn_tables(story: Story) -> list[RenderableType]:
    lines = [(one.name, f"{one.parameter:g}", f"{one.drawn:.1f}") for one in story.drawn]
    half = -(-len(lines) // 2)
    columns = ("rate (% unless said)", "parameter", "drawn")
    return [rows("Rates", columns, lines[:half]), rows("Rates, continued", columns, lines[half:])]


def empty_table(empty: list[Empty]) -> RenderableType:
    lines = [
        (one.code, one.languages, f"{at_home(one.start):%a %d %b %H:%M}", one.place, reasons_in_words(one.reasons))
        for one in empty[:MOST_EMPTY]
    ]
    more = f" (the first {MOST_EMPTY} of {len(empty)})" if len(empty) > MOST_EMPTY else ""
    return rows(
        f"Unfilled, and who was kept away by what{more}", ("request", "language", "start", "where", "why"), lines
    )


def reasons_in_words(reasons: dict[str, int]) -> str:
    """The rules that kept most people away; language comes first only where nothing else did."""
    others = Counter({rule: count for rule, count in reasons.items() if rule != "language"})
    shown = others.most_common(MOST_REASONS) or list(reasons.items())
    return ", ".join(f"{rule} {count}" for rule, count in shown) or "not looked at yet"


def seconds_table(story: Story) -> RenderableType:
    lines = [(name, f"{seconds:.1f}") for name, seconds in story.seconds.items()]
    return rows("Seconds", ("stage", "s"), [*lines, ("the way, all of it", f"{story.way_seconds:.1f}")])


def where_to_go(console: Console, base_url: str, logins: dict[Role, str]) -> None:
    names = "\n".join(f"  {role.value:<12} [bold]{login}[/bold]" for role, login in logins.items())
    console.print(
        Panel(
            f"[bold]{base_url}[/bold]\n{names}\n  password     [bold]{DEMO_PASSWORD}[/bold]\n"
            f"Handsets: {base_url}/handsets · agenda: {base_url}/agenda · API: {base_url}/api/v1/docs\nCtrl-C stops it.",
            title="Look around",
            expand=False,
        )
    )

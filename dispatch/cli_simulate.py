# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command that plays a month: what would happen here if people were asked in another way."""

import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from dispatch.cli_files import can_be_written

if TYPE_CHECKING:
    import datetime as dt

    from rich.progress import Progress

PolicyName = Literal["default", "cascade", "broadcast", "phone-list", "greedy"]
ProfileName = Literal["XS", "S", "M", "L", "XL"]
ScenarioLetter = Literal["a", "b", "c", "d", "e", "f", "g", "h"]
DOUBLE_BOOKED, STOPPED = 1, 130

simulate_commands = typer.Typer(help="Rehearse what would happen.")


@simulate_commands.command()
def simulate(
    profile: Annotated[ProfileName, typer.Option(help="How big the province is: XS for a look, M is Bergamo.")] = "M",
    days: Annotated[int, typer.Option(min=1, max=60, help="How many days of visits, from a Monday on.")] = 30,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same people, requests and answers.")] = 1,
    policy: Annotated[PolicyName, typer.Option(help="How somebody is found; see above.")] = "default",
    scenario: Annotated[ScenarioLetter, typer.Option(help="What is out of the ordinary; see above.")] = "a",
    output: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the figures there. Unset: only the table.")
    ] = None,
) -> None:
    """Play a month of a seeded province on the real service with a virtual clock, and count what came of it.

    Policies:
    [bold]default[/bold] Ponte: the week plan, its repairs and the policy table as it ships
    [bold]cascade[/bold] the same plan, never more than one person asked
    [bold]broadcast[/bold] everybody who suits is asked at once, the first yes wins
    [bold]phone-list[/bold] the nearest first, called by telephone one after the other
    [bold]greedy[/bold] the best fit of the moment, one asked at a time

    Scenarios: [bold]a[/bold] normal · [bold]b[/bold] surge of one language · [bold]c[/bold] flu week ·
    [bold]d[/bold] budget used up · [bold]e[/bold] one speaker in three ambiti · [bold]f[/bold] school start ·
    [bold]g[/bold] mountain day · [bold]h[/bold] SMS carrier down for two hours

    Example: [bold]ponte simulate --profile XS --days 5 --policy broadcast --json broadcast.json[/bold]

    Nothing of this installation is touched: the month lives in a database of its own, which is gone afterwards. Whatever
    the policy, each mediator gives the same answer to the same visit. Ctrl-C ends it and keeps nothing.

    Exit code 0: nobody was in two places. 1: somebody was. 2: an option cannot be used; which and why is said. 130: stopped.
    """
    if output is not None:
        can_be_written(output, "--json")
    try:
        figures = _played(profile, days, seed, policy, scenario)
    except KeyboardInterrupt:
        typer.echo("Stopped. Nothing was kept: a month counts only when it is over.", err=True)
        raise typer.Exit(STOPPED) from None
    if output is not None:
        output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    _tell(figures)
    raise typer.Exit(DOUBLE_BOOKED if figures["double_bookings"] else 0)


def _played(profile: str, days: int, seed: int, policy: str, scenario: str) -> dict[str, Any]:
    import logging

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from dispatch.app import create_app
    from dispatch.cli_refusals import refusals_told, settings_or_exit
    from dispatch.kit.logs import log_as_json
    from dispatch.rehearsal.errands import House
    from dispatch.rehearsal.policies import POLICIES
    from dispatch.rehearsal.scenarios import SCENARIOS
    from dispatch.rehearsal.simulate import Simulation, simulate
    from dispatch.worker import load_jobs

    log_as_json(logging.ERROR)
    what = Simulation(profile, days, seed, POLICIES[policy], SCENARIOS[scenario])
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with refusals_told(), Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        watcher = Watch(bar, f"{what.policy.title}, seed {seed}", what.opens, what.ends)
        for told_to_stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(told_to_stop, watcher.stop)
        return simulate(settings_or_exit(), House(create_app, load_jobs), what, watcher)


class Watch:
    """Shows the virtual date of a month that is being played, and how many were asked and answered."""

    def __init__(self, bar: "Progress", title: str, opens: "dt.datetime", ends: "dt.datetime") -> None:
        self.bar, self.title, self.opens = bar, title, opens
        self.is_stopped = False
        self.counts = {"requests": 0, "sms": 0, "answers": 0}
        self.task = bar.add_task(f"{title}: a province moves in", total=(ends - opens).total_seconds())

    def stop(self, *_: object) -> None:
        """Ctrl-C: the month ends between two of its moments, so that all that is open is closed; a second one at once."""
        if self.is_stopped:
            raise KeyboardInterrupt
        self.is_stopped = True

    def happened(self, what: str, at: "dt.datetime") -> None:
        if self.is_stopped:
            raise KeyboardInterrupt
        name = "answers" if what.startswith("answer") else what
        if name in self.counts:
            self.counts[name] += 1
        told = " · ".join(f"{count} {name}" for name, count in self.counts.items())
        done = (at - self.opens).total_seconds()
        self.bar.update(self.task, completed=done, description=f"{self.title} · {at:%a %d %b %Y} · {told}")


def _tell(figures: dict[str, Any]) -> None:
    from dispatch.rehearsal.month_told import told

    for line in told(figures):
        typer.echo(line)

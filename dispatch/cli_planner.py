# SPDX-License-Identifier: AGPL-3.0-or-later
"""The planner's commands, which need neither database nor service: solve, check and schema work on files."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dispatch.cli_files import BROKEN, PlanFile, ProblemFile, Seed, can_be_written, problem_in, refuse
from dispatch.cli_generate import generate_commands

if TYPE_CHECKING:
    from rich.status import Status

    from solver.plan import Plan
    from solver.problem import PlanningProblem
    from solver.progress import Progress

planner_commands = typer.Typer(help="Plan from files.")
planner_commands.add_typer(generate_commands, name="generate")


@planner_commands.command()
def solve(
    problem: ProblemFile,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="PLAN", help="Where to write the plan.")],
    seconds: Annotated[
        float, typer.Option(min=0, max=86400, help="How long to search; the plan is there 10 s later.")
    ] = 30,
    seed: Seed = 1,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Threads the search may use.")] = 2,
    memory: Annotated[
        float | None,
        typer.Option(min=0.1, max=4096, metavar="GIB", help="How much memory the search may use; unset: all there is."),
    ] = None,
) -> None:
    """Find the best plan for a problem, and prove how good it is.

    Example: [bold]ponte generate problem --profile M -o week.json && ponte solve week.json -o plan.json --seconds 20[/bold]

    Ctrl-C ends the search early and keeps its best plan so far; so does reaching the memory limit.

    Exit code 0: the plan passes the check. 1: it does not. 2: the problem cannot be used; the key is named.
    """
    started = time.monotonic()
    from rich.console import Console

    from solver.check import check as audit
    from solver.files import write_plan
    from solver.guarded import solve_in_time

    given = problem_in(problem)
    can_be_written(output)
    with Console(stderr=True).status("preparing") as status:
        tell = _told(given, status)
        found, trouble = solve_in_time(
            given, seconds=seconds, seed=seed, workers=workers, memory=memory, on_better=tell, started=started
        )
    write_plan(found, output)
    if trouble:
        typer.echo(f"warning: {trouble}", err=True)
    broken = audit(given, found)
    for violation in broken:
        typer.echo(f"{violation.rule}: {violation.message}", err=True)
    _summary(found)
    raise typer.Exit(BROKEN if broken else 0)


@planner_commands.command()
def check(problem: ProblemFile, plan: PlanFile) -> None:
    """Audit a plan, whoever made it: every hard rule, every reason, every point of the score.

    Example: [bold]ponte check week.json plan.json[/bold]

    Prints what is broken, one line each. Exit code 0: nothing. 1: something. 2: a file cannot be used; the key is named.
    """
    from solver.check import check as audit
    from solver.files import BadFile, read_plan

    given = problem_in(problem)
    try:
        judged = read_plan(plan)
    except BadFile as trouble:
        refuse(trouble)
    broken = audit(given, judged)
    for violation in broken:
        typer.echo(f"{violation.rule}: {violation.message}")
    if broken:
        raise typer.Exit(BROKEN)
    _summary(judged)


@planner_commands.command()
def schema(
    name: Annotated[Literal["problem", "plan"], typer.Argument(help="Which of the two file formats.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Unset: print it.")] = None,
) -> None:
    """Print the JSON Schema of a file format.

    Example: [bold]ponte schema problem -o docs/schemas/ponte-problem-1.schema.json[/bold]
    """
    from solver.files import schema as schema_of

    text = json.dumps(schema_of(name), indent=2)
    if output is None:
        typer.echo(text)
    else:
        can_be_written(output)
        output.write_text(text + "\n", encoding="utf-8")


def _told(given: "PlanningProblem", status: "Status") -> "Callable[[Progress], None]":
    """How each better plan is announced on stderr: a living line on a terminal, else a line a second at most."""
    slots = sum(len(appointment.slots) for appointment in given.appointments)
    last = float("-inf")

    def tell(progress: "Progress") -> None:
        nonlocal last
        gap = (progress.bound - progress.total) / max(1, progress.bound)
        line = f"{progress.seconds:6.1f} s  {progress.filled}/{slots} filled, total {progress.total}, gap {gap:.2%}"
        status.update(line)
        if not sys.stderr.isatty() and time.monotonic() - last >= 1:
            last = time.monotonic()
            typer.echo(line, err=True)

    return tell


def _summary(plan: "Plan") -> None:
    typer.echo(f"filled   {len(plan.assignments)} of {len(plan.assignments) + len(plan.unfilled)}")
    typer.echo(f"total    {plan.score.total}")
    typer.echo(f"bound    {plan.bound}")
    typer.echo(f"gap      {plan.gap:.4%} ({plan.status})")
    typer.echo(f"seconds  {plan.seconds:.1f}")

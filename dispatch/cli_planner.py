# SPDX-License-Identifier: AGPL-3.0-or-later
"""The planner's commands, which need neither database nor service: solve, check, generate and schema work on files."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

if TYPE_CHECKING:
    from rich.status import Status

    from solver.generate import Town
    from solver.plan import Plan
    from solver.problem import PlanningProblem
    from solver.progress import Progress

BROKEN, BAD_INPUT = 1, 2

planner_commands = typer.Typer(help="Plan from files.")
generate_commands = typer.Typer(no_args_is_help=True, help="Make up input from a seed.")
planner_commands.add_typer(generate_commands, name="generate")

ProblemFile = Annotated[Path, typer.Argument(metavar="PROBLEM", help="A file of the format ponte-problem/1.")]
PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="A file of the format ponte-plan/1.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same result.")]


@planner_commands.command()
def solve(
    problem: ProblemFile,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="PLAN", help="Where to write the plan.")],
    seconds: Annotated[
        float, typer.Option(min=0, max=86400, help="How long to search; the plan is there 10 s later.")
    ] = 30,
    seed: Seed = 1,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Threads the search may use.")] = 2,
) -> None:
    """Find the best plan for a problem, and prove how good it is.

    Example: [bold]ponte generate problem --profile M -o week.json && ponte solve week.json -o plan.json --seconds 20[/bold]

    Ctrl-C ends the search early and keeps its best plan so far.

    Exit code 0: the plan passes the check. 1: it does not. 2: the problem cannot be used; the key is named.
    """
    started = time.monotonic()
    from rich.console import Console

    from solver.check import check as audit
    from solver.files import write_plan
    from solver.guarded import solve_in_time

    given = _problem(problem)
    _can_be_written(output)
    with Console(stderr=True).status("preparing") as status:
        tell = _told(given, status)
        found, trouble = solve_in_time(
            given, seconds=seconds, seed=seed, workers=workers, on_better=tell, started=started
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

    given = _problem(problem)
    try:
        judged = read_plan(plan)
    except BadFile as trouble:
        _refuse(trouble)
    broken = audit(given, judged)
    for violation in broken:
        typer.echo(f"{violation.rule}: {violation.message}")
    if broken:
        raise typer.Exit(BROKEN)
    _summary(judged)


@generate_commands.command("problem")
def problem(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where to write the problem.")],
    profile: Annotated[
        Literal["S", "M", "L", "XL"], typer.Option(help="One cooperative, a province, a region, or a stress test.")
    ] = "M",
    mediators: Annotated[
        int | None, typer.Option(min=1, max=20000, help="With --slots and --days: a plain instance.")
    ] = None,
    slots: Annotated[int | None, typer.Option(min=1, max=50000, help="How many slots to fill.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=28, help="How many days from Monday.")] = None,
    caps: Annotated[bool, typer.Option("--caps", help="Weekly hours that bind.")] = False,
    seed: Seed = 1,
    territory: Annotated[
        str | None, typer.Option(help="Use the comuni of a folder of config/territory, as bergamo; unset: made up.")
    ] = None,
) -> None:
    """Make up a planning problem: a realistic week of a profile's size, or a plain instance of any size.

    Example: [bold]ponte generate problem --profile M --seed 3 -o week.json[/bold]

    Example: [bold]ponte generate problem --mediators 60 --slots 600 --days 5 --caps -o plain.json[/bold]
    """
    from solver.files import write_problem
    from solver.generate import generate

    sizes = _sizes(mediators, slots, days)
    where = _towns(territory) if territory is not None and sizes is None else None
    _can_be_written(output)
    made = generate(profile, sizes=sizes, caps=caps, seed=seed, where=where)
    write_problem(made, output)
    count = sum(len(appointment.slots) for appointment in made.appointments)
    typer.echo(f"{output}: {count} slots, {len(made.mediators)} mediators, {made.horizon.days} days, seed {seed}")


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
        _can_be_written(output)
        output.write_text(text + "\n", encoding="utf-8")


def _problem(path: Path) -> "PlanningProblem":
    from solver.files import BadFile, read_problem, warnings

    try:
        given = read_problem(path)
    except BadFile as trouble:
        _refuse(trouble)
    for line in warnings(given):
        typer.echo(f"warning: {line}", err=True)
    return given


def _refuse(trouble: Exception) -> NoReturn:
    typer.echo(f"error: {trouble}", err=True)
    raise typer.Exit(BAD_INPUT)


def _can_be_written(output: Path) -> None:
    """Said before the work, not after it."""
    if output.is_dir() or not output.absolute().parent.is_dir():
        raise typer.BadParameter(f"{output}: choose a file in a folder that exists", param_hint="--output")


def _sizes(mediators: int | None, slots: int | None, days: int | None) -> tuple[int, int, int] | None:
    """All three sizes or none: half a size would be guessed."""
    if mediators is None and slots is None and days is None:
        return None
    if mediators is None or slots is None or days is None:
        raise typer.BadParameter("give all three of --mediators, --slots and --days, or none", param_hint="--mediators")
    return mediators, slots, days


def _towns(territory: str) -> "list[Town]":
    from config.territory import ReferenceFileError, load_territory
    from solver.generate import Town

    try:
        comuni = load_territory(territory).comuni
    except (ReferenceFileError, OSError) as trouble:
        raise typer.BadParameter(str(trouble), param_hint="--territory") from trouble
    return [Town(comune.lat, comune.lon, comune.ambito, comune.population) for comune in comuni]


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

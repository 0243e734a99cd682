# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the planner's commands share: how a file is named, read and refused, and that it can be written at all."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from solver.problem import PlanningProblem

BROKEN, BAD_INPUT = 1, 2

ProblemFile = Annotated[Path, typer.Argument(metavar="PROBLEM", help="A file of the format ponte-problem/1.")]
PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="A file of the format ponte-plan/1.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same result.")]


def problem_in(path: Path) -> "PlanningProblem":
    """The problem of a file, its warnings told on stderr; a bad file ends the command, its key named."""
    from solver.files import BadFile, read_problem, warnings

    try:
        given = read_problem(path)
    except BadFile as trouble:
        refuse(trouble)
    for line in warnings(given):
        typer.echo(f"warning: {line}", err=True)
    return given


def refuse(trouble: Exception) -> NoReturn:
    """Ends the command: the input cannot be used."""
    typer.echo(f"error: {trouble}", err=True)
    raise typer.Exit(BAD_INPUT)


def can_be_written(output: Path, option: str = "--output") -> None:
    """Said before the work, not after it."""
    if output.is_dir() or not output.absolute().parent.is_dir():
        raise typer.BadParameter(f"{output}: choose a file in a folder that exists", param_hint=option)

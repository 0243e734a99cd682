# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command that answers a desk on the phone: when could somebody come, with nobody's visit moved?"""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli_files import BROKEN, PlanFile, ProblemFile, problem_in, refuse

if TYPE_CHECKING:
    from solver.plan import Plan
    from solver.problem import Appointment, PlanningProblem
    from solver.suggest import Suggester, Suggestion

suggest_commands = typer.Typer()

AppointmentFile = Annotated[
    Path | None,
    typer.Argument(metavar="[APPOINTMENT]", help="One appointment, written like those of the problem; its place too."),
]


@suggest_commands.command()
def suggest(
    problem: ProblemFile,
    plan: PlanFile,
    appointment: AppointmentFile = None,
    slot: Annotated[
        str | None, typer.Option("--slot", metavar="ID", help="Instead of a new appointment: a slot left unfilled.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=100_000, help="How many starts to show.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON with every figure instead of lines.")] = False,
) -> None:
    """Show when an appointment could be filled without moving any visit, best first.

    Example: [bold]ponte suggest week.json plan.json new.json --most 5[/bold]

    Example: [bold]ponte suggest week.json plan.json --slot a7/1 --json[/bold]

    Every start at which somebody can come is found; the gain is exactly what the plan's total would rise by.

    Exit code 0: an answer, even if no start is left. 1: the plan breaks a rule. 2: bad input; the key is named.
    """
    from solver.suggest import Suggester

    if (appointment is None) == (slot is None):
        raise typer.BadParameter("give one appointment's file or --slot ID, not both", param_hint="APPOINTMENT")
    given = problem_in(problem)
    suggester = Suggester(given, _sound(given, plan))
    if appointment is not None:
        found = suggester.suggest(_asked(appointment, given))
    else:
        found = _for_slot(suggester, str(slot))
    if as_json:
        typer.echo(_json(found, most))
    else:
        _print(given, found, most)


def _sound(given: "PlanningProblem", path: Path) -> "Plan":
    """A plan that keeps every hard rule; in another nobody could say what still fits."""
    from solver.check import broken_rules
    from solver.check.paper import unknown
    from solver.files import BadFile, read_plan

    try:
        plan = read_plan(path)
    except BadFile as trouble:
        refuse(_in_file(path, trouble))
    broken = list(unknown(given, plan)) or broken_rules(given, plan.assignments)
    for violation in broken:
        typer.echo(f"{path}: {violation.rule}: {violation.message}", err=True)
    if broken:
        typer.echo(
            "error: suggestions need a plan that keeps every rule: mend it, or solve the problem again", err=True
        )
        raise typer.Exit(BROKEN)
    return plan


def _asked(path: Path, given: "PlanningProblem") -> "Appointment":
    from solver.files import BadFile, read_appointment

    try:
        return read_appointment(path, given)
    except BadFile as trouble:
        refuse(_in_file(path, trouble))


def _in_file(path: Path, trouble: Exception) -> Exception:
    """Three files are read: the sentence says which one it is about."""
    return ValueError(f"{path}: {trouble}")


def _for_slot(suggester: "Suggester", slot: str) -> "list[Suggestion]":
    try:
        return suggester.suggest_slot(slot)
    except ValueError as trouble:
        raise typer.BadParameter(str(trouble), param_hint="--slot") from trouble


def _json(found: "list[Suggestion]", most: int) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode({"found": len(found), "suggestions": found[:most]})).decode()


def _print(given: "PlanningProblem", found: "list[Suggestion]", most: int) -> None:
    """A line for each start: when, what it gains, who comes, how many could."""
    for one in found[:most]:
        when = dt.datetime.combine(given.horizon.start, dt.time()) + dt.timedelta(minutes=one.start)
        people = ", ".join(f"{taken.slot}: {taken.mediator} of {one.able[taken.slot]}" for taken in one.people)
        partly = "" if one.complete else f"  (fills {len(one.people)} of {len(one.able)} slots)"
        typer.echo(f"{when:%a %Y-%m-%d %H:%M}  gain {one.gain:>6}  {people}{partly}")
    hidden = len(found) - most
    if not found:
        typer.echo("no start: nobody can come without moving a visit; wider windows or fewer musts would help")
    elif hidden > 0:
        typer.echo(f"and {hidden} more starts (--most {len(found)} shows all)")

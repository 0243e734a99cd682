# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands that make up input for the planner from a seed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dispatch.cli_files import Seed, can_be_written

if TYPE_CHECKING:
    from solver.generate import Town

FamilyName = Literal["tight", "scarce", "wide", "pairs", "budgets", "cases", "mixed", "nation"]

generate_commands = typer.Typer(no_args_is_help=True, help="Make up input from a seed.")


@generate_commands.command("problem")
def problem(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where to write the problem.")],
    profile: Annotated[
        Literal["S", "M", "L", "XL"] | None,
        typer.Option(help="One cooperative, a province, a region, or a stress test; unset: M."),
    ] = None,
    mediators: Annotated[
        int | None, typer.Option(min=1, max=20000, help="With --slots and --days: a plain instance.")
    ] = None,
    slots: Annotated[int | None, typer.Option(min=1, max=50000, help="How many slots to fill.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=28, help="How many days from Monday.")] = None,
    family: Annotated[
        FamilyName | None,
        typer.Option(help="What makes it hard; with neither sizes nor profile: 60 mediators, 600 slots, 5 days."),
    ] = None,
    provinces: Annotated[
        int | None, typer.Option(min=2, max=200, help="Of --family nation; unset: 100. Each of the profile S or M.")
    ] = None,
    caps: Annotated[bool, typer.Option("--caps", help="Weekly hours that bind; goes with everything.")] = False,
    seed: Seed = 1,
    territory: Annotated[
        str | None, typer.Option(help="Use the comuni of a folder of config/territory, as bergamo; unset: made up.")
    ] = None,
) -> None:
    """Make up a planning problem: a realistic week, a plain instance of any size, a hard family, a whole nation.

    Families: [bold]tight[/bold] demand twice the capacity · [bold]scarce[/bold] three languages with one speaker
    each · [bold]wide[/bold] half may start within four hours on three days · [bold]pairs[/bold] one appointment in ten
    needs two people · [bold]budgets[/bold] pay 60 % of what would be filled · [bold]cases[/bold] eight-week series ·
    [bold]mixed[/bold] all of it, 30 % booked, 30 % published · [bold]nation[/bold] provinces side by side.

    Example: [bold]ponte generate problem --profile M --seed 3 -o week.json[/bold]

    Example: [bold]ponte generate problem --mediators 60 --slots 600 --days 5 --caps -o plain.json[/bold]

    Example: [bold]ponte generate problem --family wide --profile S -o wide.json[/bold]

    Example: [bold]ponte generate problem --family nation --provinces 20 -o nation.json[/bold]

    The same options give the same file, to the byte. Exit code 2: the options do not go together; which and why is said.
    """
    from solver.files import write_problem
    from solver.generate import Misfit, generate

    sizes = _sizes(mediators, slots, days)
    _go_together(family, profile=profile, sizes=sizes is not None, provinces=provinces, territory=territory)
    where = None if territory is None else _towns(territory)
    can_be_written(output)
    try:
        made = generate(profile, sizes=sizes, family=family, provinces=provinces, caps=caps, seed=seed, where=where)
    except Misfit as trouble:
        raise typer.BadParameter(str(trouble), param_hint=f"--{trouble.argument}") from trouble
    write_problem(made, output)
    count = sum(len(appointment.slots) for appointment in made.appointments)
    typer.echo(f"{output}: {count} slots, {len(made.mediators)} mediators, {made.horizon.days} days, seed {seed}")


def _go_together(
    family: str | None, *, profile: str | None, sizes: bool, provinces: int | None, territory: str | None
) -> None:
    """What one option says must not be unsaid by another: nothing is quietly left out."""
    if provinces is not None and family != "nation":
        raise typer.BadParameter("only a nation has provinces: add --family nation", param_hint="--provinces")
    if family == "nation" and sizes:
        raise typer.BadParameter("a nation's size is its --provinces: leave these out", param_hint="--mediators")
    if family == "nation" and profile not in (None, "S", "M"):
        raise typer.BadParameter(f"{profile} is no province: give S or M", param_hint="--profile")
    if profile is not None and sizes:
        raise typer.BadParameter("give a profile or sizes, not both", param_hint="--profile")
    if territory is not None and family == "nation":
        raise typer.BadParameter("a nation lies in a made-up land: leave it out", param_hint="--territory")
    if territory is not None and (sizes or (family and profile is None)):
        raise typer.BadParameter(
            "a plain instance lies in a made-up land: give it a --profile instead of sizes", param_hint="--territory"
        )


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

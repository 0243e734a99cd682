# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands that make up input for the planner from a seed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dispatch.cli_files import Seed, can_be_written

if TYPE_CHECKING:
    from solver.generate import Town

generate_commands = typer.Typer(no_args_is_help=True, help="Make up input from a seed.")


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
    can_be_written(output)
    made = generate(profile, sizes=sizes, caps=caps, seed=seed, where=where)
    write_problem(made, output)
    count = sum(len(appointment.slots) for appointment in made.appointments)
    typer.echo(f"{output}: {count} slots, {len(made.mediators)} mediators, {made.horizon.days} days, seed {seed}")


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

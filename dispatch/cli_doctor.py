# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command ``ponte doctor``: what is wrong with this installation, and what to do."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli_refusals import BAD_INPUT, REFUSED, settings_or_exit

if TYPE_CHECKING:
    from dispatch.doctor.finding import Finding

doctor_commands = typer.Typer()


@doctor_commands.command()
def doctor(
    part: Annotated[
        str | None, typer.Option(help="Only whether this part lives on this machine: serve, worker or clock.")
    ] = None,
    online: Annotated[bool, typer.Option("--online", help="Also call our public address and the carrier.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Look the installation over. Ends with 0 when nothing is wrong, 1 when something is, 2 when it cannot look.

    Example: ponte doctor --online
    """
    from rich.console import Console

    from dispatch.doctor import shown
    from dispatch.doctor.finding import Level
    from dispatch.doctor.zone import examine_zone

    findings = [examine_zone()]
    if findings[0].level is Level.FINE:  # nothing of the service can even be loaded without
        findings += _part(part) if part else _whole(online=online)
    if as_json:
        typer.echo(shown.as_json(findings))
    else:
        shown.print_table(findings, Console(file=sys.stdout))
    if shown.worst(findings) is Level.WRONG:
        raise typer.Exit(BAD_INPUT if len(findings) == 1 else REFUSED)


def _part(part: str) -> list["Finding"]:
    """Loads little: a health check runs twice a minute for as long as a container lives."""
    from dispatch.doctor.parts import PARTS, examine_part

    if part not in PARTS:
        typer.echo(f"--part {part}: write one of {', '.join(PARTS)}", err=True)
        raise typer.Exit(BAD_INPUT)
    return list(examine_part(part, settings_or_exit()))


def _whole(*, online: bool) -> list["Finding"]:
    from dispatch.doctor.examine import examine

    return list(examine(settings_or_exit(), online=online))

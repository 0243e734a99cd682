# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command ``ponte``: start the service, plan from files, make accounts, rehearse a week."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli_access import account_commands, key_commands
from dispatch.cli_doctor import doctor_commands
from dispatch.cli_exchange import exchange_commands
from dispatch.cli_explain import explain_commands
from dispatch.cli_line import line_commands
from dispatch.cli_planner import planner_commands
from dispatch.cli_refusals import REFUSED, refusals_told, settings_or_exit
from dispatch.cli_simulate import simulate_commands
from dispatch.cli_suggest import suggest_commands

app = typer.Typer(
    name="ponte",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Ponte schedules intercultural mediators and dispatches interpreters. "
    "Start with [bold]ponte demo[/bold], or run the service with [bold]ponte run[/bold].",
)
for command in planner_commands.registered_commands:
    app.registered_commands.append(command)
app.registered_commands.extend(suggest_commands.registered_commands)
app.registered_commands.extend(explain_commands.registered_commands)
app.registered_commands.extend(simulate_commands.registered_commands)
app.registered_commands.extend(doctor_commands.registered_commands)
app.registered_commands.extend(exchange_commands.registered_commands)
for group in planner_commands.registered_groups:
    app.registered_groups.append(group)

app.add_typer(account_commands, name="account")
app.add_typer(key_commands, name="key")
app.add_typer(line_commands, name="line")

Port = Annotated[int | None, typer.Option(help="Port to listen on; unset: PONTE_PORT or 8080.")]


def main() -> None:
    app()


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM ends a command as Ctrl-C does, so that what is open is closed in order."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    with contextlib.suppress(KeyboardInterrupt):
        yield


@app.command()
def serve(port: Port = None) -> None:
    """Answer on HTTP: pages, API and webhooks. Works beside any number of others on the same database."""
    import structlog

    from dispatch.app import create_app
    from dispatch.kit.logs import log_as_json
    from dispatch.kit.serving import NOT_STARTED, server_of
    from dispatch.planning.last_copy import copies_kept
    from dispatch.setup.code import first_start
    from dispatch.start import opened

    log_as_json()
    settings = settings_or_exit(port=port)
    with refusals_told(), stoppable(), opened(settings) as installation:
        if told := first_start(installation):
            structlog.get_logger(__name__).warning("first start", **told)
        server = server_of(create_app(installation), settings.host, settings.port)
        with copies_kept(installation):
            server.run()
        if not server.started:
            raise typer.Exit(NOT_STARTED)


@app.command()
def worker() -> None:
    """Do the queued work: planning, messages out, replies in. Any number may run, on any number of machines."""
    from dispatch import worker as work
    from dispatch.kit.logs import log_as_json
    from dispatch.start import opened

    log_as_json()
    with refusals_told(), stoppable(), opened(settings_or_exit()) as installation:
        work.run(installation)


@app.command()
def clock() -> None:
    """Strike the timed jobs. Any number may run: a tick is a unique row, so each happens once."""
    from dispatch import clock as striking
    from dispatch.kit.logs import log_as_json
    from dispatch.start import opened

    log_as_json()
    with refusals_told(), stoppable(), opened(settings_or_exit()) as installation:
        striking.run(installation)


@app.command()
def run(port: Port = None) -> None:
    """Start serve, worker and clock under one parent, for a single machine; a part that dies is started again."""
    from dispatch.family import Family
    from dispatch.kit.logs import log_as_json
    from dispatch.setup.code import first_start
    from dispatch.start import opened
    from dispatch.territory.load import load

    log_as_json()
    settings = settings_or_exit(port=port)
    with refusals_told(), stoppable(), opened(settings) as installation:
        with installation.database.begin() as session:
            load(session, settings.territory)
        with Family(dict(os.environ) | {"PONTE_PORT": str(settings.port)}) as family:
            typer.echo(f"Ponte answers on {settings.base_url} (Ctrl-C stops it)")
            if told := first_start(installation):
                typer.echo(f"First start: open {told['open']} and type the code {told['code']}")
            family.watch()


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop after the summary instead of serving.")] = False,
    seed: Annotated[int, typer.Option(help="The same seed gives the same province and the same people.")] = 1,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the summary's figures there.")] = None,
    export: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the last problem.json and the settled plan.json there.")
    ] = None,
    port: Port = None,
) -> None:
    """Rehearse a week of a seeded province end to end, print what happened, then serve it.

    Example: ponte demo --once --seed 7 --json week.json --export out
    """
    from dispatch.rehearsal.demo import rehearse

    settings = settings_or_exit(port=port)
    with refusals_told(), stoppable():
        sys.exit(rehearse(settings, once=once, seed=seed, figures=json, export=export))


@app.command("setup-code")
def print_setup_code() -> None:
    """Print again the code that the page of the first start asks for; nothing once somebody can sign in."""
    from dispatch.setup.code import first_start
    from dispatch.start import opened

    with refusals_told(), opened(settings_or_exit()) as installation:
        told = first_start(installation)
    if told is None:
        typer.echo("This installation is set up already: sign in, or make another account with: ponte account create")
        raise typer.Exit(REFUSED)
    typer.echo(f"{told['code']}   for {told['open']}")


@app.command()
def migrate() -> None:
    """Bring the database to the newest migration and load the territory's facts; running it again changes nothing."""
    from dispatch.kit.logs import log_as_json
    from dispatch.start import opened
    from dispatch.territory.load import load

    log_as_json()
    with refusals_told(), opened(settings_or_exit()) as installation, installation.database.begin() as session:
        territory = load(session, installation.settings.territory)
    typer.echo(f"The database is ready: {len(territory.ambiti)} ambiti, {len(territory.comuni)} comuni.")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands ``ponte line …``: which provider SMS leave by, how its line stands, stop it, start it."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli_refusals import refusals_told, settings_or_exit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from config.settings import Settings

line_commands = typer.Typer(no_args_is_help=True, help="The line that SMS leave by.")


@line_commands.command("show")
def show() -> None:
    """Which provider speaks, how each line stands, what waits. Example: ponte line show"""
    with _at_work() as (session, settings):
        typer.echo("\n".join(_told(session, settings)))


@line_commands.command("use")
def use(provider: Annotated[str, typer.Argument(help="twilio, or phone: nothing leaves the machine.")]) -> None:
    """Send what is queued by another provider; what one of them has stays with it. Example: ponte line use phone"""
    from dispatch.line import service

    with _at_work() as (session, settings):
        service.use(session, settings, provider)
        _audit(session, "line.use", provider)
        typer.echo("\n".join(_told(session, settings)))


@line_commands.command("stop")
def stop(
    why: Annotated[str, typer.Option(help="Stands on every page of the staff until the line is started.")],
) -> None:
    """Let nothing leave until `ponte line start`. Example: ponte line stop --why 'wrong texts since noon'"""
    from dispatch.kit.clock import machine_now
    from dispatch.line import service

    with _at_work() as (session, settings):
        held = service.hold(session, settings, getpass.getuser(), why, machine_now())
        _audit(session, "line.hold", held)
        typer.echo("\n".join(_told(session, settings)))


@line_commands.command("start")
def start() -> None:
    """Let SMS leave again at once, whatever held them. Example: ponte line start"""
    from dispatch.line import service

    with _at_work() as (session, settings):
        _audit(session, "line.start", service.start(session, settings))
        typer.echo("\n".join(_told(session, settings)))


@contextmanager
def _at_work() -> "Iterator[tuple[Session, Settings]]":
    """One transaction on the configured installation; a refusal ends the command with its sentence."""
    from dispatch.start import opened

    with refusals_told(), opened(settings_or_exit()) as installation, installation.database.begin() as session:
        yield session, installation.settings


def _audit(session: "Session", action: str, provider: str) -> None:
    from dispatch.access.audit import record
    from dispatch.kit.clock import machine_now

    record(session, machine_now(), f"cli:{getpass.getuser()}", action, "line", provider)


def _told(session: "Session", settings: "Settings") -> "Iterator[str]":
    """One line a provider, and what waits."""
    from dispatch.line import queries

    chosen = queries.in_force(session, settings)
    for line in queries.all_lines(session):
        session.refresh(line)
        if line.provider in settings.providers:
            since = f" since {line.since:%Y-%m-%d %H:%M} UTC" if line.since else ""
            why = f": {line.why} ({line.by})" if line.why else ""
            mark = "*" if line.provider == chosen else " "
            under_way = queries.under_way(session, line.provider)
            yield f"{mark} {line.provider}: {line.state}{since}{why}; {under_way} under way"
    yield f"{queries.queued_count(session)} queued; * is in force"

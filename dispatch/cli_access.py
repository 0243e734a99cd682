# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands for who may come in: accounts with a role, and API keys of desks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli_refusals import refusals_told, settings_or_exit
from dispatch.errors import FieldProblem, NotUnderstood

# The tables are imported inside the commands: `ponte solve` should not wait for a database library.
if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dispatch.records.roster import Mediator
    from dispatch.records.territory import Desk

account_commands = typer.Typer(no_args_is_help=True, help="Accounts of people who sign in.")
key_commands = typer.Typer(no_args_is_help=True, help="API keys of desks, for their own programs.")

DeskCode = Annotated[str, typer.Argument(help="The desk's code, for example ic-trescore.")]
Label = Annotated[str, typer.Option(help="Which program uses it, for example 'registro elettronico'.")]


@account_commands.command("create")
def create_account(
    login: Annotated[str, typer.Argument(help="What the person types to sign in.")],
    name: Annotated[str, typer.Option(help="The name shown on pages.")],
    role: Annotated[str, typer.Option(help="What the person may see and do: desk, mediator, coordinator or admin.")],
    desk: Annotated[str | None, typer.Option(help="Code of the desk, for role desk.")] = None,
    mediator: Annotated[str | None, typer.Option(help="Code of the mediator, for role mediator.")] = None,
    password: Annotated[
        str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True, help="Asked for when left out.")
    ] = "",
) -> None:
    """Make an account. Example: ponte account create marta --name 'Marta R.' --role coordinator"""
    from dispatch.access import service
    from dispatch.access.queries import desk_by_code, mediator_by_code
    from dispatch.kit.clock import machine_now
    from dispatch.records.statuses import Role

    with refusals_told(), database() as session:
        if role not in set(Role):
            remedy = f"Write one of: {', '.join(Role)}."
            raise NotUnderstood("The role is not known.", fields=(FieldProblem("role", "unknown", role, remedy),))
        service.create_account(
            session,
            machine_now(),
            login=login,
            name=name,
            password=password,
            role=Role(role),
            desk_id=None if desk is None else named("desk", desk, desk_by_code(session, desk)),
            mediator_id=None if mediator is None else named("mediator", mediator, mediator_by_code(session, mediator)),
        )
    typer.echo(f"Account {login} ({role}) made.")


def named(field: str, code: str, found: "Desk | Mediator | None") -> int:
    """The id of a row named by its code, or a refusal that says which code is not known."""
    if found is None:
        problem = FieldProblem(field, "no such code", code, "Check the code; codes are those of the imported lists.")
        raise NotUnderstood(f"There is no {field} {code!r}.", fields=(problem,))
    return found.id


@key_commands.command("create")
def create_key(desk: DeskCode, label: Label) -> None:
    """Make an API key; it is shown once and stored only as a hash."""
    from dispatch.access import service
    from dispatch.kit.clock import machine_now

    with refusals_told(), database() as session:
        key = service.create_key(session, machine_now(), desk_code=desk, label=label)
    typer.echo(key)


@key_commands.command("revoke")
def revoke_keys(desk: DeskCode, label: Label) -> None:
    """Shut the keys of a desk with this label, at once."""
    from dispatch.access import service
    from dispatch.kit.clock import machine_now

    with refusals_told(), database() as session:
        shut = service.revoke_keys(session, machine_now(), desk_code=desk, label=label)
    typer.echo(f"{shut} keys shut.")


@contextmanager
def database() -> "Iterator[Session]":
    """One transaction on the configured installation."""
    from dispatch.start import opened

    with opened(settings_or_exit()) as installation, installation.database.begin() as session:
        yield session

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a command says when it cannot go on: one sentence a field on stderr, and an exit code that means something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError

from config.settings import Settings
from dispatch.errors import PonteError

REFUSED = 1
BAD_INPUT = 2


def settings_or_exit(**chosen: object) -> Settings:
    """The settings, or exit 2 with each wrong one named."""
    try:
        return Settings(**{key: value for key, value in chosen.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as trouble:
        for error in trouble.errors():
            where = "_".join(str(part) for part in error["loc"]).upper() or "settings"
            typer.echo(f"PONTE_{where}: {error['msg']} (value {error.get('input')!r})", err=True)
        raise typer.Exit(BAD_INPUT) from None


@contextmanager
def refusals_told() -> Iterator[None]:
    """A refusal of the service ends the command with its sentence, each field and its remedy."""
    try:
        yield
    except PonteError as refusal:
        typer.echo(refusal.detail, err=True)
        for field in refusal.fields:
            typer.echo(f"  {field.field} = {field.value!r}: {field.message}. {field.remedy}", err=True)
        raise typer.Exit(BAD_INPUT if refusal.status == 422 else REFUSED) from None

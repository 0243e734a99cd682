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
            name = str(error["loc"][0]) if error["loc"] else ""
            where = "settings" if not name else "DATABASE_URL" if name == "DATABASE_URL" else f"PONTE_{name.upper()}"
            # What is wrong with all of them together holds all of them, the secret ones too.
            value = f" (value {error['input']!r})" if name and not _is_secret(name) else ""
            typer.echo(f"{where}: {error['msg']}{value}", err=True)
        raise typer.Exit(BAD_INPUT) from None


def _is_secret(name: str) -> bool:
    field = Settings.model_fields.get(name)
    return field is None or "SecretStr" in str(field.annotation)  # the address of the database holds a password


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

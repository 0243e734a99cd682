# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the registers' routes share: a row's code in an address, going on after saving, and saying that it was saved."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Request
from sqlalchemy import inspect
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.records.base import Base
from dispatch.web.i18n import gettext as _
from dispatch.web.views.page import Flash

RowCode = Annotated[str, Path(max_length=64, pattern=r"^[^\x00]*$")]  # PostgreSQL holds no NUL
Saved = Annotated[str, Query(max_length=10)]


def see_saved(address: str) -> Response:
    """On to the page of what was saved, which says so."""
    return RedirectResponse(f"{address}?saved=1", 303)


def say_saved(request: Request, saved: str) -> None:
    if saved:
        request.state.flashes = (Flash("success", _("Saved.")),)


def refuse_elsewhere(ambiti: tuple[str, ...] | None, field: str, value: str, ambito: str) -> None:
    """A coordinator of some ambiti enters nothing in another; None are all of them."""
    if ambiti is not None and ambito not in ambiti:
        problem = FieldProblem(
            field,
            _("This lies in ambito %(ambito)s, which is not yours.") % {"ambito": ambito},
            value,
            _("Choose one in your ambiti, or ask who administers Ponte."),
        )
        raise NotUnderstood(_("Some fields cannot be accepted."), fields=(problem,))


def hold(session: Session, row: Base) -> None:
    """Hold a row and read it again, so that what its form shows of it is what the save finds; others may refer to it."""
    key = inspect(row).identity
    session.get_one(type(row), key, with_for_update={"key_share": True}, populate_existing=True)

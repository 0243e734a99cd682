# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who a mediator's own page is about, and whether she may still write there."""

from __future__ import annotations

import re

from fastapi import Request
from sqlalchemy.orm import Session

from dispatch.access.visitor import Visitor
from dispatch.errors import Forbidden, NotFound
from dispatch.records.roster import Mediator
from dispatch.web.i18n import gettext as _
from dispatch.web.phone_words import speak_to

BASE = re.compile(r"/my|/m/[^/]+")


def me(session: Session, who: Visitor) -> Mediator:
    """The mediator who signed in, or whose signed link this is; from here on the page speaks her language."""
    row = session.get(Mediator, who.mediator_id) if who.mediator_id is not None else None
    if row is None:
        raise NotFound(_("This agenda is not there any more. Ask your coordinator for a new link."))
    speak_to(row.message_language)
    return row


def refuse_who_left(row: Mediator) -> None:
    """Her link has no end of its own: who is retired still reads her agenda, but enters nothing any more."""
    if not row.active:
        raise Forbidden(
            _(
                "You are not on the list of mediators any more, so nothing was entered. Call your coordinator to come back."
            )
        )


def base_of(request: Request) -> str:
    """Where her pages begin: "/my" for who signed in, "/m/…" behind her link."""
    found = BASE.match(request.url.path)
    assert found is not None  # no other address leads to these pages
    return found[0]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which slot a coordinator may look for somebody for, and whom of the roster she sees."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.access.visitor import Visitor
from dispatch.errors import NotFound
from dispatch.planning.queries import SlotName, slot_of_date
from dispatch.records.intake import Slot
from dispatch.records.roster import Mediator
from dispatch.roster.page_queries import seen_by
from dispatch.web.i18n import gettext as _


def find_slot(session: Session, who: Visitor, name: SlotName) -> Slot:
    """The slot, if the visitor coordinates its ambito; NotFound also for another's."""
    slot = slot_of_date(session, who.ambiti, name)
    if slot is None:
        raise NotFound(_("The request has no meeting number %(number)d.") % {"number": name.appointment})
    return slot


def names_seen(session: Session, who: Visitor) -> dict[str, str]:
    """By code, the names of those whom the visitor may see, and so choose."""
    return dict(session.execute(select(Mediator.code, Mediator.name).where(seen_by(who))).all())

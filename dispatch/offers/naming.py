# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an offer calls a visit's languages and its place, in full and in short, for whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.offers.queries import Visit
from dispatch.records.intake import Slot
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Mode
from dispatch.records.territory import Language
from notifications.catalog import nearest_language
from notifications.language_names import language_name


@dataclass(frozen=True)
class Named:
    """A name and the shorter one that takes its place where there is no room; None where there is nothing to name."""

    name: str | None
    short: str | None


def languages_of(session: Session, slot: Slot, reader: Mediator) -> Named:
    """The languages a slot asks for: "arabo / francese", and "arabo +1" in the short Italian that every mediator knows."""
    codes = sorted(slot.needs.get("languages", {}))
    rows = session.scalars(select(Language).where(Language.code.in_(codes)).order_by(Language.code)).all()
    if not rows:
        return Named(None, None)
    written = nearest_language(reader.message_language)
    names = [language_name(row.code, written, italian=row.short_it, english=row.name_en) for row in rows]
    more = [f"+{len(rows) - 1}"] if rows[1:] else []
    return Named((" / " if slot.needs.get("any_language") else " + ").join(names), " ".join([rows[0].short_it, *more]))


def comune_of(visit: Visit) -> Named:
    """Where a visit on site takes place; nothing for one by phone or video."""
    place = visit.appointment.place
    if place is None or visit.appointment.mode != Mode.ONSITE:
        return Named(None, None)
    return Named(place.comune.name, place.comune.short_name)

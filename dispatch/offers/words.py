# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of the offers pages that depend on a row: kinds of service, languages for the reader of the page."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.records.intake import Slot
from dispatch.records.statuses import Sector
from dispatch.records.territory import Language
from dispatch.web.i18n import _l, current_locale, gettext

SECTORS = {
    Sector.SCHOOL: _l("school"),
    Sector.SOCIAL: _l("social services"),
    Sector.HEALTH: _l("health service"),
    Sector.TOWN: _l("town office"),
    Sector.SHELTER: _l("reception centre"),
}


def sector_word(sector: str) -> str:
    """The kind of service, the only thing about a desk that is said before a yes."""
    return gettext(SECTORS[Sector(sector)])


def languages_of(session: Session, slot: Slot) -> str:
    """The languages a slot asks for, in the words of the page: "arabo" or "arabo / francese"."""
    joined = " / " if slot.needs.get("any_language") else " + "
    return joined.join(language_names(session, sorted(slot.needs.get("languages", {}))))


def language_names(session: Session, codes: Iterable[str]) -> list[str]:
    """Names in the page's language, in the order of ``codes``; Italian where the page is Italian, else English."""
    wanted = list(codes)
    rows = {row.code: row for row in session.scalars(select(Language).where(Language.code.in_(wanted)))}
    italian = current_locale() == "it"
    return [rows[code].name_it if italian else rows[code].name_en for code in wanted if code in rows]

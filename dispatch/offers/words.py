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
from notifications.language_names import language_name

KNOWN = "languages named"
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
    """Names in the page's language, in the order of ``codes``; of each language the row is read once a transaction."""
    wanted = list(codes)
    rows: dict[str, Language] = session.info.setdefault(KNOWN, {})
    if lacking := [code for code in wanted if code not in rows]:
        rows |= {row.code: row for row in session.scalars(select(Language).where(Language.code.in_(lacking)))}
    known = [rows[code] for code in wanted if code in rows]
    return [language_name(row.code, current_locale(), italian=row.name_it, english=row.name_en) for row in known]

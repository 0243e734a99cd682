# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of mediators as a coordinator reads it: who speaks what, how much she may work, when she works next."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.access.visitor import Visitor
from dispatch.records.roster import Mediator
from dispatch.roster import page_queries as queries
from dispatch.roster.numbers import state_of
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import PER_PAGE, chosen, one_of, pager, search
from dispatch.web.moments import decimal
from dispatch.web.register_words import language_word, phone_word
from dispatch.web.views.page import Choice, Filters
from dispatch.web.views.roster import MediatorRow, RosterPage


def list_page(session: Session, visitor: Visitor, asked: dict[str, str], number: int, now: dt.datetime) -> RosterPage:
    filters = _filters(session, asked)
    wanted = queries.Wanted(*(chosen(filters)[name] for name in ("q", "language", "ambito", "state")))
    rows, found = queries.list_mediators(session, visitor, wanted, page=number, size=PER_PAGE)
    ahead = queries.next_visits(session, [row.id for row in rows], now)
    return RosterPage(
        rows=tuple(_row(row, ahead.get(row.id)) for row in rows),
        filters=filters,
        pager=pager(filters, number, found),
        total=queries.count_mediators(session, visitor),
        untried=len(queries.untried(session, visitor)),
    )


def _row(row: Mediator, ahead: Range[dt.datetime] | None) -> MediatorRow:
    spoken = sorted(row.languages, key=lambda language: -language.level)
    return MediatorRow(
        code=row.code,
        name=row.name,
        languages=", ".join(language_word(language.language_code) for language in spoken),
        organisation=row.organisation.name,
        home=row.home.comune.name,
        limit=_hours(_("at most %(hours)s h"), row.max_week) or _("no limit"),
        target=_hours(_("wanted %(hours)s h"), row.target_week),
        phone=row.phone,
        trouble=phone_word(row.sms_blocked),
        number=state_of(row).value,
        next_start=ahead.lower if ahead else None,
        next_end=ahead.upper if ahead else None,
        active=row.active,
    )


def _hours(words: str, minutes: int | None) -> str:
    """What was agreed about a week; empty where nothing was."""
    return "" if minutes is None else words % {"hours": decimal(minutes / 60)}


def _filters(session: Session, asked: dict[str, str]) -> Filters:
    names = {code: language_word(code) for code in queries.languages_spoken(session)}
    states = (
        Choice("", _("active")),
        Choice(queries.RETIRED, _("retired")),
        Choice(queries.EVERYBODY, _("active and retired")),
    )
    languages = tuple(Choice(code, names[code]) for code in sorted(names, key=names.__getitem__))
    ambiti = tuple(Choice(row.code, f"{row.code} {row.name}") for row in queries.ambiti(session))
    items = (
        search(_("Name, code or number"), asked["q"]),
        one_of("language", _("Language"), languages, asked["language"]),
        one_of("ambito", _("Ambito"), ambiti, asked["ambito"]),
        one_of("state", _("Show"), states, asked["state"]),
    )
    return Filters("/roster", items)

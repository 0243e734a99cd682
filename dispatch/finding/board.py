# SPDX-License-Identifier: AGPL-3.0-or-later
"""The board of offers: every date about which somebody is being asked, by what a coordinator looks for."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.access.visitor import Visitor
from dispatch.finding import queries
from dispatch.finding.lines import lines_of
from dispatch.planning.board import language_names
from dispatch.records.statuses import OfferStatus
from dispatch.records.territory import Ambito
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import PER_PAGE, chosen, one_of, pager
from dispatch.web.views.finding import Line, OffersPage
from dispatch.web.views.page import Choice, Filters

WAITING, LEAVING, FAILED = "waiting", "leaving", "failed"


def offers_page(session: Session, who: Visitor, asked: dict[str, str], number: int, now: dt.datetime) -> OffersPage:
    """What expires first stands first; what nobody is left to answer stands before it."""
    everything = lines_of(session, queries.slots_in_question(session, who, queries.Wanted(), now), now)
    filters = _filters(session, who, asked)
    wanted = chosen(filters)
    narrowed = queries.Wanted(wanted["ambito"], wanted["language"])
    lines = everything
    if narrowed != queries.Wanted():
        lines = lines_of(session, queries.slots_in_question(session, who, narrowed, now), now)
    found = [line for line in lines if _is(line, wanted["state"])]
    first = (number - 1) * PER_PAGE
    return OffersPage(
        lines=tuple(found[first : first + PER_PAGE]),
        filters=filters,
        pager=pager(filters, number, len(found)),
        total=len(everything),
        now=now,
        waiting=sum(line.is_open for line in everything),
        failed=sum(_is(line, FAILED) for line in everything),
    )


def _is(line: Line, state: str) -> bool:
    match state:
        case "waiting":
            return any(one.status == OfferStatus.WAITING for one in line.asked)
        case "leaving":
            return any(one.status == OfferStatus.QUEUED for one in line.asked)
        case "failed":
            return any(one.failed for one in line.asked)
        case _:
            return True


def _filters(session: Session, who: Visitor, asked: dict[str, str]) -> Filters:
    ambiti = session.scalars(select(Ambito).order_by(Ambito.name)).all()
    mine = tuple(Choice(one.code, one.name) for one in ambiti if who.ambiti is None or one.code in who.ambiti)
    names = sorted((name, code) for code, name in language_names(session).items())
    states = (
        Choice(WAITING, _("Waiting for an answer")),
        Choice(LEAVING, _("About to leave")),
        Choice(FAILED, _("SMS not delivered")),
    )
    return Filters(
        "/offers",
        (
            one_of("ambito", _("Ambito"), mine, asked["ambito"]),
            one_of("language", _("Language"), tuple(Choice(code, name) for name, code in names), asked["language"]),
            one_of("state", _("Status"), states, asked["state"]),
        ),
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""AGENDA and AIUTO end to end: what is over is not in the agenda, what is open is in the help."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.session import Database
from dispatch.records import Mediator, Message, Offer
from dispatch.records.statuses import InboundStatus, OfferStatus
from tests import make
from tests.dispatch.offers import scene

NOW = scene.MONDAY_MORNING
HOUR = dt.timedelta(hours=1)


def last(session: Session) -> str:
    return session.scalars(select(Message.body).order_by(Message.id.desc()).limit(1)).one()


@pytest.mark.parametrize("words", ["AGENDA", "agenda grazie", "la mia agenda"])
def test_the_agenda_has_the_next_three_visits(database: Database, words: str) -> None:
    """One that is over and one that is not booked are left out, one under way is in, the fourth is behind the link."""
    with database.begin() as session:
        her = make.mediator(session)
        make.visit(session, her, NOW - 3 * HOUR)
        make.visit(session, her, NOW - HOUR / 2)
        make.visit(session, her, NOW + 30 * HOUR, state="withdrawn")
        for days in (1, 2, 3):
            make.visit(session, her, NOW + days * 24 * HOUR)
        phone = her.phone
    assert scene.says(database, phone, words, NOW) == InboundStatus.ANSWERED
    with database.begin() as session:
        body = last(session)
    assert [day for day in ("23/11", "24/11", "25/11", "26/11") if day in body] == ["23/11", "24/11", "25/11"], body
    assert body.count("23/11") == 1
    assert "ponte.example/m/" in body


def test_an_empty_agenda_says_so(database: Database) -> None:
    with database.begin() as session:
        phone = make.mediator(session).phone
    assert scene.says(database, phone, "AGENDA", NOW) == InboundStatus.ANSWERED
    with database.begin() as session:
        assert "ponte.example/m/" in last(session)


def test_the_help_names_the_codes_that_are_open(database: Database) -> None:
    """Two that wait for her answer; what she has answered, or was never sent, is not among them."""
    with database.begin() as session:
        her = make.mediator(session)
        codes = {status: make.offer(session, her, NOW, status).code for status in ("declined", "queued")}
        waiting = [make.offer(session, her, NOW + number * HOUR, OfferStatus.WAITING).code for number in (0, 5)]
        phone = her.phone
    assert scene.says(database, phone, "Aiuto!", NOW) == InboundStatus.ANSWERED
    with database.begin() as session:
        body = last(session)
    assert all(str(code) in body for code in waiting)
    assert not any(str(code) in body.replace("9-13", "") for code in codes.values())
    assert "OCCUPATO" in body


def test_several_codes_have_each_their_own_answer(database: Database) -> None:
    """A yes and a no in one SMS, whatever was open besides."""
    [first] = scene.asked(database)
    with database.begin() as session:
        phone = session.scalars(select(Mediator.phone)).one()
        her = session.scalars(select(Mediator)).one()
        scene.publish(session, scene.slot(session, scene.NEXT_WEEK + 24 * HOUR), [her], scene.NEXT_WEEK + 24 * HOUR)
    scene.ask_all(database, scene.office())
    scene.send_all(database, scene.office())
    with database.begin() as session:
        codes = list(session.scalars(select(Offer.code).order_by(Offer.id)))
    assert scene.says(database, phone, f"NO {codes[0]} SI {codes[1]}", NOW) == InboundStatus.SETTLED
    with database.begin() as session:
        statuses = list(session.scalars(select(Offer.status).order_by(Offer.id)))
    assert (statuses, first) == ([OfferStatus.DECLINED, OfferStatus.ACCEPTED], first)

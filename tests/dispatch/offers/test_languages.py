# SPDX-License-Identifier: AGPL-3.0-or-later
"""The conversation in the mediator's own language: asked, answered and confirmed without a word of Italian."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from dispatch.kit.session import Database
from dispatch.offers.naming import Named, languages_of
from dispatch.records.offers import Offer
from dispatch.records.statuses import InboundStatus, OfferStatus
from tests import make
from tests.dispatch.offers import scene

NOON = dt.datetime(2026, 11, 23, 11, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("reads", "arabic", "yes", "confirmed"),
    [
        ("ary", "العربية", "نعم {code}", "تم تأكيد"),
        ("pnb", "عربی", "جی ہاں {code}", "طے ہو گیا"),
        ("uk", "арабська", "так {code}", "підтверджено"),
        ("zh-Hans", "阿拉伯语", "可以{code}", "已确认"),
        ("fr-SN", "arabe", "Oui, {code} merci", "confirmé"),
    ],
)
def test_she_is_asked_and_answers_in_her_language(
    database: Database, reads: str, arabic: str, yes: str, confirmed: str
) -> None:
    """The offer names the language in hers, her yes books, and the confirmation is in hers."""
    with database.begin() as session:
        amina = make.mediator(session, message_language=reads)
        scene.publish(session, scene.slot(session), [amina])
    scene.ask_all(database, scene.office())
    scene.send_all(database, scene.office())
    with database.begin() as session:
        offer = session.scalars(select(Offer)).one()
        phone, code = offer.mediator.phone, offer.code
        (asked,) = scene.texts(session, "offer")
        assert arabic in asked
    assert scene.says(database, phone, yes.format(code=code), NOON) is InboundStatus.SETTLED
    with database.begin() as session:
        assert session.scalars(select(Offer.status)).one() == OfferStatus.ACCEPTED
        assert confirmed in scene.texts(session, "confirmed")[0]


def test_several_languages_are_counted_in_short(database: Database) -> None:
    """Where there is no room the first one stands for all; without any there is no word for them."""
    with database.begin() as session:
        wanted, reader = scene.slot(session), make.mediator(session)
        make.languages(session, "fr")
        assert languages_of(session, wanted, reader) == Named("arabo", "arabo")
        wanted.needs = {**wanted.needs, "languages": {"fr": 2, "ar": 2}}
        assert languages_of(session, wanted, reader) == Named("arabo + francese", "arabo +1")
        wanted.needs = {**wanted.needs, "languages": {}}
        assert languages_of(session, wanted, reader) == Named(None, None)

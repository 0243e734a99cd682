# SPDX-License-Identifier: AGPL-3.0-or-later
"""A3: each offer ends exactly once, nothing stands on what was cancelled, and no step is taken that is not drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from dispatch.kit.session import Database
from dispatch.offers.decisions import Reply
from dispatch.records.offers import Offer
from dispatch.records.statuses import OfferStatus
from tests import make
from tests.dispatch.offers import drawn, ends, scene
from tests.dispatch.offers.ends import all_held, race_of_ends, say

EVENTS_IN_A_TEST = 384
QUEUED, WAITING, ACCEPTED, DECLINED, EXPIRED, WITHDRAWN, COVERED = OfferStatus
Event = Callable[[Session, Offer], object]


def test_each_offer_ends_exactly_once_whatever_races(database: Database) -> None:
    """Yes, no, ANNULLA, silence, cancellation, absence and re-plan of the same visits at once, by sixteen threads."""
    with database.begin() as session:
        drawn.watch(session)
    race = race_of_ends(database, EVENTS_IN_A_TEST)
    assert race.troubles == {}
    assert all_held(database) == []


def test_without_locks_the_same_race_does_not_hold(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: no row is locked before it is read, and what was read is no longer true when it is written."""
    monkeypatch.setattr(Select, "with_for_update", lambda self, **_: self)
    monkeypatch.setattr(ends, "FORGIVEN", (Exception,))
    with database.begin() as session:
        drawn.watch(session)
    race = race_of_ends(database, EVENTS_IN_A_TEST)
    assert race.troubles or all_held(database)


def called_off(session: Session, offer: Offer) -> None:
    """And told so: what the desk's click and the job after it do."""
    ends.cancel(session, offer)
    ends.tell_it_is_off(session, offer)


def absent(session: Session, offer: Offer) -> None:
    ends.fall_ill(session, offer)
    ends.tell_released_one(session, offer)


# Each event and the steps that it may take; from every other state it leads nowhere.
MATRIX: dict[str, tuple[Event, dict[OfferStatus, OfferStatus]]] = {
    # Two are asked and the first yes wins, also a late one, or one after all, while nobody else has it.
    "yes": (say(Reply.YES), dict.fromkeys((QUEUED, WAITING, DECLINED, EXPIRED, WITHDRAWN), ACCEPTED)),
    "no": (say(Reply.NO), {QUEUED: DECLINED, WAITING: DECLINED}),
    "something unclear": (say(Reply.UNCLEAR), {}),
    "too late to give it back": (ends.take_back, {}),
    "time is over": (ends.expire, {QUEUED: EXPIRED, WAITING: EXPIRED}),
    "called off": (called_off, {QUEUED: WITHDRAWN, WAITING: WITHDRAWN, ACCEPTED: WITHDRAWN}),
    "absent": (absent, {QUEUED: WITHDRAWN, WAITING: WITHDRAWN, ACCEPTED: WITHDRAWN}),
    "told it is off, and it is not": (ends.tell_it_is_off, {}),
    "told she is released, and she is not": (ends.tell_released_one, {}),
    "asked again": (ends.ask_again, {}),
}

# How an offer comes to each status, by what happens to her and to the other one who was asked.
COMES_TO: dict[OfferStatus, tuple[Event | None, Event | None]] = {
    QUEUED: (None, None),
    WAITING: (None, None),
    ACCEPTED: (say(Reply.YES), None),
    DECLINED: (say(Reply.NO), None),
    EXPIRED: (ends.expire, None),
    WITHDRAWN: (absent, None),
    COVERED: (None, say(Reply.YES)),
}


@pytest.mark.parametrize("event", MATRIX)
def test_the_full_matrix_of_transitions(database: Database, event: str) -> None:
    """Each event on an offer in each state takes the one step that it may, or changes nothing."""
    happens, steps = MATRIX[event]
    for status in OfferStatus:
        hers = offer_in(database, status)
        with database.begin() as session:
            happens(session, session.get_one(Offer, hers))
        with database.begin() as session:
            assert (status, session.get_one(Offer, hers).status) == (status, steps.get(status, status))


def offer_in(database: Database, status: OfferStatus) -> int:
    """Two were asked about one slot, she as the planner's choice; her offer is brought to this status."""
    with database.begin() as session:
        her, other = make.mediator(session), make.mediator(session)
        slot = scene.slot(session, ends.THE_SAME_DAY)
        scene.publish(session, slot, [her, other], ends.THE_SAME_DAY)
    scene.ask_all(database, scene.office())
    if status is not QUEUED:
        scene.send_all(database, scene.office())
    with database.begin() as session:
        both = session.scalars(select(Offer.id).where(Offer.slot_id == slot.id).order_by(Offer.id)).all()
    for offer_id, happens in zip(both, COMES_TO[status], strict=True):
        if happens is not None:
            with database.begin() as session:
                happens(session, session.get_one(Offer, offer_id))
    with database.begin() as session:
        assert session.get_one(Offer, both[0]).status == status
    return both[0]

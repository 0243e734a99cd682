# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an SMS proves is little: a number can be forged and a code guessed (rows C7 and C8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import msgspec
import pytest
from sqlalchemy import select, text

from config.policy import load_policy
from dispatch.kit import running
from dispatch.kit.session import Database
from dispatch.offers import jobs
from dispatch.offers.handsets import write_back
from dispatch.records.offers import Message, Offer
from dispatch.records.statuses import MessageStatus, OfferStatus
from notifications.message import MessageKind
from tests import make
from tests.dispatch.offers import guesses, scene

AT_NIGHT = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)  # 3:00 in Italy
TOLD_WITHIN = dt.timedelta(seconds=60)
JOBS: dict[str, Callable[..., object]] = {"offers.read": jobs.read, "offers.send": jobs.send}
NEXT_JOB = text(
    "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT id FROM procrastinate_jobs"
    " WHERE status = 'todo' ORDER BY priority DESC, id LIMIT 1) RETURNING task_name, args"
)


@pytest.fixture
def installed(database: Database) -> Iterator[None]:
    running.start(make.installation(database))
    yield
    running._current.clear()


def work_off(database: Database) -> None:
    """Do what is queued, in the queue's order, as a worker would; nothing that is due only later."""
    while True:
        with database.begin() as session:
            job = session.execute(NEXT_JOB).first()
        if job is None:
            return
        JOBS[job.task_name](**job.args)


def told_the_true_one(database: Database) -> bool:
    """Whether, a yes in her name having come at night, her own phone hears of the booking within a minute."""
    (offer_id,) = scene.asked(database)
    with database.begin() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
        scene.set_time(session, AT_NIGHT)
        offer = session.get_one(Offer, offer_id)
        phone = offer.mediator.phone
        write_back(session, phone, f"SI {offer.code}", AT_NIGHT, scene.CHANCE)
    work_off(database)
    with database.begin() as session:
        assert session.get_one(Offer, offer_id).status == OfferStatus.ACCEPTED
        query = select(Message).where(Message.kind == MessageKind.CONFIRMED, Message.to_phone == phone)
        told = session.scalars(query).first()
        if told is None or told.status != MessageStatus.SENT or told.sent_at is None:
            return False
        return told.sent_at - AT_NIGHT <= TOLD_WITHIN


def test_a_yes_with_a_forged_number_is_told_to_its_true_owner(database: Database, installed: None) -> None:
    """C7: the confirmation goes to the number in our register, at once and at any hour, whoever sent the yes."""
    assert told_the_true_one(database)


def test_confirmed_to_nobody_she_would_not_hear_of_it(
    database: Database, installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with the confirmation left out the booking stands, and the same check fails."""
    monkeypatch.setattr("dispatch.offers.answering.confirm", lambda *_: None)
    assert not told_the_true_one(database)


@pytest.mark.parametrize("forged", [False, True])
def test_guessed_codes_hit_nothing_and_cost_little(database: Database, forged: bool) -> None:
    """C8: from another phone, and even in her own name with the right code among them: no hit, six answers, one notice."""
    found = guesses.guess(database, scene.office(), guesses.SMALL, forged=forged)
    assert (found.hits, found.floods) == (0, 1)
    assert found.answers <= 6
    assert found.to_read == guesses.SMALL - load_policy().offers.wrong_codes_per_day


def test_without_the_caps_a_guess_hits_and_every_one_is_answered(database: Database) -> None:
    """Control: with both caps out of reach the right code books, and each guess costs an SMS."""
    uncapped = msgspec.structs.replace(
        load_policy().offers, idle_answers_per_day=1_000_000, wrong_codes_per_day=1_000_000
    )
    found = guesses.guess(database, scene.office(offers=uncapped), 20, forged=True)
    assert (found.hits, found.answers) == (1, 20)


def test_her_own_answers_still_count_after_many_questions_of_hers(database: Database) -> None:
    """Six times AGENDA and no more answers that day: the seventh is for a person, but her yes with its code books."""
    (offer_id,) = scene.asked(database)
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        phone, code = offer.mediator.phone, offer.code
    for minute in range(7):
        scene.says(database, phone, "agenda", guesses.BEGAN + minute * dt.timedelta(minutes=1), sid=f"a{minute}")
    scene.says(database, phone, f"si {code}", guesses.BEGAN + dt.timedelta(minutes=9))
    with database.begin() as session:
        assert len(scene.texts(session, "agenda")) == 6
        assert session.get_one(Offer, offer_id).status == OfferStatus.ACCEPTED
        assert len(scene.texts(session, "confirmed")) == 1


def test_the_next_day_the_caps_begin_anew(database: Database) -> None:
    """After 24 hours who mixed up her codes is answered, and her right code counts."""
    found = guesses.guess(database, scene.office(), 12, forged=True)
    assert found.hits == 0
    with database.begin() as session:
        offer = session.scalars(select(Offer)).one()
        phone, code = offer.mediator.phone, offer.code
    scene.says(database, phone, f"si {code}", guesses.BEGAN + dt.timedelta(days=1, hours=1))
    with database.begin() as session:
        assert session.scalars(select(Offer.status)).one() == OfferStatus.ACCEPTED

# SPDX-License-Identifier: AGPL-3.0-or-later
"""B7 at a tenth: after STOP, however it is written, nothing more is sent, and only the person herself opens again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, event, select, text, update

from dispatch.kit.session import Database
from dispatch.offers import consent, reading, sending
from dispatch.offers.claiming import Claimed, claim
from dispatch.offers.inbound import store
from dispatch.offers.undelivered import settle_undelivered
from dispatch.records.offers import Inbound, Message, Notice, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AssignmentStatus, InboundStatus, MessageStatus, OfferStatus
from dispatch.roster import saving
from dispatch.roster.consent import has_opted_out
from notifications import replies
from notifications.providers.codes import CodeTable
from notifications.providers.port import FailureClass, InboundSms, OptChoice, Refused
from notifications.providers.recording import Recording
from notifications.replies.consent import choice_of, keywords
from tests import make
from tests.dispatch.offers import scene
from tests.dispatch.offers.opt_outs import every_opt_out, some_opt_outs
from tests.dispatch.roster.test_saving import entry

TENTH, FULL, SEED = 60, 10**6, 7  # in full every one there is: some thousands
NOW = scene.MONDAY_MORNING


@dataclass(frozen=True)
class Sent:
    """How many SMS left for phones whose owner had said stop, and how many once she had opened again."""

    opt_outs: int
    after_stop: int
    after_start: int


def nothing_is_sent_after_stop(database: Database, size: int, seed: int = SEED) -> Sent:
    """Each person has SMS queued, says stop in her way, a coordinator tries to undo it; then she says start."""
    cases, wire = some_opt_outs(size, seed), Recording()
    with database.begin() as session:
        scene.set_time(session, NOW)
        phones = [make.mediator(session).phone for _ in cases]
    queue(database, *phones)
    for phone, case in zip(phones, cases, strict=True):
        write(database, phone, case.text, case.told, NOW)
    override(database)
    queue(database, *phones)
    sending.drain(database, scene.office(), wire)
    after_stop = len(wire.tried)
    for phone in phones:
        write(database, phone, "Start", "", NOW + dt.timedelta(hours=1))
    queue(database, *phones)
    while sending.drain(database, scene.office(), wire):
        pass
    sent = Sent(len(cases), after_stop, len(wire.tried) - after_stop)
    assert sent == Sent(len(cases), 0, len(cases))
    return sent


def write(database: Database, phone: str, text: str, told: str, now: dt.datetime) -> InboundStatus | None:
    """She writes; `told` is the carrier's word about it."""
    choice = OptChoice(told.lower()) if told else None
    sms = InboundSms(
        sid=f"IN{phone}{now}{text}{told}"[:64], from_phone=phone, to_phone="+39", body=text, opt_choice=choice
    )
    with database.begin() as session:
        inbound_id = store(session, "recording", sms, now)
    assert inbound_id is not None
    with database.begin() as session:
        return reading.read_inbound(session, scene.office(), inbound_id, now)


def queue(database: Database, *phones: str) -> None:
    """Rows that some writing module left in the queue, whatever it asked before."""
    with database.begin() as session:
        known = select(Mediator.phone, Mediator.id).where(Mediator.phone.in_(phones))
        ids = {row.phone: row.id for row in session.execute(known)}
        session.add_all(
            Message(
                reference=f"{scene.CHANCE.getrandbits(128):032x}",
                kind="reminder",
                to_phone=phone,
                mediator_id=ids.get(phone),
                body="Ponte",
                segments=1,
                created_at=NOW,
                send_after=NOW,
            )
            for phone in phones
        )


def override(database: Database) -> None:
    """A coordinator gives every tenth of them another number, and then her own again."""
    with database.begin() as session:
        make.languages(session)
        make.organisation(session, "coop-1")
        people = session.scalars(select(Mediator).order_by(Mediator.id)).all()[::10]
        for person in people:
            for number in ("+393200000001", person.phone):
                saving.save_mediator(session, entry(code=person.code, phone=number), "account:marta", NOW)


def test_after_stop_nothing_is_sent_however_it_is_written(database: Database) -> None:
    """Keywords × languages × spellings, with and without the carrier's word, with SMS queued and a coordinator at work."""
    assert nothing_is_sent_after_stop(database, TENTH).opt_outs == TENTH


def test_every_spelling_is_read_as_a_stop() -> None:
    """All of them without a database; and none of the words is anything else to the reader of replies."""
    missed = [case for case in every_opt_out() if not case.told and choice_of(case.text) is not OptChoice.OUT]
    assert missed == []
    words = [word for words in keywords()["stop"].values() for word in words]
    read = {word: type(replies.read(word)).__name__ for word in words}
    assert set(read.values()) <= {"OptOut", "Unclear"}, read


@pytest.mark.parametrize(
    "text", ["stop?", "SI", "yes", "STOP 412", "non stop", "", "👍", "annulla 412", "stop a tutti"]
)
def test_what_is_no_opt_out_stays_what_it_is(text: str) -> None:
    """A question, an answer and a sentence stop nothing."""
    assert choice_of(text) is None


def test_without_the_check_queued_sms_go_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: where nobody heeds the words, SMS leave for people who said stop."""
    monkeypatch.setattr(consent, "choice_of", lambda _: None)
    with pytest.raises(AssertionError):
        nothing_is_sent_after_stop(database, 12)


def test_without_the_memory_of_a_number_a_coordinator_overrides(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: where saving forgets what a number said, changing it there and back opens it."""
    monkeypatch.setattr(saving, "has_opted_out", lambda *_: False)
    with pytest.raises(AssertionError):
        nothing_is_sent_after_stop(database, 12)


def test_a_question_ends_and_a_coordinator_is_told(database: Database) -> None:
    """Her open offer ends as refused, nothing is written to her, and who coordinates reads it."""
    scene.asked(database)
    with database.begin() as session:
        phone = session.scalars(select(Mediator.phone)).one()
    assert write(database, phone, "отписаться", "", NOW) is InboundStatus.SETTLED
    with database.begin() as session:
        assert session.scalars(select(Offer.status)).one() == OfferStatus.DECLINED
        assert "opted_out" in session.scalars(select(Notice.kind)).all()
        assert session.scalars(select(Message.id).where(Message.status == MessageStatus.QUEUED)).all() == []


def test_a_stranger_who_says_stop_is_never_answered(database: Database) -> None:
    """Neither the stop itself nor what comes later is answered, and an answer in the queue stays; start opens again."""
    stranger = "+393477777777"
    assert write(database, stranger, "chi siete?", "", NOW) is InboundStatus.UNKNOWN_NUMBER
    for days, words in enumerate(("Arrêt!", "ciao", "SI")):
        write(database, stranger, words, "", NOW + dt.timedelta(days=days))
    with database.begin() as session:
        scene.set_time(session, NOW)
    wire = Recording()
    sending.drain(database, scene.office(), wire)
    assert wire.tried == []
    for days, words in ((5, "START"), (7, "ciao")):
        write(database, stranger, words, "", NOW + dt.timedelta(days=days))
    with database.begin() as session:
        scene.set_time(session, NOW + dt.timedelta(days=7))
    sending.drain(database, scene.office(), wire)
    assert len(wire.tried) == 1


def test_what_comes_back_to_the_queue_after_stop_stays(database: Database) -> None:
    """A post that the carrier refused for its rate is not tried again when the person said stop meanwhile."""
    with database.begin() as session:
        scene.set_time(session, NOW)
    queue(database, "+393477777777")
    wire = Recording()
    with database.begin() as session:
        claimed = claim(session, scene.office(), wire, NOW, NOW)
    assert isinstance(claimed, Claimed)
    write(database, "+393477777777", "stop", "", NOW)
    with database.begin() as session:
        refused = Refused(20429, FailureClass.TRY_AGAIN, "rate")
        sending.write_refused(session, scene.office(), wire, claimed, refused, NOW, NOW)
        assert session.scalars(select(Message.status)).one() == MessageStatus.FAILED


@pytest.mark.parametrize(("blocked", "kind", "looked_into"), [
    ("opted_out", "cancelled", True), (None, "cancelled", True), ("opted_out", "covered", True), (None, "covered", False),
])  # fmt: skip
def test_news_that_can_leave_no_more_is_looked_into(
    database: Database, blocked: str | None, kind: str, looked_into: bool
) -> None:
    """Useless since the STOP, or too late on a line that stood still: of what she has to know, somebody must hear.

    That somebody else was quicker she need not know, and such a row is looked into only for its phone's sake.
    """
    [offer_id] = scene.asked(database)
    with database.begin() as session:
        scene.set_time(session, NOW)
        offer = session.get_one(Offer, offer_id)
        offer.mediator.sms_blocked, offer.status = blocked, OfferStatus.WITHDRAWN
        session.execute(update(Assignment).values(status=AssignmentStatus.WITHDRAWN))
        row = Message(reference=kind, kind=kind, to_phone=offer.mediator.phone, mediator_id=offer.mediator_id,
                      offer_id=offer_id, body="Ponte", segments=1, created_at=NOW, send_after=NOW, useless_after=NOW)  # fmt: skip
        message_id = make.kept(session, row).id
    sending.drain(database, scene.office(), Recording())
    with database.begin() as session:
        jobs = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'offers.undelivered'")
        assert session.execute(jobs).scalar() == looked_into
        settle_undelivered(session, scene.office(), CodeTable.load(), message_id, NOW)
        assert ("news_failed" in session.scalars(select(Notice.kind)).all()) is (kind == "cancelled")


def test_yes_is_an_answer_unless_she_had_opted_out(database: Database) -> None:
    """The carrier takes YES for an opt-in: who never opted out says yes to her offer, who did opens her phone."""
    scene.asked(database)
    with database.begin() as session:
        phone = session.scalars(select(Mediator.phone)).one()
    assert write(database, phone, "YES", "START", NOW) is InboundStatus.SETTLED
    with database.begin() as session:
        assert session.scalars(select(Offer.status)).one() == OfferStatus.ACCEPTED
    later = NOW + dt.timedelta(hours=1)
    write(database, phone, "stop", "STOP", later)
    write(database, phone, "YES", "START", later + dt.timedelta(hours=1))
    with database.begin() as session:
        assert session.scalars(select(Mediator.sms_blocked)).one() is None


def test_a_yes_after_stop_is_for_a_person(database: Database) -> None:
    """Ponte could not tell her what her code did: nothing is booked, and who coordinates reads it."""
    [offer_id] = scene.asked(database)
    with database.begin() as session:
        offer = session.get_one(Offer, offer_id)
        phone = offer.mediator.phone
    write(database, phone, "basta sms", "", NOW)
    for words in (f"SI {offer.code}", "AGENDA"):
        assert write(database, phone, words, "", NOW) is InboundStatus.PERSON
    with database.begin() as session:
        assert session.get_one(Offer, offer_id).status == OfferStatus.DECLINED
        assert session.scalars(select(Notice.kind)).all().count("to_read") == 2
        assert {
            row.reading["why"] for row in session.scalars(select(Inbound)) if row.reading and "why" in row.reading
        } == {"opted_out"}


def test_stop_takes_her_visits_before_her_sms(database: Database) -> None:
    """As everybody does who settles an offer: the other way round each would wait for the other."""
    scene.asked(database)
    with database.begin() as session:
        phone = session.scalars(select(Mediator.phone)).one()
    queue(database, phone)
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        write(database, phone, "stop", "", NOW)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    visits = next(place for place, words in enumerate(seen) if "FROM slot" in words and "FOR UPDATE" in words)
    assert visits < next(place for place, words in enumerate(seen) if words.startswith("UPDATE message"))


def test_what_the_carrier_knew_before_us_is_kept_too(database: Database) -> None:
    """A 21610 blocks the number wherever it comes up again, until its owner says start."""
    with database.begin() as session:
        person = make.mediator(session)
        phone = person.phone
    queue(database, phone)
    with database.begin() as session:
        session.execute(update(Message).values(status=MessageStatus.FAILED, trouble="21610: the person opted out"))
    with database.begin() as session:
        assert has_opted_out(session, phone)
    write(database, phone, "start", "", NOW + dt.timedelta(days=1))
    with database.begin() as session:
        assert not has_opted_out(session, phone)
        session.execute(delete(Inbound))
        assert has_opted_out(session, phone)

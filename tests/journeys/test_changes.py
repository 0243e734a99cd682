# SPDX-License-Identifier: AGPL-3.0-or-later
"""A booking under change, over HTTP: who moves, shortens, cancels, reassigns; and exactly which SMS go to whom."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.access import links
from dispatch.app import create_app
from dispatch.kit.clock import machine_now, set_virtual
from dispatch.kit.installation import Installation
from dispatch.kit.queue import enqueue
from dispatch.line import service
from dispatch.records import (
    Appointment,
    Assignment,
    Attendance,
    AuditEntry,
    Mediator,
    Message,
    Notice,
    Offer,
    Request,
    Slot,
)
from dispatch.records.statuses import AssignmentStatus, MessageStatus, OfferStatus, Outcome, Role, SlotStatus
from tests import make

PHONES = {"m1": "+393401111111", "m2": "+393402222222"}
MONDAY = dt.datetime(2026, 11, 30, 8, 10, tzinfo=dt.UTC)  # 9:10 in Italy, eight days ahead
MINUTE = dt.timedelta(minutes=1)


class World:
    """A school, a coordinator, two mediators of Arabic, and the SMS that each of them was written."""

    def __init__(self, here: Installation, work: Callable[[], None]) -> None:
        self.here, self.work, self.now = here, work, make.NOW
        self.door = TestClient(create_app(here), follow_redirects=False)
        with here.database.begin() as session:
            set_virtual(session, make.NOW)
            make.desk(session, "ic-trescore")
            for code, phone in PHONES.items():
                make.mediator(session, code, phone=phone)
            make.account(session, "marta", Role.COORDINATOR)
        make.signed_in(self.door, "marta")
        self.key = make.key_of(here.database, "ic-trescore")

    def ask(self, **changes: Any) -> str:
        answer = self.door.post("/api/v1/requests", json=make.body("ic-trescore", **changes), headers=self.key)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    def give(
        self,
        code: str,
        mediator: str,
        *,
        says: str | None = "SI",
        numbers: tuple[int, ...] = (1,),
        slot: int = 0,
        start: dt.datetime | None = None,
    ) -> None:
        """What planning leaves: published assignments of hers; she is asked, and answers each."""
        with self.here.database.begin() as session:
            rows = select(Appointment).join(Request).where(Request.code == code, Appointment.number.in_(numbers))
            who = session.scalars(select(Mediator).where(Mediator.code == mediator)).one()
            for row in session.scalars(rows):
                begins = start or row.asked_start or row.first_start
                during = Range(begins, begins + row.duration * MINUTE)
                row.slots[slot].status, row.slots[slot].replan_due = SlotStatus.OFFERED, None
                given = Assignment(slot_id=row.slots[slot].id, mediator_id=who.id, during=during, changed_at=self.now)
                given.status = AssignmentStatus.PUBLISHED
                session.add(given)
        self.tick()
        while says and (codes := self.asked(mediator)):
            self.write(mediator, f"{says} {codes[0]}")

    def asked(self, mediator: str) -> list[int]:
        """The codes that wait for her answer."""
        with self.here.database.begin() as session:
            waiting = select(Offer.code).join(Mediator).where(Offer.status == OfferStatus.WAITING)
            return list(session.scalars(waiting.where(Mediator.code == mediator).order_by(Offer.id)))

    def write(self, mediator: str, words: str) -> None:
        sent = self.door.post(f"/handsets/{PHONES[mediator][1:]}/answer", data={"text": words})
        assert sent.status_code in (200, 303), sent.text
        self.tick()

    def change(self, code: str, number: int = 1, **change: Any) -> None:
        path = f"/api/v1/requests/{code}/appointments/{number}"
        answer = self.door.patch(path, json=change, headers=self.key)
        assert answer.status_code == 200, answer.text

    def cancel(self, code: str, number: int = 1, **how: Any) -> None:
        path = f"/api/v1/requests/{code}/appointments/{number}/cancel"
        answer = self.door.post(path, json=how, headers=self.key)
        assert answer.status_code == 200, answer.text

    def agenda(self, mediator: str) -> str:
        """The address of her agenda."""
        with self.here.database.begin() as session:
            return links.agenda_path(_id_of(session, mediator), self.here.settings.signing_secret())

    def question(self, mediator: str) -> str:
        """The address of the page on which she was last asked."""
        with self.here.database.begin() as session:
            hers = select(Offer.id).join(Mediator).where(Mediator.code == mediator)
            newest = session.scalars(hers.order_by(Offer.id.desc()).limit(1)).one()
        return f"/m/{links.make(links.Purpose.OFFER, newest, self.here.settings.signing_secret())}"

    def assign(self, code: str, mediator: str, how: str, slot: int = 1, **more: str) -> Any:
        """What the coordinator presses on the page of a date's mediators."""
        typed = {"mediator": mediator, "how": how, **more}
        return self.door.post(f"/requests/{code}/appointments/1/mediators?slot={slot}", data=typed)

    def tick(self, *jobs: str) -> None:
        """What a minute brings, though time stands still: everything that is due is done, and what follows from it."""
        for job in jobs or ("offers.make", "planning.repair", "attendance.ask", "offers.send"):
            with self.here.database.begin() as session:
                enqueue(session, job)
            self.work()
        self.settle()

    def settle(self) -> None:
        """Whatever is queued is done, and what follows from it."""
        while self._is_queued():
            self.work()

    def _is_queued(self) -> bool:
        with self.here.database.begin() as session:
            return bool(session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")))

    def at(self, instant: dt.datetime) -> None:
        self.now = instant
        with self.here.database.begin() as session:
            set_virtual(session, instant)

    def told(self) -> dict[str, list[str]]:
        """The kinds of all SMS that left or will leave, by mediator, the oldest first."""
        found: dict[str, list[str]] = defaultdict(list)
        with self.here.database.begin() as session:
            rows = select(Mediator.code, Message.kind).join(Mediator, Mediator.id == Message.mediator_id)
            for who, kind in session.execute(rows.where(Message.status != MessageStatus.FAILED).order_by(Message.id)):
                found[who].append(kind)
        return dict(found)

    def last_words(self, mediator: str) -> str:
        with self.here.database.begin() as session:
            rows = select(Message.body).join(Mediator, Mediator.id == Message.mediator_id)
            newest = rows.where(Mediator.code == mediator).order_by(Message.id.desc()).limit(1)
            return session.scalars(newest).one()

    def stands(self, code: str, number: int = 1) -> list[tuple[str, str, dt.datetime]]:
        """What stands for a date: who, how, and from when."""
        with self.here.database.begin() as session:
            rows = (
                select(Mediator.code, Assignment.status, Assignment.during)
                .join(Mediator, Mediator.id == Assignment.mediator_id)
                .join(Slot, Slot.id == Assignment.slot_id)
                .join(Appointment, Appointment.id == Slot.appointment_id)
                .join(Request, Request.id == Appointment.request_id)
                .where(Request.code == code, Appointment.number == number)
                .where(Assignment.status.in_([AssignmentStatus.BOOKED, AssignmentStatus.PUBLISHED]))
            )
            return [(who, status, during.lower) for who, status, during in session.execute(rows) if during.lower]

    def status(self, code: str, number: int = 1) -> tuple[str, str]:
        """Of a date: its own, and that of its slot."""
        found = self.door.get(f"/api/v1/requests/{code}", headers=self.key).json()["appointments"][number - 1]
        return found["status"], found["slots"][0]["status"]

    def notices(self, kind: str) -> int:
        with self.here.database.begin() as session:
            return len(session.scalars(select(Notice.id).where(Notice.kind == kind)).all())


@pytest.fixture
def world(here: Installation, work: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> World:
    make.cheap_passwords(monkeypatch)
    return World(here, work)


@pytest.fixture
def booked(world: World) -> str:
    """The code of a request whose one date m1 has said yes to; the planner is told nothing of m2."""
    code = world.ask()
    world.give(code, "m1")
    assert world.told() == {"m1": ["offer", "confirmed"]}
    return code


def test_a_small_move_is_only_told(world: World, booked: str) -> None:
    """Twenty minutes later at the same place: she keeps it under the same code, and reminders follow."""
    world.change(booked, when={"from": "09:30"})
    assert world.stands(booked) == [("m1", "booked", MONDAY + 20 * MINUTE)]
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "moved"]}
    assert "SI" not in world.last_words("m1").replace("(", " ").split()
    assert world.status(booked) == ("confirmed", "booked")
    with world.here.database.begin() as session:
        row = session.scalars(select(Assignment).where(Assignment.status == AssignmentStatus.BOOKED)).one()
        assert row.outcome_due == MONDAY + 95 * MINUTE
        assert session.scalars(select(Offer.status)).all() == [OfferStatus.ACCEPTED]


def test_a_lost_job_leaves_nobody_untold(world: World, booked: str) -> None:
    """The job that tells her is gone: the next minute finds what the rows say, and she is told once."""
    world.change(booked, when={"from": "09:30"})
    with world.here.database.begin() as session:
        session.execute(text("DELETE FROM procrastinate_jobs WHERE status = 'todo'"))
    for _minute in range(2):
        world.tick("offers.expire")
    assert world.told() == {"m1": ["offer", "confirmed", "moved"]}


def test_small_moves_do_not_add_up(world: World, booked: str) -> None:
    """Each of two is small, both together are not: what counts is how far it is from what she said yes to."""
    world.change(booked, when={"from": "09:30"})
    world.tick()
    world.change(booked, when={"from": "09:50"})
    assert world.stands(booked) == [("m1", "published", MONDAY + 40 * MINUTE)]


def test_a_larger_move_waits_for_a_new_yes(world: World, booked: str) -> None:
    """At no moment are both times hers; until she answers she is asked, and her yes books the new time."""
    [old] = [offer.code for offer in _offers(world)]
    world.change(booked, when={"from": "11:00"})
    assert world.stands(booked) == [("m1", "published", MONDAY + 110 * MINUTE)]
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "moved"]}
    assert world.status(booked) == ("open", "offered")
    [code] = world.asked("m1")
    assert code != old
    assert f"SI {code}" in world.last_words("m1")
    world.write("m1", f"SI {old}")  # to the old time: no yes to the new one
    assert world.stands(booked) == [("m1", "published", MONDAY + 110 * MINUTE)]
    assert world.told()["m1"][3:] == ["withdrawn"]
    world.write("m1", f"SI {code}")
    assert world.stands(booked) == [("m1", "booked", MONDAY + 110 * MINUTE)]
    assert world.told() == {"m1": ["offer", "confirmed", "moved", "withdrawn", "confirmed"]}
    assert world.status(booked) == ("confirmed", "booked")


def test_a_no_to_the_new_time_opens_it_to_others(world: World, booked: str) -> None:
    """The desk is told, a repair asks somebody else, and she hears nothing more."""
    world.change(booked, when={"from": "11:00"})
    world.tick()
    world.write("m1", f"NO {world.asked('m1')[0]}")
    assert world.notices("reopened") == 1
    world.at(world.now + 2 * MINUTE)
    world.tick()
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "moved", "declined"], "m2": ["offer"]}
    assert world.stands(booked) == [("m2", "published", MONDAY + 110 * MINUTE)]


def test_silence_on_the_new_time_is_no_yes(world: World, booked: str) -> None:
    """The deadline passes: she is told kindly, the desk too, and the visit is open again."""
    world.change(booked, when={"from": "11:00"})
    world.tick()
    world.at(dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC))
    world.tick("offers.expire")
    assert world.stands(booked) == []
    assert world.told() == {"m1": ["offer", "confirmed", "moved", "expired"]}
    assert world.notices("reopened") == 1


@pytest.mark.parametrize("moved", [False, True])
def test_who_gets_no_sms_is_called_about_her_visit(world: World, booked: str, moved: bool) -> None:
    """She wrote STOP and keeps her booking; that it is off, or moves a little, a coordinator has to tell her."""
    world.write("m1", "STOP")
    assert world.notices("phone_blocked") == 0
    if moved:
        world.change(booked, when={"from": "09:30"})
    else:
        world.cancel(booked)
    world.tick()
    assert world.notices("phone_blocked") == 1
    assert world.told() == {"m1": ["offer", "confirmed"]}


@pytest.mark.parametrize("change", [{"when": {"from": "09:30"}}, {"when": {"from": "11:00"}}, {}])
@pytest.mark.parametrize("heeded", [True, False])
def test_news_that_waits_when_stop_comes_is_told_by_phone(
    world: World, booked: str, change: dict[str, Any], heeded: bool
) -> None:
    """Moved or called off by night, and she writes STOP before the morning: a coordinator calls her, with her number.

    Without the STOP the control: the SMS leaves in the morning, and nobody need call.
    """
    world.at(dt.datetime(2026, 11, 23, 22, 0, tzinfo=dt.UTC))
    if change:
        world.change(booked, **change)
    else:
        world.cancel(booked)
    world.tick()
    if heeded:
        world.write("m1", "STOP")
    world.at(dt.datetime(2026, 11, 24, 7, 0, tzinfo=dt.UTC))
    world.tick()
    told = world.notices("news_failed") + world.notices("phone_blocked")
    assert (told, len(world.told()["m1"])) == ((1, 2) if heeded else (0, 3))
    assert (PHONES["m1"] in world.door.get("/notices").text) is heeded


def test_who_agreed_without_a_phone_for_sms_is_called(world: World, booked: str) -> None:
    """Booked by phone: where to go cannot be written to her."""
    with world.here.database.begin() as session:
        session.get_one(Mediator, _id_of(session, "m2")).sms_blocked = "code_30005"
    assert world.assign(booked, "m2", "agreed").status_code == 303
    world.tick()
    assert world.notices("phone_blocked") == 1


def hold_the_line(world: World) -> None:
    with world.here.database.begin() as session:
        service.hold(session, world.here.settings, "marta", "", machine_now())


def start_the_line(world: World) -> None:
    with world.here.database.begin() as session:
        service.start(session, world.here.settings)


@pytest.mark.parametrize("busy", [False, True])
def test_a_move_she_never_heard_of_ends_with_a_word_to_her(world: World, booked: str, busy: bool) -> None:
    """The line was held until the question was useless, or she said busy: she counts on the old time, which is off."""
    hold_the_line(world)
    world.change(booked, when={"from": "11:00"})
    world.tick()
    if busy:
        start, end = [(MONDAY + minutes * MINUTE).isoformat() for minutes in (100, 200)]
        with world.here.database.begin() as session:
            enqueue(session, "offers.decline_busy", mediator_id=_id_of(session, "m1"), start=start, end=end)
        world.settle()
    else:
        world.at(dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC))
        world.tick("offers.expire")
    start_the_line(world)
    world.tick("offers.send")
    assert world.told()["m1"] == ["offer", "confirmed", "cancelled"]
    assert "9:10" in world.last_words("m1")
    assert world.notices("reopened") == 1


def test_what_she_answered_on_her_page_is_not_asked_by_sms(world: World, booked: str) -> None:
    """Moved by night, and she says yes on her page: the question of the morning stays at home."""
    world.at(dt.datetime(2026, 11, 23, 22, 0, tzinfo=dt.UTC))
    world.change(booked, when={"from": "11:00"})
    world.tick()
    assert world.door.post(f"{world.question('m1')}/answer", data={"answer": "yes"}).status_code == 303
    assert world.stands(booked) == [("m1", "booked", MONDAY + 110 * MINUTE)]
    world.at(dt.datetime(2026, 11, 24, 7, 0, tzinfo=dt.UTC))
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "confirmed"]}


def lose(world: World, kind: str, code: str = "30003") -> None:
    """Her phone says that the newest SMS of this kind did not arrive: switched off, as far as the carrier knows."""
    with world.here.database.begin() as session:
        newest = select(Message.reference).where(Message.kind == kind).order_by(Message.id.desc()).limit(1)
        reference = session.scalars(newest).one()
    receipt = world.door.post(f"/handsets/messages/{reference}/receipt", data={"status": "failed", "code": code})
    assert receipt.status_code == 204
    world.settle()


@pytest.mark.parametrize("kind", ["confirmed", "moved", "cancelled"])
def test_news_that_does_not_arrive_is_sent_once_more_and_then_told(world: World, booked: str, kind: str) -> None:
    """Her phone is off: a second SMS of the same text, and when that is lost too a coordinator is asked to call her."""
    if kind == "moved":
        world.change(booked, when={"from": "09:30"})
    if kind == "cancelled":
        world.cancel(booked)
    world.tick()
    lose(world, kind)
    assert (world.told()["m1"].count(kind), world.notices("news_failed")) == (1, 0)
    world.at(world.now + 15 * MINUTE)
    world.tick()
    lose(world, kind)
    assert (world.told()["m1"].count(kind), world.notices("news_failed")) == (0, 1)


@pytest.mark.parametrize("code", ["30003", "30005"])
def test_who_never_read_the_question_about_a_move_hears_that_the_visit_is_off(
    world: World, booked: str, code: str
) -> None:
    """Her phone is off, or dead: the new time is another's, and of the old one, on which she counts, somebody must tell.

    Where the phone may come back an SMS says so, and when that is lost too a coordinator calls her.
    """
    world.change(booked, when={"from": "11:00"})
    world.tick()
    lose(world, "moved", code)
    if code == "30003":
        world.at(world.now + 15 * MINUTE)
        world.tick()
        lose(world, "moved", code)
        assert world.told()["m1"][2:] == ["cancelled"]
        assert "9:10" in world.last_words("m1")
    assert world.stands(booked) == []
    assert world.notices("phone_blocked") == (2 if code == "30005" else 0)  # her phone, and this visit
    assert PHONES["m1"] in world.door.get("/notices").text or code == "30003"


def test_lost_news_that_is_true_no_more_is_not_repeated(world: World, booked: str) -> None:
    """The visit was cancelled before the carrier gave up its confirmation: of that nobody need hear."""
    world.cancel(booked)
    world.tick()
    lose(world, "confirmed")
    assert world.told() == {"m1": ["offer", "cancelled"]}
    assert world.notices("news_failed") == 0


@pytest.mark.parametrize("how", ["NO", "ANNULLA", "page"])
def test_a_no_by_the_old_code_is_one_to_the_moved_visit(world: World, booked: str, how: str) -> None:
    """She answers the SMS of before the move, or presses on a page of before it: the visit is off, as she says."""
    [old] = _offers(world)
    world.change(booked, when={"from": "11:00"})
    world.tick()
    if how == "page":
        answer = world.door.post(f"{world.agenda('m1').removesuffix('/agenda')}/give-up", data={"code": str(old.code)})
        assert answer.headers["location"].endswith("given=up")
    else:
        world.write("m1", f"{how} {old.code}")
    assert world.asked("m1") == []
    assert world.stands(booked) == []
    assert world.notices("reopened") == 1
    assert world.notices("to_read") == 0


def test_no_to_the_old_code_and_yes_to_the_new_is_a_yes(world: World, booked: str) -> None:
    """She means the times: the old one is off, at the new one she comes."""
    [old] = _offers(world)
    world.change(booked, when={"from": "11:00"})
    world.tick()
    world.write("m1", f"NO {old.code} SI {world.asked('m1')[0]}")
    assert world.stands(booked) == [("m1", "booked", MONDAY + 110 * MINUTE)]


def test_giving_up_a_cancelled_visit_is_nobodys_work(world: World, booked: str) -> None:
    """The page was open since before: nothing is asked anew, and no person called."""
    [old] = _offers(world)
    world.cancel(booked)
    world.tick()
    answer = world.door.post(f"{world.agenda('m1').removesuffix('/agenda')}/give-up", data={"code": str(old.code)})
    assert answer.headers["location"].endswith("given=")
    assert world.notices("to_read") == 0


def test_an_earlier_end_is_only_told(world: World, booked: str) -> None:
    """Half an hour less needs no yes."""
    world.change(booked, duration=30)
    world.tick()
    assert world.stands(booked) == [("m1", "booked", MONDAY)]
    assert world.told() == {"m1": ["offer", "confirmed", "moved"]}


def test_another_place_needs_a_yes(world: World, booked: str) -> None:
    """The same hour elsewhere is another visit to her."""
    with world.here.database.begin() as session:
        make.place(session, "biblioteca")
    world.change(booked, place="biblioteca")
    world.tick()
    assert world.stands(booked) == [("m1", "published", MONDAY)]
    assert world.told() == {"m1": ["offer", "confirmed", "moved"]}


def test_who_cannot_come_then_is_told_not_to_come(world: World, booked: str) -> None:
    """Her other visit stands at the new time: the old one is off for her, and planned anew."""
    other = world.ask(when=[{"day": "2026-11-30", "from": "11:00"}])
    world.give(other, "m1")
    world.change(booked, when={"from": "11:15"})
    assert world.stands(booked) == []
    world.tick()
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "offer", "confirmed", "cancelled"], "m2": ["offer"]}
    assert world.notices("reopened") == 1


def test_a_question_gives_way_to_a_visit_that_moves(world: World, booked: str) -> None:
    """She is only being asked about 10:15: her booking moves into it, and that question is taken back."""
    other = world.ask(when=[{"day": "2026-11-30", "from": "10:15"}], duration=45)
    world.give(other, "m1", says=None)
    world.change(booked, when={"from": "09:30"})
    assert world.stands(booked) == [("m1", "booked", MONDAY + 20 * MINUTE)]
    assert world.stands(other) == []
    world.settle()
    assert sorted(world.told()["m1"][3:]) == ["moved", "withdrawn"]
    assert world.status(other)[1] == "open"


def test_both_mediators_of_a_visit_move_with_it(world: World) -> None:
    """Two slots, one said yes to and one being asked: the first is asked anew, the other question is taken back."""
    code = world.ask(people=2)
    world.give(code, "m1")
    world.give(code, "m2", slot=1, says=None)
    world.change(code, when={"from": "11:00"})
    world.settle()
    assert world.told() == {"m1": ["offer", "confirmed", "moved"], "m2": ["offer", "withdrawn"]}
    assert world.stands(code) == [("m1", "published", MONDAY + 110 * MINUTE)]


@pytest.mark.parametrize("hours", [("17:00",), ("14:15", "17:00"), ("14:15", "17:00", "17:15")])
def test_a_no_after_a_late_move_is_a_late_cancellation(world: World, hours: tuple[str, ...]) -> None:
    """Tomorrow's visit goes to the evening, at once or step by step: the hour she had kept is paid by the policy."""
    code = world.ask(when=[{"day": "2026-11-23", "from": "14:00"}])
    world.give(code, "m1")
    for hour in hours:
        world.change(code, when={"from": hour})
        world.tick()
    with world.here.database.begin() as session:
        assert session.scalars(select(Attendance)).all() == []
    world.write("m1", f"NO {world.asked('m1')[0]}")
    world.tick("attendance.ask")
    with world.here.database.begin() as session:
        paid = session.execute(select(Attendance.outcome, Attendance.minutes)).all()
    assert [tuple(row) for row in paid] == [("cancelled_late", 30)]


def test_only_what_she_had_agreed_to_is_paid(world: World) -> None:
    """Moved away in good time, back, and away again the day before: of the time she was asked anew she never said yes."""
    code = world.ask(when=[{"day": "2026-11-26", "from": "14:00"}])
    world.give(code, "m1")
    for hour in ("17:00", "14:00"):
        world.change(code, when={"from": hour})
        world.tick()
    world.at(dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC))
    world.change(code, when={"from": "16:00"})
    world.tick()
    world.cancel(code)
    world.settle()
    world.tick("attendance.ask")
    with world.here.database.begin() as session:
        assert session.scalars(select(Attendance)).all() == []


def test_who_need_not_go_hears_it_by_night(world: World) -> None:
    """Called off at 23:00: the visit of 8:00 is told at once, the one of 12:00 in the morning."""
    codes = [world.ask(when=[{"day": "2026-11-25", "from": hour}]) for hour in ("08:00", "12:00")]
    for code in codes:
        world.give(code, "m1")
    world.at(dt.datetime(2026, 11, 24, 22, 0, tzinfo=dt.UTC))
    for code in codes:
        world.cancel(code)
    world.settle()
    with world.here.database.begin() as session:
        left = select(Message.send_after).where(Message.kind == "cancelled").order_by(Message.id)
        assert session.scalars(left).all() == [world.now, dt.datetime(2026, 11, 25, 6, 30, tzinfo=dt.UTC)]


def test_what_has_not_left_is_replaced(world: World, booked: str) -> None:
    """Moved three times by night, and in the end back: in the morning she hears what is true, or nothing."""
    world.at(dt.datetime(2026, 11, 23, 22, 0, tzinfo=dt.UTC))
    for hour in ("09:30", "11:00", "12:00"):
        world.change(booked, when={"from": hour})
        world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "moved"]}
    assert "9:10" in world.last_words("m1")
    assert "12:00" in world.last_words("m1")
    world.change(booked, when={"from": "09:10"})
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed"]}
    assert world.stands(booked) == [("m1", "booked", MONDAY)]


def test_this_and_the_following_move_with_their_bookings(world: World) -> None:
    """A series of four of which three are booked: from the second on an hour later. The first is nobody's business."""
    code = world.ask(repeat={"every": "week", "until": "2026-12-21"}, when=[{"day": "2026-11-30", "from": "09:00"}])
    world.give(code, "m1", numbers=(1, 2))
    world.give(code, "m2", numbers=(3,))
    before = world.told()
    world.change(code, 2, scope="following", when={"from": "10:00"})
    world.tick()
    new = {who: kinds[len(before[who]) :] for who, kinds in world.told().items()}
    assert new == {"m1": ["moved"], "m2": ["moved"]}
    assert [world.status(code, number)[1] for number in (1, 2, 3)] == ["booked", "offered", "offered"]
    world.write("m1", f"SI {world.asked('m1')[0]}")
    assert world.status(code, 2) == ("confirmed", "booked")


@pytest.mark.parametrize("moved", ["", "cancelled", "refused"])
@pytest.mark.parametrize(("day", "late"), [("2026-11-23", True), ("2026-11-26", False)])
def test_time_cancelled_late_serves_somebody_nearby(world: World, day: str, late: bool, moved: str) -> None:
    """Tomorrow's visit is called off, and m1 is paid: she is asked at once about a request nearby that has nobody.

    So she is where it was moved to the evening first, and called off, or refused by her, while it waited for her yes.
    Called off or moved in good time nothing is paid, and nobody is in a hurry.
    """
    when = [{"day": day, "from": "14:00"}]
    code, nearby = world.ask(when=when), world.ask(when=when)
    with world.here.database.begin() as session:
        slots = select(Slot).join(Appointment).join(Request).where(Request.code == nearby)
        lonely = session.scalars(slots).one()
        lonely.status, lonely.replan_due, lonely.excluded = SlotStatus.UNFILLED, None, [_id_of(session, "m2")]
    world.give(code, "m1")
    if moved:
        world.change(code, when={"from": "17:00"})
        world.tick("offers.send")
        assert world.told() == {"m1": ["offer", "confirmed", "moved"]}
    if moved == "refused":
        world.write("m1", f"NO {world.asked('m1')[0]}")
    world.cancel(code)
    world.settle()
    news = {"": ["cancelled"], "cancelled": ["moved", "cancelled"], "refused": ["moved", "declined"]}[moved]
    assert sorted(world.told()["m1"]) == sorted(["offer", "confirmed", *news, *(["offer"] if late else [])])
    assert [who for who, *_ in world.stands(nearby)] == (["m1"] if late else [])
    if late:
        world.write("m1", f"SI {world.asked('m1')[-1]}")
        assert world.status(nearby) == ("confirmed", "booked")
        world.at(dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC))
        world.tick("attendance.ask")
        with world.here.database.begin() as session:
            paid = session.execute(select(Attendance.outcome, Attendance.minutes).order_by(Attendance.id)).all()
        assert [outcome for outcome, _ in paid].count(None) == 1  # the visit nearby, which pays for itself
        assert sum(minutes for outcome, minutes in paid if outcome == Outcome.CANCELLED_LATE) == 0


def test_a_mediator_gives_a_visit_back_on_her_phone(world: World, booked: str) -> None:
    """Eight days ahead she does it alone; she and the desk are told once, and a repair asks somebody else."""
    agenda = world.agenda("m1")
    [code] = re.findall(r'name="code" value="(\d+)"', world.door.get(agenda).text)
    for _twice in range(2):
        assert world.door.post(agenda.replace("/agenda", "/give-up"), data={"code": code}).status_code == 303
    world.tick()
    assert world.told()["m1"] == ["offer", "confirmed", "released"]
    assert world.notices("reopened") == 1
    assert world.stands(booked) == []
    assert "restituito" in world.door.get(world.question("m1")).text


def test_close_to_the_visit_a_person_decides(world: World) -> None:
    """Tomorrow's visit stays hers until a coordinator has read it."""
    code = world.ask(when=[{"day": "2026-11-23", "from": "14:00"}])
    world.give(code, "m1")
    answer = world.door.post(f"{world.question('m1')}/withdraw")
    assert "coordinatore legge" in world.door.get(answer.headers["location"]).text
    assert [one[:2] for one in world.stands(code)] == [("m1", "booked")]
    assert world.notices("to_read") == 1


def test_pressed_again_and_again_a_person_is_called_once(world: World) -> None:
    """The day before the visit, ten presses: one SMS, one notice; once that is seen, the next press is heard again."""
    world.give(world.ask(when=[{"day": "2026-11-23", "from": "14:00"}]), "m1")
    [offer] = _offers(world)
    page = f"{world.agenda('m1').removesuffix('/agenda')}/give-up"
    for _press in range(10):
        assert world.door.post(page, data={"code": str(offer.code)}).headers["location"].endswith("given=asked")
    assert (world.told()["m1"].count("to_person"), world.notices("to_read")) == (1, 1)
    with world.here.database.begin() as session:
        session.scalars(select(Notice).where(Notice.kind == "to_read")).one().seen_at = world.now
    world.door.post(page, data={"code": str(offer.code)})
    assert world.notices("to_read") == 2


def test_an_absence_frees_and_plans_anew(world: World, booked: str) -> None:
    """Entered by the coordinator: she and the desk are told once, and the repair leaves her out."""
    form = {"absence-first": "2026-11-30", "absence-last": "2026-11-30", "visits": "release"}
    assert world.door.post("/roster/m1/absences", data=form).status_code == 303
    world.tick()
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "released"], "m2": ["offer"]}
    assert world.notices("reopened") == 1
    assert world.stands(booked) == [("m2", "published", MONDAY)]


def test_a_coordinator_gives_a_booking_to_somebody_else(world: World, booked: str) -> None:
    """Swapped at once: m1 hears that somebody else goes, m2 is asked, and at no moment both have it."""
    page = world.door.get(f"/requests/{booked}").text
    assert f"/requests/{booked}/appointments/1/mediators" in page
    form = world.door.get(f"/requests/{booked}/appointments/1/mediators").text
    assert "Amina m2" in form
    assert world.assign(booked, "m2", "ask").status_code == 303
    assert world.stands(booked) == [("m2", "published", MONDAY)]
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "reassigned"], "m2": ["offer"]}
    assert world.notices("reopened") == 1  # the desk counted on m1, and m2 has not said yes yet
    world.write("m2", f"SI {world.asked('m2')[0]}")
    assert world.told() == {"m1": ["offer", "confirmed", "reassigned"], "m2": ["offer", "confirmed"]}
    assert world.status(booked) == ("confirmed", "booked")
    again = world.assign(booked, "m2", "ask")
    assert again.status_code == 409


def test_who_agreed_on_the_phone_is_booked_at_once(world: World, booked: str) -> None:
    """She is not asked again: where to go is told her, and the visit has a code of hers."""
    assert world.assign(booked, "m2", "agreed").status_code == 303
    assert world.stands(booked) == [("m2", "booked", MONDAY)]
    world.tick()
    assert world.told() == {"m1": ["offer", "confirmed", "reassigned"], "m2": ["confirmed"]}
    with world.here.database.begin() as session:
        hers = session.scalars(select(Offer).join(Mediator).where(Mediator.code == "m2")).one()
        assert hers.status == OfferStatus.ACCEPTED
        assert "reopened" not in session.scalars(select(Notice.kind)).all()  # who goes instead the desk is told
        row = session.scalars(select(Assignment).where(Assignment.status == AssignmentStatus.BOOKED)).one()
        assert row.outcome_due == MONDAY + 75 * MINUTE


def test_what_her_day_forbids(world: World) -> None:
    """Out of her shift only when it is set aside by name; without the language, or elsewhere at that time, never."""
    code = world.ask(when=[{"day": "2026-11-30", "from": "18:30"}])
    with world.here.database.begin() as session:
        make.mediator(session, "m3", phone="+393403333333", speaks={"fr": 3})
    refused = world.assign(code, "m2", "agreed")
    assert refused.status_code == 422
    assert "Amina m2" in refused.text
    assert world.assign(code, "m3", "agreed", despite="true").status_code == 422
    assert world.assign(code, "m2", "ask", despite="true").status_code == 422  # her yes by SMS would be refused
    assert world.stands(code) == []
    assert world.assign(code, "m2", "agreed", despite="true").status_code == 303
    assert [one[:2] for one in world.stands(code)] == [("m2", "booked")]
    with world.here.database.begin() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "assign")).all()
        assert entry.details["despite"] == ["shift"]
    other = world.ask(when=[{"day": "2026-11-30", "from": "18:00"}])
    assert world.assign(other, "m2", "ask", despite="true").status_code == 422


def test_the_second_mediator_comes_when_the_first_does(world: World) -> None:
    """A flexible morning for two: the planner has put it at 10:30, and m1 has said yes to that."""
    code, start = world.ask(people=2), MONDAY + 90 * MINUTE
    with world.here.database.begin() as session:
        row = session.scalars(select(Appointment)).one()
        row.asked_start, row.last_start = None, MONDAY + 120 * MINUTE
        row.windows = [[row.first_start.isoformat(), row.last_start.isoformat()]]
    world.give(code, "m1", start=start)
    assert world.assign(code, "m2", "agreed", slot=2).status_code == 303
    assert sorted(world.stands(code)) == [("m1", "booked", start), ("m2", "booked", start)]


def test_the_second_coordinator_overwrites_nothing_unseen(world: World, booked: str) -> None:
    """Two have the page open while m1 has the visit: the first gives it to m2, and the other must look again."""
    with world.here.database.begin() as session:
        make.mediator(session, "m3", phone="+393403333333")
    door = f"/requests/{booked}/appointments/1/mediators"
    [seen] = re.findall(r'name="instead_of" value="([0-9]+)"', world.door.get(door).text)
    read = world.door.get(f"/api/v1{door}").json()["assignment"]
    assert world.assign(booked, "m2", "agreed", instead_of=seen).status_code == 303
    assert world.assign(booked, "m3", "agreed", instead_of=seen).status_code == 409
    typed = {"mediator": "m3", "how": "agreed"}
    assert world.door.post(f"/api/v1{door}", json=typed | {"instead_of": read}).status_code == 409
    assert world.assign(booked, "m3", "agreed", instead_of="0").status_code == 409  # nobody had it, she says
    assert world.stands(booked) == [("m2", "booked", MONDAY)]
    read = world.door.get(f"/api/v1{door}").json()["assignment"]
    assert world.door.post(f"/api/v1{door}", json=typed | {"instead_of": read}).status_code == 200
    assert world.stands(booked) == [("m3", "booked", MONDAY)]


def test_nobody_of_another_ambito_is_chosen(world: World, booked: str) -> None:
    """Who coordinates one ambito neither reads nor assigns whom her roster does not show; who coordinates all does."""
    with world.here.database.begin() as session:
        make.comune(session, "016024", ambito_code="BG01", name="Bergamo", short_name="Bergamo")
        home = make.place(session, "home-m3", comune_code="016024")
        make.mediator(session, "m3", phone="+393403333333", home_id=home.id, ambiti=["BG01"])
        make.account(session, "lucia", Role.COORDINATOR, ambiti=["BG05"])
    door = f"/requests/{booked}/appointments/1/mediators"
    everybodys = world.door.get(door).text
    assert "Amina m3" in everybodys
    make.signed_in(world.door, "lucia")
    assert "Amina m2" in world.door.get(door).text
    assert "Amina m3" not in world.door.get(door).text
    assert [one["mediator"] for one in world.door.get(f"/api/v1{door}").json()["candidates"]] == ["m1", "m2"]
    refused = world.assign(booked, "m3", "agreed", despite="true")
    assert refused.status_code == 422
    assert "Amina m3" not in refused.text
    typed = {"mediator": "m3", "how": "agreed", "despite": True}
    assert world.door.post(f"/api/v1{door}", json=typed).status_code == 422
    assert [one[:2] for one in world.stands(booked)] == [("m1", "booked")]


def _id_of(session: Session, code: str) -> int:
    return session.scalars(select(Mediator.id).where(Mediator.code == code)).one()


def _offers(world: World) -> list[Offer]:
    with world.here.database.begin() as session:
        return list(session.scalars(select(Offer).order_by(Offer.id)))

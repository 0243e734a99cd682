# SPDX-License-Identifier: AGPL-3.0-or-later
"""A school, a coordinator and two mediators, and the words in which the journeys of changing bookings are told."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.access import links
from dispatch.app import create_app
from dispatch.kit.clock import set_virtual
from dispatch.kit.installation import Installation
from dispatch.kit.queue import enqueue
from dispatch.records import (
    Appointment,
    Assignment,
    Mediator,
    Message,
    Notice,
    Offer,
    Request,
    Slot,
)
from dispatch.records.statuses import AssignmentStatus, MessageStatus, OfferStatus, Role, SlotStatus
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
            return links.agenda_path(id_of(session, mediator), self.here.settings.signing_secret())

    def question(self, mediator: str) -> str:
        """The address of the page on which she was last asked."""
        with self.here.database.begin() as session:
            hers = select(Offer.id).join(Mediator).where(Mediator.code == mediator)
            newest = session.scalars(hers.order_by(Offer.id.desc()).limit(1)).one()
        return f"/m/{links.make(links.Purpose.OFFER, newest, self.here.settings.signing_secret())}"

    def assign(self, code: str, mediator: str, how: str, slot: int = 1, **more: str) -> Any:
        """What the coordinator presses on the page of a date's mediators; «ask», at once and for sure, a program says."""
        typed = {"mediator": mediator, "how": how, **more}
        if how == "ask":
            asked = typed | ({"despite": True} if "despite" in more else {})
            return self.door.post(f"/api/v1/requests/{code}/appointments/1/mediators?slot={slot}", json=asked)
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


def id_of(session: Session, code: str) -> int:
    return session.scalars(select(Mediator.id).where(Mediator.code == code)).one()


def offers_of(world: World) -> list[Offer]:
    with world.here.database.begin() as session:
        return list(session.scalars(select(Offer).order_by(Offer.id)))

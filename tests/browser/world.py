# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small world with a row of every family, served on a real socket: what the pages in the browser are looked at in."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from sqlalchemy.orm import Session

from dispatch.access import links, service
from dispatch.app import create_app
from dispatch.intake.schemas import RequestIn
from dispatch.kit import clock
from dispatch.kit.installation import Installation
from dispatch.kit.session import Database
from dispatch.records import Account, Inbound, Notice
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Request
from dispatch.records.offers import Message, Offer
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AttendanceStatus, InboundStatus, MessageStatus, Role
from dispatch.records.territory import Desk
from tests import make
from tests.dispatch.planning.conftest import draft

SECRET = b"test"  # of make.installation
DESK, SHIFT = "ic-trescore", "P-1"
TUESDAY = make.NOW + dt.timedelta(days=2)
UP_WITHIN = 30.0  # seconds


@dataclass
class World:
    """Where the service answers, who may sign in, and what stands in the braces of a path."""

    here: Installation
    origin: str
    accounts: dict[str, Account]
    values: dict[str, str]
    tokens: dict[links.Purpose, str]

    def session_of(self, role: str) -> str:
        """The cookie of somebody who signed in already; nobody's is empty."""
        if role not in self.accounts:
            return ""
        with self.here.database.begin() as session:
            return service.open_session(session, clock.machine_now(), self.accounts[role])


@contextmanager
def opened_world(database: Database) -> Iterator[World]:
    """The world's rows, and the real service before them on a free port of this machine."""
    with database.begin() as session:
        accounts, values, tokens = _seed(session)
    here = make.installation(database, planner_seconds=2, planner_workers=1)
    with served(here) as origin:
        yield World(here, origin, accounts, values, tokens)


@contextmanager
def served(here: Installation) -> Iterator[str]:
    """The real service on a free port of this machine; its address."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(here), host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    began = time.monotonic()
    while not server.started and thread.is_alive() and time.monotonic() - began < UP_WITHIN:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    server.force_exit = True  # a page that is still told of changes would keep the door open
    thread.join()


def _seed(session: Session) -> tuple[dict[str, Account], dict[str, str], dict[links.Purpose, str]]:
    clock.set_virtual(session, make.NOW)
    make.languages(session)
    make.comune(session, "016077", ambito_code="BG14", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
    school = make.desk(session, DESK, name="Istituto comprensivo di Trescore", contact="Segreteria, 035 123456")
    amina = make.mediator(session, "amina", name="Amina Benali", speaks={"ar": 3, "fr": 2})
    make.mediator(session, "shpresa", name="Shpresa Hoxha", speaks={"sq": 3})
    make.mediator(session, "fatou", name="Fatou Diallo", speaks={"ar": 2, "fr": 3})
    fund = make.project(session, minutes=6000)
    accounts = {
        "desk": make.account(session, "sara", Role.DESK, desk_id=school.id),
        "mediator": make.account(session, "amina", Role.MEDIATOR, mediator_id=amina.id),
        "coordinator": make.account(session, "marta", Role.COORDINATOR),
        "admin": make.account(session, "root", Role.ADMIN),
    }
    ended, offer, run = _visits(session, school, amina), _offer(session, school, amina), _plan(session, school)
    inbound, notice = _line(session, amina, offer)
    values = {
        "code": _request(session, school),
        "appointment": "1",
        "presence": _presence(session, school),
        "run_id": str(run),
        "attendance_id": str(ended.id),
        "notice_id": str(notice.id),
        "inbound_id": str(inbound.id),
        "policy_key": "planning.change_cost",
        "mediator_code": amina.code,
        "desk_code": school.code,
        "place_code": school.code,
        "organisation_code": make.organisation(session, "cooperativa").code,
        "project_code": fund.code,
        "number": amina.phone.removeprefix("+"),
        "plural": "ambiti",
        "key": "BG05",
    }
    numbers = {links.Purpose.OFFER: offer.id, links.Purpose.AGENDA: amina.id, links.Purpose.VISIT: ended.id}
    return accounts, values, {purpose: links.make(purpose, number, SECRET) for purpose, number in numbers.items()}


def _visits(session: Session, school: Desk, amina: Mediator) -> Attendance:
    """A booked visit, one both agree on, one they tell differently, and one that nobody told of yet."""
    make.visit(session, amina, TUESDAY, at=school)
    make.attendance(session, make.visit(session, amina, make.NOW - dt.timedelta(days=3), at=school))
    make.attendance(
        session,
        make.visit(session, amina, make.NOW - dt.timedelta(days=4), at=school),
        status=AttendanceStatus.DISPUTED,
    )
    return make.ended_visit(session, school, amina)


def _offer(session: Session, school: Desk, amina: Mediator) -> Offer:
    asked_at = make.NOW - dt.timedelta(days=4)
    slot = make.asked(session, asked_at + dt.timedelta(days=7), at=school)
    return make.offer(session, amina, asked_at, "waiting", slot)


def _plan(session: Session, school: Desk) -> int:
    """Two questions of next week and a draft of the real planner; one of them nobody can take."""
    make.asked(session, dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC), at=school)
    make.asked(session, dt.datetime(2026, 12, 2, 9, tzinfo=dt.UTC), at=school, needs={"languages": {"bn": 2}})
    return draft(session).run_id


def _request(session: Session, school: Desk) -> str:
    """What a clerk typed, with what a form shows again."""
    code = "R-1047"
    slot = make.asked(session, TUESDAY + dt.timedelta(hours=2), at=school)
    row: Request = slot.appointment.request
    row.code, row.body = code, RequestIn.model_validate(make.body(DESK)).model_dump(by_alias=True)
    slot.appointment.asked_start = slot.appointment.first_start
    session.flush()
    return code


def _presence(session: Session, school: Desk) -> str:
    row = make.presence(session, SHIFT, name="Sportello in segreteria", desk_id=school.id, place_id=school.place_id)
    slot = make.asked(session, dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC), at=school, minutes=240)
    slot.appointment.request.presence_id = row.id
    session.flush()
    return row.code


def _line(session: Session, amina: Mediator, offer: Offer) -> tuple[Inbound, Notice]:
    """An SMS that went, one that failed, a reply nobody could read, and a notice."""
    told = {"kind": "offer", "to_phone": amina.phone, "mediator_id": amina.id, "offer_id": offer.id}
    told |= {"body": "Buongiorno, può andare?", "segments": 1, "created_at": make.NOW, "send_after": make.NOW}
    for number, status in enumerate((MessageStatus.DELIVERED, MessageStatus.FAILED)):
        make.kept(session, Message(reference=f"m-{number}", status=status, **told))
    reply = Inbound(
        provider="phone", sid="in-1", from_phone=amina.phone, to_phone="+390350000000", body="forse", raw={}
    )
    reply.received_at, reply.mediator_id, reply.status = make.NOW, amina.id, InboundStatus.PERSON
    notice = Notice(kind="phone_blocked", values={"mediator": amina.code}, created_at=make.NOW)
    return make.kept(session, reply), make.kept(session, notice)

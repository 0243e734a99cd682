# SPDX-License-Identifier: AGPL-3.0-or-later
"""Walks every route as every role, to a row of its own, another's and none: the policy table is what happens."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Literal

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.routing import Mount

from dispatch.access import links, service
from dispatch.access.policy import TABLE, Policy
from dispatch.access.visitor import Credential
from dispatch.app import create_app
from dispatch.intake.schemas import RequestIn
from dispatch.kit.clock import machine_now
from dispatch.kit.session import Database
from dispatch.records import Account, Appointment, Desk, Inbound, Mediator, Notice, PlanningRun, Request, Slot
from dispatch.records.statuses import InboundStatus, PlanningRunStatus, Role, RunKind
from tests import make

Whose = Literal["own", "other", "none"]
WHOSE: tuple[Whose, ...] = ("own", "other", "none")
NOWHERE = Database("postgresql://nobody@127.0.0.1:1/nothing")  # never opened: only the routes are looked at
# Fewer would mean that the walk no longer sees the included routers, as a loop over app.routes does not.
AT_LEAST = 30
SHUT = {401, 403, 404}
SECRET = b"test"  # of make.installation
REGISTERS = ("mediator_code", "desk_code", "place_code", "organisation_code", "project_code")


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every (method, path template) of the application, with those of included routers."""
    contexts = [context for context in iter_route_contexts(app.routes) if not isinstance(context.route, Mount)]
    found = [(method, str(context.path)) for context in contexts for method in context.methods or ()]
    return sorted({("GET" if method == "HEAD" else method, path) for method, path in found})


def without_policy(app: FastAPI) -> list[tuple[str, str]]:
    return [route for route in routes(app) if route not in TABLE]


APP = create_app(make.installation(NOWHERE))
ROUTES = routes(APP)


def test_the_walk_sees_every_route() -> None:
    """Routers are included, not hidden, and nothing but the static files is mounted beside them."""
    assert len(ROUTES) >= AT_LEAST
    assert {("POST", "/api/v1/requests"), ("GET", "/requests/{code}"), ("GET", "/healthz")} <= set(ROUTES)
    assert [route.path for route in APP.routes if isinstance(route, Mount)] == ["/static"]
    assert all(isinstance(c.original_route, APIRoute | Mount) for c in iter_route_contexts(APP.routes))


def test_every_route_has_a_policy_and_every_policy_a_route() -> None:
    """A new route stays shut until somebody says who may open it; a line without a route is a forgotten one."""
    assert without_policy(APP) == []
    assert sorted(TABLE.keys() - set(ROUTES)) == []


def test_a_route_without_a_policy_is_found_and_stays_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: one line less in the table is seen by the guard, and the route answers 403 to everybody."""
    monkeypatch.delitem(TABLE, ("GET", "/healthz"))
    assert without_policy(APP) == [("GET", "/healthz")]
    assert TestClient(APP).get("/healthz").status_code == 403


@dataclass
class World:
    """Two desks in two ambiti, one of each role in the first, and what each walk needs of its own."""

    database: Database
    app: FastAPI
    desks: dict[Whose, int]
    accounts: dict[str, Account]
    key: dict[str, str]
    number: str
    registers: dict[Whose, dict[str, str]]
    senders: dict[Whose, int]
    codes: int = 0

    def values(self, whose: Whose) -> dict[str, str]:
        """What stands in the braces of a path: fresh rows each time, because some routes end them."""
        if whose == "none":
            nothing = {
                "run_id": "999999999",
                "notice_id": "999999999",
                "inbound_id": "999999999",
                "reference": "no-such-message",
            }
            nothing |= {"policy_key": "planning.no_such_key", "attendance_id": "999999999", "file": "nessuno.csv"}
            nothing |= {"calendar_secret": "nobodys"}
            nothing |= {"plural": "ambiti", "key": "BG99"} | dict.fromkeys(REGISTERS, "nobody")
            return {
                "code": "R-999999999",
                "appointment": "1",
                "slot": "1",
                "presence": "P-999999999",
                "token": "A" * 12,
                "number": "393409999999",
                **nothing,
            }
        with self.database.begin() as session:
            return {
                "code": self._request(session, self.desks[whose]),
                "appointment": "1",
                "slot": "1",
                "presence": self._presence(session, self.desks[whose]),
                "run_id": str(_run(session)),
                "attendance_id": str(self._ended_visit(session, self.desks[whose])),
                "token": links.make(links.Purpose.OFFER, 1, b"another" if whose == "other" else SECRET),
                "number": self.number,
                "notice_id": str(_notice(session, self.registers[whose]["mediator_code"])),
                "inbound_id": str(_inbound(session, self.senders[whose])),
                "reference": "no-such-message",
                "policy_key": "planning.change_cost",
                **self.registers[whose],
                "file": "mediatori.csv",
                "calendar_secret": "nobodys",
                "plural": "ambiti",
                "key": "BG14" if whose == "other" else "BG05",
            }

    def _ended_visit(self, session: Session, desk_id: int) -> int:
        mediator = session.scalars(select(Mediator)).first()
        assert mediator is not None
        return make.ended_visit(session, session.get_one(Desk, desk_id), mediator).id

    def _request(self, session: Session, desk_id: int) -> str:
        self.codes += 1
        now = make.NOW
        row = Request(
            code=f"R-{self.codes}",
            desk_id=desk_id,
            kind="mediation",
            priority="routine",
            created_at=now,
            changed_at=now,
        )
        row.body = RequestIn.model_validate(make.body("a")).model_dump(by_alias=True)
        start = now + dt.timedelta(days=8)
        windows = [[start.isoformat(), start.isoformat()]]
        date = Appointment(number=1, kind="mediation", mode="phone", duration=60, windows=windows)
        date.first_start = date.last_start = date.asked_start = start
        needs = {
            "languages": {"ar": 1},
            "any_language": False,
            "skills": [],
            "gender": None,
            "only": None,
            "wishes": {},
        }
        date.slots = [Slot(number=1, needs=needs, value=500, changed_at=now)]
        row.appointments = [date]
        return make.kept(session, row).code

    def _presence(self, session: Session, desk_id: int) -> str:
        self.codes += 1
        desk = session.get_one(Desk, desk_id)
        request = session.scalars(select(Request).where(Request.code == self._request(session, desk_id))).one()
        row = make.presence(session, f"P-{self.codes}", desk_id=desk_id, place_id=desk.place_id)
        request.presence_id = row.id
        return row.code

    def visitor(self, role: str) -> TestClient:
        """A browser with a fresh session of this role, or a program with a key, or nobody."""
        client = TestClient(self.app, follow_redirects=False, raise_server_exceptions=False)
        if role == "key":
            client.headers |= self.key
        elif role != "nobody":
            with self.database.begin() as session:
                client.cookies.set("ponte", service.open_session(session, machine_now(), self.accounts[role]))
        return client


def _run(session: Session) -> int:
    row = PlanningRun(
        kind=RunKind.WEEK, status=PlanningRunStatus.FAILED, week_start=dt.date(2026, 11, 23), days=7, seconds=1
    )
    row.asked_at = make.NOW
    return make.kept(session, row).id


def _inbound(session: Session, mediator_id: int) -> int:
    row = Inbound(
        provider="phone", sid=uuid.uuid4().hex, from_phone="+393400000000", to_phone="+390350000000", body="boh", raw={}
    )
    row.received_at, row.mediator_id, row.status = make.NOW, mediator_id, InboundStatus.PERSON
    return make.kept(session, row).id


def _notice(session: Session, mediator_code: str) -> int:
    row = Notice(kind="phone_blocked", values={"mediator": mediator_code}, created_at=make.NOW)
    return make.kept(session, row).id


@pytest.fixture
def world(database: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        make.comune(session, "016077", ambito_code="BG14", name="Clusone", short_name="Clusone", lat=45.89, lon=9.95)
        own = make.desk(session, "a")
        other = make.desk(session, "b", place_id=make.place(session, "b", comune_code="016077").id)
        mediator = make.mediator(session)
        away = make.mediator(session, home_id=other.place_id, ambiti=["BG14"])
        elsewhere = make.place(session, "c", comune_code="016077")
        body, fund = make.organisation(session).code, make.project(session).code
        accounts = {
            "desk": make.account(session, "sara", Role.DESK, desk_id=own.id),
            "mediator": make.account(session, "amina", Role.MEDIATOR, mediator_id=mediator.id),
            "coordinator": make.account(session, "marta", Role.COORDINATOR, ambiti=["BG05"]),
            "admin": make.account(session, "root", Role.ADMIN),
        }
    app = create_app(make.installation(database))
    desks: dict[Whose, int] = {"own": own.id, "other": other.id}
    rows = {"own": (mediator.code, own.code, own.code), "other": (away.code, other.code, elsewhere.code)}
    registers: dict[Whose, dict[str, str]] = {
        whose: dict(zip(REGISTERS, (*rows[whose], body, fund), strict=True)) for whose in ("own", "other")
    }
    number = mediator.phone.removeprefix("+")
    senders: dict[Whose, int] = {"own": mediator.id, "other": away.id}
    return World(database, app, desks, accounts, make.key_of(database, "a"), number, registers, senders)


def expected(policy: Policy, role: str, whose: Whose, has_id: bool) -> set[int] | None:
    """The statuses of a refusal that must come, or None where the door must open."""
    if Credential.CALENDAR in policy.credentials:
        return {404}  # no secret of the walk was ever made
    if Credential.SETUP in policy.credentials:
        return {404}  # somebody can sign in: the page is no more
    if policy.scope == "public":
        return {403} if policy.credentials & {Credential.CARRIER, Credential.WATCHER} else None
    if Credential.LINK in policy.credentials:
        return {404} if whose != "own" else None
    if role == "nobody":
        return {401}
    if role == "key" and Credential.API_KEY not in policy.credentials:
        return {403}
    if Role("desk" if role == "key" else role) not in policy.roles:
        return {403}
    if policy.scope == "whole" and role == "coordinator":  # this one has ambiti
        return {403}
    hidden = whose == "other" and policy.scope == "own" and role != "admin"
    if has_id and whose == "none":
        return {404} if policy.scope == "own" else {404, 422}  # an empty form may be refused before the row is missed
    return {404} if has_id and hidden else None


@pytest.mark.parametrize("role", ["nobody", "key", "desk", "mediator", "coordinator", "admin"])
def test_the_policy_is_what_happens(world: World, role: str) -> None:
    """Whoever may come in comes in, and everybody else gets 401, 403, or 404 for what is not theirs."""
    wrong = []
    for method, path in ROUTES:
        policy, has_id = TABLE[method, path], "{" in path
        for whose in WHOSE if has_id else WHOSE[:1]:
            address = path.format(**world.values(whose))
            answer = world.visitor(role).request(method, address, json={} if method == "PATCH" else None)
            refusal = expected(policy, role, whose, has_id)
            fine = (
                answer.status_code not in SHUT - _own_answer(policy)
                if refusal is None
                else answer.status_code in refusal
            )
            if not fine or answer.status_code >= 500:
                wrong.append(f"{method} {address} ({whose}): {answer.status_code} {answer.text[:200]}")
    assert wrong == []


def _own_answer(policy: Policy) -> set[int]:
    """A valid link to an offer that is no more may say 404: the door was open, the room is empty."""
    return {404} if Credential.LINK in policy.credentials else set()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in: right and wrong passwords, the door that closes, sessions that end, and what the audit keeps of it."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from dispatch.access import lockout, service, signing_in
from dispatch.access.lockout import DoorClosed, opens_at
from dispatch.errors import Conflict, NotUnderstood
from dispatch.kit.clock import machine_now
from dispatch.kit.session import Database
from dispatch.records import Account, AuditEntry, LoginAttempt
from dispatch.records import Session as BrowserSession
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Role
from tests import make

PAGE = {"accept": "text/html"}
NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def sara(database: Database) -> TestClient:
    """A desk's browser before it signs in."""
    with database.begin() as session:
        make.account(session, "sara", Role.DESK, desk_id=make.desk(session).id)
    return make.client(database)


def guess(visitor: TestClient, password: str = "wrong", login: str = "sara") -> int:
    return visitor.post("/login", data={"login": login, "password": password}).status_code


def test_the_right_password_opens_a_session_with_a_strict_cookie(sara: TestClient) -> None:
    """The cookie is out of reach of scripts and of other sites, and opens the pages."""
    answer = sara.post("/login", data={"login": "Sara", "password": make.PASSWORD, "next": "/requests?status=open"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/requests?status=open")
    cookie = answer.headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip() for part in cookie.split(";")}
    assert sara.get("/requests", headers=PAGE).status_code == 200


def test_a_mediator_who_has_left_is_not_let_in_until_she_is_back(database: Database) -> None:
    """Retiring her shuts her open session and her password; both open again when she works again."""
    with database.begin() as session:
        her_id = make.mediator(session, "m1").id
        make.account(session, "amina", Role.MEDIATOR, mediator_id=her_id)
    amina = make.signed_in(make.client(database), "amina")

    def is_in() -> tuple[bool, bool]:
        told = make.client(database).post("/login", data={"login": "amina", "password": make.PASSWORD})
        return "login" not in amina.get("/", headers=PAGE).headers["location"], told.status_code == 303

    assert is_in() == (True, True)
    for active, welcome in ((False, (False, False)), (True, (True, True))):
        with database.begin() as session:
            session.execute(update(Mediator).values(active=active))
        assert is_in() == welcome


def test_over_https_the_cookie_is_bound_to_the_host(sara: TestClient, database: Database) -> None:
    """__Host- cannot be set by a neighbouring site and never travels in the clear."""
    visitor = make.client(database, public_url="https://ponte.example")
    answer = visitor.post("/login", data={"login": "sara", "password": make.PASSWORD})
    assert answer.headers["set-cookie"].startswith("__Host-ponte=")
    assert "Secure" in answer.headers["set-cookie"]


def test_two_wrong_passwords_are_nothing_ten_close_the_door(sara: TestClient) -> None:
    """After two slips the right password still works; after ten it does not, for a quarter of an hour."""
    assert [guess(sara) for _ in range(2)] == [422, 422]
    assert guess(sara, make.PASSWORD) == 303
    assert [guess(sara) for _ in range(10)] == [422] * 10
    closed = sara.post("/login", data={"login": "sara", "password": make.PASSWORD})
    assert closed.status_code == 429
    assert 0 < int(closed.headers["retry-after"]) <= 900
    assert "15" in closed.text


def test_without_the_counting_guesses_would_go_on(sara: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the lock-out switched off the eleventh guess is read like the first."""
    monkeypatch.setattr(lockout, "TRIES_PER_LOGIN", 10_000)
    monkeypatch.setattr(lockout, "TRIES_PER_ADDRESS", 10_000)
    assert [guess(sara) for _ in range(11)] == [422] * 11


def test_an_unknown_login_is_counted_like_a_known_one(sara: TestClient) -> None:
    """Nobody finds out by the lock-out which logins exist."""
    assert [guess(sara, login="nobody") for _ in range(11)] == [422] * 10 + [429]


def test_one_address_cannot_try_many_logins(sara: TestClient) -> None:
    """A password tried on thirty logins closes the door to that address; others' sessions stay."""
    assert {guess(sara, login=f"login{number}") for number in range(30)} == {422}
    assert guess(sara, login="sara") == 429


def test_guesses_at_once_see_each_other(sara: TestClient) -> None:
    """Twenty guesses in parallel get ten looks at the password, not twenty."""
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: guess(sara), range(20)))
    assert sorted(answers) == [422] * 10 + [429] * 10


def test_the_door_opens_again(database: Database, sara: TestClient) -> None:
    """A quarter of an hour after the tenth slip the right password works."""
    for _ in range(10):
        assert signing_in.sign_in(database, NOON, "sara", "wrong", "10.0.0.1") is None
    with pytest.raises(DoorClosed):
        signing_in.sign_in(database, NOON + dt.timedelta(minutes=14), "sara", make.PASSWORD, "10.0.0.1")
    assert signing_in.sign_in(database, NOON + dt.timedelta(minutes=15), "sara", make.PASSWORD, "10.0.0.1")


@pytest.mark.parametrize(
    ("minutes", "closed"), [([0] * 9, False), ([0] * 10, True), ([0] * 9 + [15], True), ([0] * 9 + [16], False)]
)
def test_only_tries_close_together_count(minutes: list[int], closed: bool) -> None:
    """Ten slips in a year are a person, ten in a quarter of an hour are not."""
    tries = [NOON - dt.timedelta(minutes=ago) for ago in minutes]
    assert (opens_at(tries, 10) is not None) == closed


def test_a_session_ends_with_the_sign_out(sara: TestClient) -> None:
    """A copy of the cookie is worth nothing after signing out."""
    make.signed_in(sara, "sara")
    cookie = sara.cookies["ponte"]
    assert sara.post("/logout").status_code == 303
    sara.cookies.set("ponte", cookie)
    assert sara.get("/requests").status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"seen_at": BrowserSession.seen_at - service.IDLE},
        {"expires_at": BrowserSession.created_at},
        {"revoked_at": BrowserSession.created_at},
    ],
)
def test_a_session_does_not_live_for_ever(sara: TestClient, database: Database, changed: dict[str, object]) -> None:
    """Eight idle hours, seven days, or a revocation end it."""
    make.signed_in(sara, "sara")
    assert sara.get("/requests").status_code == 200
    with database.begin() as session:
        session.execute(update(BrowserSession).values(changed))
    assert sara.get("/requests").status_code == 401


def test_an_account_that_was_closed_is_out_at_once(sara: TestClient, database: Database) -> None:
    """Who left the service sees nothing more, with the same cookie and with the right password."""
    make.signed_in(sara, "sara")
    with database.begin() as session:
        session.execute(update(Account).values(active=False))
    assert sara.get("/requests").status_code == 401
    assert guess(sara, make.PASSWORD) == 422


def test_signing_in_and_a_closed_door_are_in_the_audit(sara: TestClient, database: Database) -> None:
    """Who looks into a break-in finds when, who and from where; no password is kept anywhere."""
    make.signed_in(sara, "sara")
    for _ in range(10):
        guess(sara, "a secret guess")
    with database.begin() as session:
        entries = session.scalars(select(AuditEntry)).all()
        assert {entry.action for entry in entries} >= {"create_account", "sign_in", "door_closed"}
        assert "secret guess" not in repr([(entry.actor, entry.details) for entry in entries])
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 10


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "javascript:alert(1)", "/è"]
)
def test_signing_in_never_leads_to_another_site(sara: TestClient, target: str) -> None:
    """The address to go on to is a path of ours, or home."""
    answer = sara.post("/login", data={"login": "sara", "password": make.PASSWORD, "next": target})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "http://testserver"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
    ],
)
def test_another_sites_form_does_nothing(sara: TestClient, headers: dict[str, str], status: int) -> None:
    """A form on another site cannot act with our cookie."""
    make.signed_in(sara, "sara")
    assert sara.post("/logout", headers=headers).status_code == status


@pytest.mark.parametrize("field", ["login", "password", "next"])
@pytest.mark.parametrize("text", ["\x00", "a" * 999, "%ED%A0%80", "' OR 1=1 --"])
def test_odd_input_is_a_wrong_password(sara: TestClient, field: str, text: str) -> None:
    """NUL, half a surrogate pair or a long text are refused like any wrong password."""
    answer = sara.post("/login", data={"login": "sara", "password": "wrong", field: text})
    assert answer.status_code == 422


def test_accounts_are_made_whole_or_not_at_all(database: Database) -> None:
    """A desk's account needs its desk, a password a length, a login must be free."""
    with database.begin() as session:
        make.account(session, "marta", Role.COORDINATOR)
        with pytest.raises(Conflict):
            make.account(session, "MARTA", Role.ADMIN)
        with pytest.raises(NotUnderstood, match="desk_id"):
            make.account(session, "sara", Role.DESK)
        with pytest.raises(NotUnderstood, match="9 characters"):
            make.account(session, "sara", Role.ADMIN, password="too short")


def test_keys_are_shut_by_label(database: Database) -> None:
    """A key that got out is shut; the desk's other keys stay."""
    with database.begin() as session:
        make.desk(session, "cpia")
        keys = [service.create_key(session, NOON, desk_code="cpia", label=label) for label in ("lost", "kept")]
    visitor = make.client(database)
    with database.begin() as session:
        assert service.revoke_keys(session, machine_now(), desk_code="cpia", label="lost") == 1
    answers = [visitor.get("/api/v1/requests", headers={"Authorization": f"Bearer {key}"}) for key in keys]
    assert [answer.status_code for answer in answers] == [401, 200]

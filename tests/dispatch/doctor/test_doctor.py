# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each trouble of an installation is found, named, and given its remedy; a healthy one has none."""

from __future__ import annotations

import datetime as dt
import shutil
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.orm import Session

from config.settings import Settings
from dispatch.doctor import machine, server
from dispatch.doctor.examine import examine
from dispatch.doctor.finding import Level, age
from dispatch.doctor.zone import examine_zone
from dispatch.kit.clock import machine_now, set_virtual
from dispatch.kit.session import Database
from dispatch.records import Line, Message, PolicyChange
from dispatch.web import static_files
from tests import make
from tests.dispatch.doctor.conftest import Look, settings_of

TWILIO: dict[str, Any] = {
    "sms_provider": "twilio",
    "twilio_account_sid": "AC" + "a" * 32,
    "twilio_auth_token": SecretStr("b" * 32),
    "twilio_from": "+393999999999",
    "public_url": "https://ponte.coop.it",
    "link_host": "p.coop.it",
}


def test_a_healthy_installation_has_nothing_wrong(healthy: Database, look: Look) -> None:
    """Every thing is looked at, each is fine: what the tests below see is what they made ill."""
    found = look()
    assert {about for about, one in found.items() if one.level is not Level.FINE} <= {"pages", "planner", "disk"}
    assert {"version", "secret", "database", "migrations", "territory", "clock", "workers", "queue", "line"} <= set(
        found
    )
    assert all(one.remedy for one in found.values() if one.level is not Level.FINE)


def test_the_zone_of_italy(monkeypatch: pytest.MonkeyPatch) -> None:
    """No data, or data without summer time, would put every appointment an hour off."""
    assert examine_zone().level is Level.FINE
    monkeypatch.setattr(zoneinfo, "ZoneInfo", lambda _name: dt.timezone(dt.timedelta(hours=1)))
    assert "July" in examine_zone().says

    def missing(name: str) -> None:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", missing)
    assert (examine_zone().level, "tzdata" in examine_zone().remedy) == (Level.WRONG, True)


def test_a_secret_that_others_read_or_guess(tmp_path: Path) -> None:
    """A file open to others is wrong, a short one in the environment is to be looked at."""
    settings = settings_of(None, tmp_path, secret=None)
    assert machine.secret(settings).level is Level.FINE
    settings.signing_secret()
    assert machine.secret(settings).level is Level.FINE
    (tmp_path / "secret").chmod(0o644)
    assert (machine.secret(settings).level, machine.secret(settings).remedy) == (
        Level.WRONG,
        f"chmod 600 {tmp_path / 'secret'}",
    )
    short = machine.secret(settings_of(None, tmp_path, secret=SecretStr("ponte")))
    assert (short.level, "ponte" in short.says) == (Level.CARE, False)


@pytest.mark.parametrize(("free", "level"), [(1 << 40, Level.FINE), (1 << 30, Level.CARE), (1 << 20, Level.WRONG)])
def test_a_disk_that_fills(free: int, level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the home itself was not made yet."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free))
    assert machine.disk(tmp_path / "not" / "yet").level is level


def test_pages_and_planner_that_were_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are only slow or plain without, so they are to be looked at, not wrong."""
    monkeypatch.setattr(static_files, "asset", lambda _name: None)
    monkeypatch.setattr(machine, "_is_kept", lambda _name: False)
    assert [machine.pages().level, machine.planner().level] == [Level.CARE, Level.CARE]
    monkeypatch.undo()
    monkeypatch.setattr(machine, "COMPILED", ("solver.problem",))  # a module in which nothing is compiled
    assert machine.planner().level is Level.CARE


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    """Its address is told, its password is not."""
    settings = settings_of("postgresql://ponte:geheim@127.0.0.1:1/ponte", tmp_path)
    [found] = [one for one in examine(settings) if one.about == "database"]
    assert (found.level, "127.0.0.1:1" in found.says, "geheim" in found.says) == (Level.WRONG, True, False)
    [other] = [one for one in examine(settings_of("mysql://x", tmp_path)) if one.about == "database"]
    assert (other.level, "PostgreSQL" in other.says) == (Level.WRONG, True)
    [none] = [one for one in examine(settings_of(None, tmp_path)) if one.about == "database"]
    assert (none.level, "ponte run" in none.remedy) == (Level.WRONG, True)
    assert not (tmp_path / "postgres").exists()  # looking does not make one


def test_a_server_that_is_too_old(healthy: Database, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version that is asked for is the one that the exclusion of double bookings was proven on."""
    monkeypatch.setattr(server, "OLDEST", 99)
    assert "too old" in look()["database"].says


@pytest.mark.parametrize(("version", "said"), [("0001_initial", "to go"), ("9999_of_tomorrow", "newer than")])
def test_migrations_that_do_not_fit(healthy: Database, look: Look, version: str, said: str) -> None:
    """One that is missing, and one that this program does not know; rows are not asked for then."""
    with healthy.begin() as session:
        known = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        first = version if version.startswith("9") else known.replace(known, _first_revision())
        session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": first})
    found = look()
    assert (found["migrations"].level, said in found["migrations"].says) == (Level.WRONG, True)
    assert "territory" not in found


def _first_revision() -> str:
    from alembic.script import ScriptDirectory

    from dispatch.kit.migrate import MIGRATIONS

    [first] = ScriptDirectory(str(MIGRATIONS)).get_bases()
    return first


@pytest.mark.parametrize(("apart", "level"), [(0, Level.FINE), (5, Level.CARE), (120, Level.WRONG)])
def test_clocks_that_disagree(
    healthy: Database, look: Look, monkeypatch: pytest.MonkeyPatch, apart: int, level: Level
) -> None:
    """Ticks and heartbeats are told by both clocks."""
    monkeypatch.setattr(server, "machine_now", lambda: machine_now() + dt.timedelta(seconds=apart))
    assert look()["clocks"].level is level


def drop_facts(session: Session) -> None:
    session.execute(text("DELETE FROM comune WHERE istat_code = '016024'"))


def change_policy(session: Session) -> None:
    change = PolicyChange(section="offers", key="no_such_key", value=1, by="marta", why="")
    change.since = change.at = machine_now() - dt.timedelta(hours=1)
    session.add(change)


def forget_people(session: Session) -> None:
    session.execute(text("UPDATE account SET active = false"))


def stop_the_clock(session: Session) -> None:
    session.execute(text("UPDATE tick SET run_at = run_at - interval '10 minutes'"))


def no_clock_ever(session: Session) -> None:
    session.execute(text("DELETE FROM tick"))


def lose_the_worker(session: Session) -> None:
    session.execute(text("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '5 minutes'"))


def hold_the_queue(session: Session) -> None:
    session.execute(text("UPDATE procrastinate_events SET at = at - interval '3 hours'"))


def slow_the_queue(session: Session) -> None:
    session.execute(text("UPDATE procrastinate_events SET at = at - interval '2 minutes'"))


def fail_a_job(session: Session) -> None:
    session.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))


def _sms(session: Session, **values: Any) -> None:
    sms = Message(reference="r", kind="offer", to_phone="+393400000000", body="Ponte: prova", segments=1, **values)
    sms.created_at = sms.send_after = machine_now() - dt.timedelta(hours=3)
    session.add(sms)


def keep_an_sms(session: Session) -> None:
    _sms(session)


def doubt_an_sms(session: Session) -> None:
    _sms(session, status="in_doubt")


def refuse_the_line(session: Session) -> None:
    line = session.get_one(Line, "phone")
    line.state, line.since, line.why = "stopped", machine_now(), "20003: the account or its token is refused"


def rehearse(session: Session) -> None:
    set_virtual(session, make.NOW)


@pytest.mark.parametrize(
    ("make_ill", "about", "level", "said"),
    [
        (drop_facts, "territory", Level.WRONG, "1 ambiti and comuni of bergamo"),
        (change_policy, "policy", Level.WRONG, "offers.no_such_key"),
        (forget_people, "accounts", Level.CARE, "nobody"),
        (stop_the_clock, "clock", Level.WRONG, "10 min ago"),
        (no_clock_ever, "clock", Level.WRONG, "never"),
        (lose_the_worker, "workers", Level.WRONG, "none"),
        (hold_the_queue, "queue", Level.WRONG, "3 h"),
        (slow_the_queue, "queue", Level.CARE, "2 min"),
        (fail_a_job, "failed jobs", Level.CARE, "1 were"),
        (keep_an_sms, "SMS", Level.WRONG, "3 h"),
        (doubt_an_sms, "SMS", Level.CARE, "1 in doubt"),
        (refuse_the_line, "line", Level.WRONG, "20003: the account or its token is refused"),
        (rehearse, "virtual time", Level.CARE, "rehearsal"),
    ],
)
def test_what_the_rows_tell(
    healthy: Database, look: Look, make_ill: Callable[[Session], None], about: str, level: Level, said: str
) -> None:
    """Each trouble in the tables has its line, and no line holds a phone."""
    before = look().get(about)
    with healthy.begin() as session:
        make_ill(session)
    found = look()[about]
    assert (found.level, said in found.says) == (level, True), found
    assert before is None or before.level is Level.FINE
    assert "393400000000" not in found.says + found.remedy


def test_a_territory_that_is_not_there(healthy: Database, look: Look) -> None:
    """The folder's name comes from the settings."""
    assert look(territory="atlantide")["territory"].level is Level.WRONG


@pytest.mark.parametrize(
    ("change", "about", "level", "said"),
    [
        ({}, "carrier", Level.FINE, "right shape"),
        ({}, "address", Level.FINE, "https://ponte.coop.it/webhooks/twilio/inbound"),
        ({"twilio_account_sid": "SK" + "a" * 32}, "carrier", Level.WRONG, "PONTE_TWILIO_ACCOUNT_SID"),
        ({"twilio_auth_token": SecretStr("geheim")}, "carrier", Level.WRONG, "PONTE_TWILIO_AUTH_TOKEN"),
        ({"twilio_from": "Ponte"}, "carrier", Level.WRONG, "PONTE_TWILIO_FROM"),
        ({"twilio_numbers": "035 111"}, "carrier", Level.WRONG, "PONTE_TWILIO_NUMBERS"),
        ({"link_host": "ponte.example"}, "links", Level.WRONG, "ponte.example"),
        ({"public_url": "http://ponte.coop.it"}, "address", Level.WRONG, "not https"),
        ({"public_url": "https://ponte.coop.it/ponte"}, "address", Level.WRONG, "more than"),
        ({"public_url": "https://localhost:8080"}, "address", Level.WRONG, "cannot reach"),
        ({"sms_provider": "phone", "public_url": "http://ponte.coop.it"}, "address", Level.CARE, "not https"),
        ({"sms_provider": "phone", "public_url": "", "host": "0.0.0.0"}, "address", Level.CARE, "no public address"),
    ],
)
def test_the_way_to_the_carrier(look: Look, change: dict[str, Any], about: str, level: Level, said: str) -> None:
    """Shapes and addresses, without asking anybody, and never with a value that is secret."""
    found = look(**(TWILIO | change))[about]
    assert (found.level, said in found.says) == (level, True), found
    assert "geheim" not in found.says + found.remedy


def test_online_asks_the_carrier_and_our_own_address(settings: Settings) -> None:
    """Both fine; something else at our address; an account that is suspended; nothing that answers at all."""

    def levels(ours: httpx.Response | None, theirs: httpx.Response | None) -> list[Level]:
        def answer(request: httpx.Request) -> httpx.Response:
            chosen = ours if request.url.path == "/healthz" else theirs
            if chosen is None:
                raise httpx.ConnectError("no route")
            return chosen

        client = httpx.Client(transport=httpx.MockTransport(answer))
        found = examine(settings.model_copy(update=TWILIO), online=True, client=client)
        return [one.level for one in found if one.about in ("from outside", "account")]

    alive, active = {"status": "alive"}, {"status": "active"}
    assert levels(httpx.Response(200, json=alive), httpx.Response(200, json=active)) == [Level.FINE, Level.FINE]
    suspended = httpx.Response(200, json={"status": "suspended"})
    assert levels(httpx.Response(200, json={"status": "parked"}), suspended) == [Level.WRONG, Level.WRONG]
    assert levels(httpx.Response(200, text="<html>"), httpx.Response(401)) == [Level.WRONG, Level.WRONG]
    assert levels(None, None) == [Level.WRONG, Level.WRONG]


def test_without_online_nothing_leaves_the_machine(settings: Settings) -> None:
    """The control of the test above: a client that refuses everything is never asked."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"asked for {request.url}")

    client = httpx.Client(transport=httpx.MockTransport(refuse))
    found = list(examine(settings.model_copy(update=TWILIO), client=client))
    assert "from outside" not in {one.about for one in found}


def test_spans_are_said_as_people_say_them() -> None:
    """Seconds up to two minutes, then minutes, hours, days."""
    assert [age(n) for n in (5, 119, 120, 7200, 200_000)] == ["5 s", "119 s", "2 min", "2 h", "2 d"]

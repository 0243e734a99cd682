# SPDX-License-Identifier: AGPL-3.0-or-later
"""The figures of /metrics: true to the rows, cheap, without anybody in them, and shut to the world."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text

from dispatch.kit.clock import machine_now, set_virtual
from dispatch.kit.session import Database
from dispatch.kit.ticks import TIMED, strike
from dispatch.records import Inbound, Message, PlanningRun
from dispatch.records.statuses import PlanningRunStatus, RunKind
from tests import make

TOKEN = "a-long-token-of-the-watcher"
MOST_QUERIES = 25
Sample = tuple[str, tuple[tuple[str, str], ...]]


def watcher(database: Database, address: str = "10.0.0.9", **settings: str) -> TestClient:
    door = make.client(database, **settings)
    return TestClient(door.app, raise_server_exceptions=True, client=(address, 50000))


def figures(door: TestClient) -> dict[Sample, float]:
    answer = door.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def rows(database: Database) -> Database:
    """An SMS that is ten minutes late, one not yet due, a reply to read, a finished week plan, one tick, one job."""
    with database.begin() as session:
        set_virtual(session, make.NOW)
        for number, send_after in enumerate((make.NOW - dt.timedelta(minutes=10), make.NOW + dt.timedelta(hours=9))):
            sms = Message(
                reference=f"r{number}", kind="offer", to_phone="+393400000000", body="Ponte: prova", segments=1
            )
            sms.created_at = sms.send_after = send_after
            session.add(sms)
        reply = Inbound(provider="phone", sid="s", from_phone="+393400000000", to_phone="", body="boh", raw={})
        reply.received_at, reply.status = make.NOW, "person"
        session.add(reply)
        run = PlanningRun(
            kind=RunKind.WEEK, status=PlanningRunStatus.DRAFT, week_start=dt.date(2026, 11, 23), days=7, seconds=20
        )
        run.asked_at = run.snapshot_at = make.NOW - dt.timedelta(hours=1)
        run.finished_at = run.snapshot_at + dt.timedelta(seconds=12)
        run.progress = {"filled": 1, "slots": 1, "total": 990, "bound": 1000, "seconds": 11.5}
        session.add(run)
        strike(session, TIMED[0])
    return database


def test_the_figures_are_those_of_the_rows(rows: Database) -> None:
    """Each family counts what stands in the tables; an SMS kept for the morning does not count as late."""
    found = figures(watcher(rows, metrics_token=TOKEN))
    assert found["ponte_database_up", ()] == 1
    assert found["ponte_messages", (("status", "queued"),)] == 2
    assert found["ponte_message_oldest_due_seconds", ()] == 600
    assert found["ponte_inbound_to_read", ()] == 1
    assert found["ponte_planning_runs", (("kind", "week"), ("status", "draft"))] == 1
    assert found["ponte_planning_last_seconds", (("kind", "week"),)] == 12
    assert found["ponte_planning_last_gap", (("kind", "week"),)] == pytest.approx(0.01)
    assert found["ponte_jobs", (("queue", "default"), ("status", "todo"))] == 1
    assert 0 <= found["ponte_tick_age_seconds", (("job", "kit.rescue"),)] < 90
    assert found["ponte_slots", (("status", "open"),)] == found["ponte_workers", ()] == 0


def test_a_request_is_counted_by_its_template(rows: Database) -> None:
    """Not by its address, which may hold a token or a phone; an address of nowhere counts as none."""
    door = watcher(rows, metrics_token=TOKEN)
    door.get("/m/2abcDEFGHJKM")
    door.get("/nowhere/393401234567")
    counted = {
        dict(labels)["route"]: value
        for (name, labels), value in figures(door).items()
        if name.endswith("_count") and labels
    }
    assert counted == {"/m/{token}": 1, "none": 1}
    answer = door.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "2abcDEFGHJKM" not in answer.text
    assert "39340" not in answer.text


def test_a_scrape_is_cheap(rows: Database) -> None:
    """One query a family, whatever the tables hold."""
    asked: list[str] = []
    door = watcher(rows, metrics_token=TOKEN)
    figures(door)
    app = door.app
    assert isinstance(app, FastAPI)
    event.listen(app.state.installation.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    figures(door)
    assert 5 < len(asked) <= MOST_QUERIES


@pytest.mark.parametrize(
    ("address", "settings", "headers", "status"),
    [
        ("10.0.0.9", {"metrics_token": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("127.0.0.1", {"metrics_token": TOKEN}, {}, 403),
        ("127.0.0.1", {"metrics_token": TOKEN}, {"Authorization": "Bearer è"}, 403),
        ("127.0.0.1", {"metrics_token": TOKEN}, {"Authorization": f"Basic {TOKEN}"}, 403),
        ("127.0.0.1", {}, {}, 200),
        ("10.0.0.9", {}, {}, 403),
        ("10.0.0.9", {}, {"Authorization": "Bearer "}, 403),
        ("127.0.0.1", {}, {"X-Forwarded-For": "203.0.113.7"}, 403),
        ("127.0.0.1", {"public_url": "https://ponte.example"}, {}, 403),
    ],
)
def test_the_figures_are_shut_to_the_world(
    database: Database, address: str, settings: dict[str, str], headers: dict[str, str], status: int
) -> None:
    """The token opens; without one only the machine itself, and only where no proxy brings the world to it."""
    sent = {name.encode(): value.encode() for name, value in headers.items()}
    assert watcher(database, address, **settings).get("/metrics", headers=sent).status_code == status


def test_a_database_that_is_away_is_a_figure() -> None:
    """The scrape works on: that the database does not answer is what the watcher wants to know."""
    door = watcher(Database("postgresql://nobody@127.0.0.1:1/nothing"), metrics_token=TOKEN)
    assert figures(door)["ponte_database_up", ()] == 0


def test_live_workers_are_counted(database: Database) -> None:
    """A worker whose last sign is old is not there."""
    with database.begin() as session:
        for seconds in (1, 300):
            session.execute(
                text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (:at)"),
                {"at": machine_now() - dt.timedelta(seconds=seconds)},
            )
    assert figures(watcher(database, metrics_token=TOKEN))["ponte_workers", ()] == 1

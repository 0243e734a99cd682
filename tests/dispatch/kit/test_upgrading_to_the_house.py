# SPDX-License-Identifier: AGPL-3.0-or-later
"""A database that an older Ponte filled is carried over: its dates know their series, its bookings end, shifts are safe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg.types.range import Range
from sqlalchemy.exc import DataError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from dispatch.attendance import queries
from dispatch.errors import Conflict
from dispatch.kit.clock import from_wall
from dispatch.kit.migrate import upgrade
from dispatch.kit.session import Database, libpq_url
from tests import make

OLD = "0002"
REQUIRED = (
    "SELECT column_name, data_type FROM information_schema.columns "
    "WHERE table_name = %s AND is_nullable = 'NO' AND is_identity = 'NO'"
)
PLAIN: dict[str, Any] = {
    "bigint": 1,
    "double precision": 1.0,
    "boolean": True,
    "jsonb": Jsonb({}),
    "ARRAY": [],
    "timestamp with time zone": make.NOW,
}


class Old:
    """A database at the migration before, with one desk and the mediators asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connection = psycopg.connect(libpq_url(url), autocommit=True, row_factory=dict_row)
        self.connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        upgrade(url, OLD)
        self.put("virtual_time", now=make.NOW)
        self.put("ambito", code="BG05")
        self.put("comune", istat_code="016219", ambito_code="BG05")
        self.put("organisation", role="lead")
        self.put("place", comune_code="016219", ambito_code="BG05")
        self.put("desk", sector="school")

    def put(self, table: str, **values: Any) -> int:
        """A row with these values, and something plain wherever a value is needed."""
        needed = {row["column_name"]: row["data_type"] for row in self.connection.execute(REQUIRED, [table])}
        row = {name: PLAIN.get(kind, "x") for name, kind in needed.items()} | values
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join(["%s"] * len(row))
        written = self.connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING *",
            list(row.values()),
        ).fetchone()
        assert written is not None
        return int(written.get("id", 0))

    def request(self, code: str, *lines: tuple[str, str], repeat: dict[str, str] | None = None) -> int:
        when = [{"day": day, "from": time, "tolerance": "none"} for day, time in lines]
        body = Jsonb({"when": when, "repeat": repeat})
        return self.put("request", code=code, status="open", kind="mediation", priority="routine", body=body)

    def date(self, request: int, number: int, start: str, status: str = "confirmed") -> int:
        """An appointment at this time on the clock in Italy."""
        day, hour = start.split()
        at = from_wall(dt.date.fromisoformat(day), int(hour[:2]) * 60 + int(hour[3:]))
        times = {"first_start": at, "last_start": at, "asked_start": at}
        whole = {"request_id": request, "number": number, "status": status, "kind": "mediation", "mode": "onsite"}
        return self.put("appointment", **whole, **times, duration=60, place_id=1)

    def mediator(self, code: str) -> int:
        return self.put("mediator", code=code, gender="f", phone=f"+3934700000{code[1:]}")

    def booking(self, mediator: int, ended: dt.timedelta) -> int:
        """A visit of an hour that ended so long ago (or will end, where it is negative)."""
        end = make.NOW - ended
        request = self.request(f"R-{end:%d%H}", ("2026-11-30", "09:10"))
        slot = self.put("slot", appointment_id=self.date(request, 1, "2026-11-30 09:10"), status="booked")
        during = Range(end - dt.timedelta(hours=1), end)
        return self.put("assignment", slot_id=slot, mediator_id=mediator, during=during, status="booked")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in self.connection.execute(query)]


@pytest.fixture
def old(database_url: str) -> Iterator[Old]:
    made = Old(database_url)
    yield made
    made.connection.close()


DATES = "SELECT line, to_char(series_day, 'DD/MM') FROM appointment ORDER BY request_id, number"


def test_old_dates_know_their_line_and_their_day(old: Old) -> None:
    """Two lines of one weekday and hour, a fortnight each; a summer's evening is its own day; what was moved is cancelled."""
    fortnight = {"every": "two_weeks", "until": "2027-01-31"}
    series = old.request(
        "R-1", ("2026-11-30", "09:10"), ("2026-12-07", "09:10"), ("2026-12-02", "09:10"), repeat=fortnight
    )
    for number, day in enumerate(["2026-11-30", "2026-12-02", "2026-12-07", "2026-12-14", "2026-12-16"], start=1):
        old.date(series, number, f"{day} 09:10")
    days = old.request("R-2", ("2027-06-02", "00:30"), ("2027-06-01", "23:30"))
    old.date(days, 1, "2027-06-01 23:00", "cancelled")
    old.date(days, 2, "2027-06-01 23:30")
    old.date(days, 3, "2027-06-02 00:30")
    upgrade(old.url)
    assert old.rows(DATES) == [
        (0, "30/11"),
        (2, "02/12"),
        (1, "07/12"),
        (0, "14/12"),
        (2, "16/12"),
        (1, "01/06"),
        (1, "01/06"),
        (0, "02/06"),
    ]


def test_dates_that_fit_no_line_never_hide_each_other(old: Old) -> None:
    """By their place in order; two that stand are never the same date, or a change would overlook one of them."""
    request = old.request("R-1", ("2026-12-01", "09:10"), ("2026-12-03", "09:10"))
    for number, day in enumerate(["2026-11-30", "2026-12-02", "2026-12-04"], start=1):
        old.date(request, number, f"{day} 11:00")
    upgrade(old.url)
    assert sorted(old.rows(DATES)) == [(-1, "30/11"), (0, "04/12"), (1, "02/12")]


def test_old_bookings_end_without_a_flood_of_questions(old: Old) -> None:
    """One to come and one of yesterday are asked about when due; those of longer ago are done and only await a word."""
    hers, hour = old.mediator("m1"), dt.timedelta(hours=1)
    ended = [dt.timedelta(days=400), dt.timedelta(days=2) + hour, dt.timedelta(days=1), -5 * hour]
    ids = [old.booking(hers, since) for since in ended]
    upgrade(old.url)
    due = [make.NOW - since + dt.timedelta(minutes=15) for since in ended]
    states = old.rows("SELECT status, outcome_due, evening_due FROM assignment ORDER BY id")
    assert states == [("done", None, None), ("done", None, None), ("booked", due[2], None), ("booked", due[3], None)]
    told = old.rows(
        "SELECT assignment_id, status, desk_id, ambito_code, remind_at FROM attendance ORDER BY assignment_id"
    )
    assert told == [(ids[0], "awaited", 1, "BG05", None), (ids[1], "awaited", 1, "BG05", None)]
    opened = Database(old.url)
    with opened.begin() as session:
        assert queries.to_ask(session, make.NOW) == [ids[2]]
        assert queries.to_look_at_again(session, make.NOW) == []
    opened.close()


@pytest.mark.parametrize(
    ("second", "refused"),
    [
        ({"from_minute": 600, "to_minute": 800}, True),
        ({"from_minute": 600, "to_minute": 800, "valid_from": "2027-01-01"}, False),
        ({"from_minute": 720, "to_minute": 800}, False),
        ({"from_minute": 800, "to_minute": 900, "valid_from": "2027-01-01", "valid_until": "2026-12-01"}, True),
    ],
)
def test_shifts_that_overlap_stop_the_upgrade_by_name(old: Old, second: dict[str, Any], refused: bool) -> None:
    """The message says whose; nothing is changed, and after they were corrected the upgrade goes through."""
    old.mediator("m1")
    hers = {"mediator_id": old.mediator("m2"), "weekday": 0}
    old.put("availability", **hers, from_minute=540, to_minute=720, valid_until="2026-12-31")
    wrong = old.put("availability", **hers, **second)
    if refused:
        with pytest.raises(Conflict, match="of the mediators m2\\."):
            upgrade(old.url)
        assert old.rows("SELECT version_num FROM alembic_version") == [(OLD,)]
        old.connection.execute("DELETE FROM availability WHERE id = %s", [wrong])
    upgrade_once_forgotten(old.url)
    assert old.rows("SELECT count(*) FROM policy_change") == [(0,)]


@retry(retry=retry_if_exception_type(DataError), stop=stop_after_delay(20), wait=wait_fixed(0.2))
def upgrade_once_forgotten(url: str) -> None:
    """An index looks at a row just deleted too, as long as anybody's older snapshot might: then it is tried again."""
    upgrade(url)

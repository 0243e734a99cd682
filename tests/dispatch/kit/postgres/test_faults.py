# SPDX-License-Identifier: AGPL-3.0-or-later
"""Races, interruptions and stale traces of the embedded server, each guard with the control that shows it is needed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dispatch.kit.postgres import EmbeddedServerError, Server, cluster, embedded, postmaster, supervisor
from dispatch.kit.postgres.binaries import inspect
from dispatch.kit.postgres.leftovers import working_on
from dispatch.kit.postgres.place import choose_place
from dispatch.kit.postgres.privileges import account_to_drop_to, command, own

pytestmark = pytest.mark.xdist_group("postgres")

Ask = Callable[[str, str], Any]
Eventually = Callable[[Callable[[], object], float], float]
Neighbours = Callable[..., Any]
# The child lives until the test closes the input that it shares with the owner.
FORKED_CHILD = "import os\nif os.fork() == 0:\n    sys.stdin.read()\n    os._exit(0)"
LOCK_SWITCHED_OFF = "locks.FileLock.take = lambda self, shared=False: True"


def test_three_that_race_for_the_first_start_have_one_owner(neighbour: Neighbours) -> None:
    """One makes the data and owns the server, the two others attach to it."""
    racers = [neighbour() for _ in range(3)]
    assert sorted(racer.said() for racer in racers) == ["attached", "attached", "owner"]


def test_control_without_the_lock_the_race_is_lost(neighbour: Neighbours) -> None:
    """With the file lock switched off the same race has several owners, or some who cannot start."""
    racers = [neighbour(before=LOCK_SWITCHED_OFF) for _ in range(3)]
    assert sorted(racer.said() for racer in racers) != ["attached", "attached", "owner"]


def test_control_without_the_watch_a_killed_owner_is_not_replaced(
    home: Path, programs: Path, neighbour: Neighbours, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The take-over is what heals: the server dies with its owner, and with nobody watching it stays dead."""
    owner = neighbour()
    assert owner.said() == "owner"
    monkeypatch.setattr(Server, "_watch", lambda _self: None)
    with embedded(home, durable=False, binaries=programs) as server:
        owner.kill()
        eventually(lambda: not server.alive(), 5)
        threading.Event().wait(4 * supervisor.LOOK_EVERY)
        assert not server.alive()


def test_a_forked_child_does_not_keep_the_lock_of_a_killed_owner(
    home: Path, programs: Path, neighbour: Neighbours, eventually: Eventually
) -> None:
    """A child forked by the owner shares its open files, and still the lock is free when the owner is killed."""
    owner = neighbour(after=FORKED_CHILD)
    assert owner.said() == "owner"
    with embedded(home, durable=False, binaries=programs) as server:
        owner.kill()
        eventually(lambda: server.owner and server.alive(), 5)


def test_control_a_forked_child_that_does_not_forget_the_lock_keeps_it(
    home: Path, programs: Path, neighbour: Neighbours, eventually: Eventually
) -> None:
    """With the forgetting switched off the killed owner's lock lives on in its child, and nobody can take over."""
    owner = neighbour(after=f"locks._held.clear()\n{FORKED_CHILD}")
    assert owner.said() == "owner"
    with embedded(home, durable=False, binaries=programs) as server:
        owner.kill()
        eventually(lambda: not server.alive(), 5)
        threading.Event().wait(4 * supervisor.LOOK_EVERY)
        assert not server.owner


def test_an_initdb_that_was_killed_leaves_no_half_data(
    home: Path, programs: Path, neighbour: Neighbours, eventually: Eventually, ask: Ask
) -> None:
    """kill -9 in the middle of initdb: the next start throws the half-made folder away and makes whole data."""
    first = neighbour(before="Path.rename = lambda *_: sys.stdin.read()")  # however slow this test, it never gets there
    eventually(lambda: list(home.glob("data.making-*/base")), 10)
    first.kill()
    assert not (home / "data").exists()
    (home / "data.making-before" / "base").mkdir(parents=True)
    with embedded(home, durable=False, binaries=programs) as server:
        assert server.owner
        assert ask(server.dsn, "SELECT 1") == 1
        assert not list(home.glob("data.making-*"))


def test_a_pid_file_that_names_somebody_elses_process_is_no_obstacle(
    home: Path, programs: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash the recorded pid may belong to any program (in a container it does). Control: PostgreSQL refuses."""
    embedded_once(home, programs)
    stranger = subprocess.Popen(command(account_to_drop_to(home / "data"), ["/bin/sleep", "60"]), cwd="/")
    try:
        pid_file = home / "data" / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{home / 'data'}\n1790000000\n5432\n{home / 'run'}\n\n\n")
        own(pid_file, account_to_drop_to(home / "data"))
        with monkeypatch.context() as guard_off:
            guard_off.setattr(postmaster, "end_leftovers", lambda _data: None)
            with pytest.raises(EmbeddedServerError, match=r"postmaster\.pid"):
                Server.start(home, durable=False, binaries=programs)
        with embedded(home, durable=False, binaries=programs) as server:
            assert ask(server.dsn, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to the thread that forked it")
def test_the_server_dies_with_the_thread_that_forked_it(home: Path, programs: Path, eventually: Eventually) -> None:
    """Why the supervisor forks in a thread that lives as long as the server: from a short one the server dies early."""
    place, binaries = choose_place(home), inspect(programs)
    assert binaries is not None
    cluster.make_if_missing(place, binaries, durable=False)
    started: list[postmaster.Postmaster] = []
    ready, leave = threading.Event(), threading.Event()

    def short_lived() -> None:
        started.append(postmaster.Postmaster(place, binaries, durable=False))
        started[0].wait_until_ready(20, lambda: False)
        ready.set()
        leave.wait()

    thread = threading.Thread(target=short_lived)
    thread.start()
    assert ready.wait(20)
    assert list(working_on(place.data))
    assert not started[0].exited()
    leave.set()
    thread.join()
    eventually(started[0].exited, 5)


def test_a_server_that_cannot_start_says_why_and_gives_the_lock_back(
    home: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of the log is in the message, and the next start is not in the way of the failed one."""
    embedded_once(home, programs)
    with monkeypatch.context() as broken:
        broken.setitem(cluster.SETTINGS, "shared_bufers", "128MB")
        with pytest.raises(EmbeddedServerError, match="shared_bufers"):
            Server.start(home, durable=False, binaries=programs)
    embedded_once(home, programs)


def test_closing_twice_and_leaving_at_exit_do_no_harm(home: Path, programs: Path, neighbour: Neighbours) -> None:
    """A process that ends without close() stops its server; close() may be called again."""
    careless = neighbour(after="sys.exit(0)")
    assert careless.said() == "owner"
    careless.process.wait(20)
    assert not (home / "data" / "postmaster.pid").exists()
    server = Server.start(home, durable=False, binaries=programs)
    server.close()
    server.close()
    assert not server.owner


def embedded_once(home: Path, programs: Path) -> None:
    with embedded(home, durable=False, binaries=programs) as server:
        assert server.alive()
        assert os.getpid() != server.pid

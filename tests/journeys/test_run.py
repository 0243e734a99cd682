# SPDX-License-Identifier: AGPL-3.0-or-later
"""`ponte run` on an empty machine: everything starts under one parent, what is killed comes back, nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.xdist_group("postgres")
PATIENCE = 90.0  # seconds, on a machine that runs other tests too


def until(what: Callable[[], object], patience: float = PATIENCE) -> object:
    """The first true value of ``what``, or the failure of the test when none comes."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.2)
    pytest.fail(f"nothing within {patience} s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def parts_of(parent: int) -> dict[str, int]:
    """The children that run a command of ours, by its name."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode().split("\0")
            status = (entry / "status").read_text()
        except OSError:
            continue
        if f"PPid:\t{parent}\n" in status and "dispatch" in words:
            found[words[words.index("dispatch") + 1]] = int(entry.name)
    return found


@pytest.fixture
def run(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PONTE_", "DATABASE_URL"))}
    environment = kept | {"PONTE_HOME": str(tmp_path / "ponte"), "PONTE_PORT": str(port), "HOME": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "dispatch", "run"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield process, port
    if process.poll() is None:
        process.kill()
        process.wait()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for the children in /proc")
def test_a_killed_part_comes_back_and_a_stop_leaves_nothing(run: tuple[subprocess.Popen[bytes], int]) -> None:
    """serve, worker and clock start; a killed worker is replaced; SIGTERM ends all of them, the database too."""
    process, port = run
    until(lambda: ready(port))
    parts = until(lambda: len(found := parts_of(process.pid)) == 3 and found)
    assert isinstance(parts, dict)
    assert set(parts) == {"serve", "worker", "clock"}
    os.kill(parts["worker"], signal.SIGKILL)
    until(lambda: parts_of(process.pid).get("worker", parts["worker"]) != parts["worker"])
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=PATIENCE) == 0
    assert not ready(port)
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in parts.values()))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's parent-death signal is Linux's")
def test_the_parts_of_a_killed_parent_end(run: tuple[subprocess.Popen[bytes], int]) -> None:
    """kill -9 of the parent: no part goes on unseen."""
    process, port = run
    until(lambda: ready(port))
    parts = until(lambda: len(found := parts_of(process.pid)) == 3 and found)
    assert isinstance(parts, dict)
    process.kill()
    process.wait()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in parts.values()))

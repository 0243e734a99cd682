# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ends what an earlier owner's server left running on our data, and only that."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from dispatch.kit.postgres.errors import EmbeddedServerError

# A killed owner's server got SIGINT from the kernel and is usually gone in a tenth of a second. Within the five
# seconds in which another owner must serve again there is no time for a long checkpoint: then SIGQUIT and recovery.
GENTLE, FIRM, LONGEST = 2.0, 4.0, 15.0


def end_leftovers(data: Path) -> None:
    """Wait until no server process works on these data; stop them more firmly as time goes by.

    Two servers on one folder would destroy it. Raises EmbeddedServerError when a process does not end.
    """
    began = time.monotonic()
    pause = threading.Event()
    while processes := list(working_on(data)):
        waited = time.monotonic() - began
        if waited > LONGEST:
            raise EmbeddedServerError(
                f"An earlier PostgreSQL (pid {', '.join(map(str, processes))}) still works on {data} and does not "
                f"end, {LONGEST:.0f} s after it was asked to. Look at why (a disk that hangs?) and end it by hand."
            )
        sign = signal.SIGINT if waited < GENTLE else signal.SIGQUIT if waited < FIRM else signal.SIGKILL
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, sign)
        pause.wait(0.05)
    # The pid in the file may belong to some other program by now (in a container it nearly always does), and
    # PostgreSQL would take that for a running server. We know better: nobody works on these data.
    (data / "postmaster.pid").unlink(missing_ok=True)


def working_on(data: Path) -> Iterator[int]:
    """The server processes whose working folder is `data`: PostgreSQL and all its children move there."""
    if sys.platform != "linux":
        yield from _named_in_pid_file(data)
        return
    wanted = data.resolve()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it ended meanwhile, or is somebody else's
                if (entry / "cwd").readlink() == wanted and (entry / "comm").read_text().startswith("postgres"):
                    yield int(entry.name)


def _named_in_pid_file(data: Path) -> Iterator[int]:
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    answer = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True)  # noqa: S603, S607
    if "postgres" in answer.stdout:
        yield pid

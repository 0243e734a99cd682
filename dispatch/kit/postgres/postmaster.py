# SPDX-License-Identifier: AGPL-3.0-or-later
"""One running server as our child: start it, see whether it lives, stop it cleanly."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable

import psycopg

from dispatch.kit.postgres.binaries import Binaries
from dispatch.kit.postgres.cluster import SUPERUSER, settings
from dispatch.kit.postgres.errors import EmbeddedServerError
from dispatch.kit.postgres.leftovers import end_leftovers
from dispatch.kit.postgres.place import Place
from dispatch.kit.postgres.privileges import ENVIRONMENT, command, own

LARGEST_LOG = 8_000_000  # bytes; one older log of this size is kept beside the new one
CLEAN_STOP, HARD_STOP = 30.0, 5.0  # seconds


def accepts(dsn: str) -> bool:
    """Whether the server behind this address lets us in now."""
    try:
        psycopg.connect(dsn, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


class Postmaster:
    """A PostgreSQL server that is the child of the calling thread.

    Linux sends the child its death signal when the *thread* that forked it ends, not only when the process does. So
    the thread that calls `Postmaster(...)` must live as long as the server is wanted.
    """

    def __init__(self, place: Place, binaries: Binaries, *, durable: bool) -> None:
        end_leftovers(place.data)
        self._place = place
        self._log_began = self._prepare_log()
        program = [binaries.program("postgres"), "-D", str(place.data), *settings(place, durable=durable)]
        with place.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal goes to us, and we stop the server after our last query.
            self._process = subprocess.Popen(  # noqa: S603
                command(place.account, program),
                env=ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_ready(self, patience: float, given_up: Callable[[], bool]) -> None:
        """Return when the server accepts connections; recovery after a crash may take its time.

        Raises EmbeddedServerError with the end of the log when the server ends, or after `patience` seconds.
        """
        began, pause = time.monotonic(), threading.Event()
        while not accepts(self._place.dsn(SUPERUSER, "postgres")):
            if self.exited():
                raise EmbeddedServerError(
                    f"PostgreSQL ended with {self._process.returncode} while starting.{self._said()}"
                )
            if given_up() or time.monotonic() - began > patience:
                self.stop()
                raise EmbeddedServerError(
                    f"PostgreSQL was not ready after {patience:.0f} s and was stopped.{self._said()}"
                )
            pause.wait(0.02)

    def exited(self) -> bool:
        return self._process.poll() is not None

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything is written. Only if that hangs, the hard way and recovery."""
        for sign, seconds in ((signal.SIGINT, CLEAN_STOP), (signal.SIGQUIT, HARD_STOP), (signal.SIGKILL, HARD_STOP)):
            self._process.send_signal(sign)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return

    def _prepare_log(self) -> int:
        log = self._place.log
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        log.touch(0o600)
        own(log, self._place.account)
        return log.stat().st_size

    def _said(self) -> str:
        with self._place.log.open("rb") as log:
            log.seek(self._log_began)
            said = log.read()[-600:].decode(errors="replace").strip()
        return f" It said: {said or 'nothing'} (the whole log: {self._place.log})"

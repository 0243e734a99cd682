# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps one PostgreSQL for all processes of a folder: one owns it, the others attach and stand ready to take over."""

from __future__ import annotations

import atexit
import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from dispatch.kit.postgres.cluster import ROLE, binaries_for, ensure_role_and_database, make_if_missing
from dispatch.kit.postgres.errors import EmbeddedServerError
from dispatch.kit.postgres.locks import FileLock
from dispatch.kit.postgres.place import Place, choose_place
from dispatch.kit.postgres.postmaster import Postmaster, accepts

LOOK_EVERY = 0.5  # seconds; with the stop and the start of the server a take-over stays far below five seconds
log = logging.getLogger(__name__)


class Server:
    """The embedded server of one folder, owned by this process or by another one.

    A thread of its own takes the lock, forks the server and watches. It lives until `close`, because the server is
    tied to the thread that forked it: were that thread to end, the kernel would stop the server.
    """

    def __init__(self, place: Place, *, durable: bool, binaries: Path | None, patience: float) -> None:
        self._place, self._durable, self._binaries, self._patience = place, durable, binaries, patience
        self.notes = [*place.notes]
        self._owner_lock = FileLock(place.owner_lock, place.account)
        # On the folder itself: systemd-tmpfiles, which empties /var/tmp of old files, passes by a folder that is locked.
        self._attached_lock = FileLock(place.folder)
        self._postmaster: Postmaster | None = None
        self._failure: BaseException | None = None
        self._settled, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._live, name="ponte-postgres", daemon=True)

    @classmethod
    def start(
        cls, home: Path, *, durable: bool = True, binaries: Path | None = None, patience: float = 120.0
    ) -> Server:
        """Own or attach to the server of `home`; returns when it accepts connections.

        `binaries` insists on a folder of programs. `patience` is in seconds. Raises EmbeddedServerError.
        """
        server = cls(choose_place(home), durable=durable, binaries=binaries, patience=patience)
        atexit.register(server.close)
        try:
            server._thread.start()
            server._settled.wait()
            if server._failure is not None:
                raise server._failure
        except BaseException:
            server.close()
            raise
        return server

    @property
    def folder(self) -> Path:
        """Where the data, the locks and the log are; not `home` when the server's account may not enter that."""
        return self._place.folder

    @property
    def url(self) -> str:
        """The address for SQLAlchemy."""
        return self._place.url(ROLE, ROLE).render_as_string()

    @property
    def dsn(self) -> str:
        """The same address for psycopg and psql."""
        return self._place.dsn(ROLE, ROLE)

    @property
    def owner(self) -> bool:
        """Whether this process owns the server now; it may become the owner later."""
        return self._postmaster is not None

    @property
    def pid(self) -> int | None:
        """The server's process number while this process owns it."""
        return self._postmaster.pid if self._postmaster else None

    def alive(self) -> bool:
        """Whether the server accepts a connection now."""
        return accepts(self.dsn)

    def others_attached(self) -> bool:
        """Whether another process uses this server."""
        alone = self._attached_lock.take()
        # Asking for the exclusive lock gives the shared one away, and another may be asking at the same moment.
        pause = threading.Event()
        while not self._attached_lock.take(shared=True):
            pause.wait(0.01)
        return not alone

    def close(self) -> None:
        """Leave; the owner stops the server, and whoever is still attached takes over. Safe to call twice."""
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._owner_lock.close()
        self._attached_lock.close()
        atexit.unregister(self.close)

    def _live(self) -> None:
        try:
            self._settle()
        except BaseException as error:  # noqa: BLE001  # a thread's boundary: the caller of start() raises it
            self._failure = error
        finally:
            self._settled.set()
        while self._failure is None and not self._closing.wait(LOOK_EVERY):
            self._watch()
        self._stop()

    def _settle(self) -> None:
        began = time.monotonic()
        while not self._attached_lock.take(shared=True):
            self._closing.wait(0.01)
        while not self._closing.is_set():
            if self._owner_lock.take():
                return self._own()
            if self.alive():
                return None
            if time.monotonic() - began > self._patience:
                raise EmbeddedServerError(
                    f"Another process owns the server in {self.folder}, but it did not answer within "
                    f"{self._patience:.0f} s. Read {self._place.log}, end that process, and start again."
                )
            self._closing.wait(0.05)
        return None

    def _watch(self) -> None:
        """One look: the owner restarts a server that died, everybody else tries to inherit the lock."""
        try:
            if self._postmaster is not None:
                if self._postmaster.exited():
                    log.warning("The embedded PostgreSQL in %s died and is started again.", self.folder)
                    self._own()
            elif self._owner_lock.take():
                log.warning("The owner of the embedded PostgreSQL in %s is gone; this process takes over.", self.folder)
                self._own()
        except (EmbeddedServerError, psycopg.Error, OSError) as refusal:
            # Nobody is there to catch it. The lock was let go of, so the next look, here or elsewhere, tries again.
            log.error("The embedded PostgreSQL in %s could not be started: %s", self.folder, refusal)

    def _own(self) -> None:
        """Start the server. The lock is ours; if this fails it goes back, so that another process may try."""
        assert threading.current_thread() is self._thread, "the server is tied to the thread that forks it"
        self._postmaster = postmaster = None
        try:
            binaries, notes = binaries_for(self._place, self._binaries)
            make_if_missing(self._place, binaries, durable=self._durable)
            postmaster = Postmaster(self._place, binaries, durable=self._durable)
            postmaster.wait_until_ready(self._patience, self._closing.is_set)
            ensure_role_and_database(self._place)
        except BaseException:
            if postmaster is not None:
                postmaster.stop()
            self._owner_lock.release()
            raise
        if sys.platform != "linux":
            notes.append(
                "This system cannot tie the server to its owner: after a kill -9 it runs on until the next start stops it."
            )
        self.notes += [note for note in notes if note not in self.notes]
        self._postmaster = postmaster

    def _stop(self) -> None:
        if self._postmaster is not None:
            self._postmaster.stop()
            self._postmaster = None
        self._owner_lock.release()


@contextmanager
def embedded(home: Path, *, durable: bool = True, binaries: Path | None = None) -> Iterator[Server]:
    """The embedded server of `home` for the length of a block."""
    server = Server.start(home, durable=durable, binaries=binaries)
    try:
        yield server
    finally:
        server.close()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fixtures for every test: a fresh migrated database where one is asked for, and no way out to the network.

All workers of a run share one embedded server, or use the one of PONTE_TEST_DATABASE_URL or DATABASE_URL (its role
needs CREATEDB). A test that asks for no database pays for none.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
import structlog
from sqlalchemy import make_url
from structlog.stdlib import ProcessorFormatter
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from dispatch.kit.migrate import upgrade
from dispatch.kit.postgres import Server
from dispatch.kit.postgres.locks import FileLock
from dispatch.kit.session import Database, libpq_url, with_driver
from tests.recycled import Shelf

RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone{os.getpid()}")[:12]
FOLDERS = "ponte-tests-"
ABANDONED_AFTER = 3600  # seconds; a younger folder may belong to a run that is just starting
SLOWEST_WORKER = 600  # seconds that the server's owner waits for the others at the end of the run

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no reason to fail
hypothesis.settings.load_profile("house")


@pytest.fixture(autouse=True)
def logs_put_back() -> Iterator[None]:
    """A command that sets up its logs leaves none behind: the stream it wrote to is closed with its test."""
    hooks = sys.excepthook, threading.excepthook, warnings.showwarning
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        root = logging.getLogger()
        root.handlers[:] = [one for one in root.handlers if not isinstance(one.formatter, ProcessorFormatter)]
        sys.excepthook, threading.excepthook, warnings.showwarning = hooks


class NetworkForbidden(RuntimeError):  # not an OSError: retries must not swallow it
    """A test tried to leave the machine."""


@pytest.fixture(scope="session", autouse=True)
def no_way_out() -> Iterator[None]:
    """Refuse, by name, every address but this machine's own and Unix sockets."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        refuse_outside(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        refuse_outside(self.family, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if host is not None:
            refuse_outside(socket.AF_INET, (host,))
        return getaddrinfo(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


def refuse_outside(family: int, address: Any) -> None:
    if family == socket.AF_UNIX:
        return
    host = address[0].decode() if isinstance(address[0], bytes) else str(address[0])
    if host not in ("", "localhost", "0.0.0.0", "::") and not _is_loopback(host):
        raise NetworkForbidden(f"A test tried to reach {host!r}. Use a fake on 127.0.0.1 instead.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A PostgreSQL server for this run; the last worker to leave stops it and removes what it wrote."""
    given = os.environ.get("PONTE_TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if given:
        yield with_driver(given)
        return
    folders = Path(tempfile.gettempdir())
    _sweep_abandoned(folders)
    server = Server.start(folders / f"{FOLDERS}{os.getuid()}-{RUN}", durable=False)
    yield server.url
    pause, began = threading.Event(), time.monotonic()
    while server.owner and server.others_attached() and time.monotonic() - began < SLOWEST_WORKER:
        pause.wait(0.1)
    last = server.owner
    server.close()
    if last:
        shutil.rmtree(server.folder)


def _sweep_abandoned(folders: Path) -> None:
    """Remove the servers of runs that were killed; the kernel let go of their locks."""
    for folder in folders.glob(f"{FOLDERS}{os.getuid()}-*"):
        if time.time() - folder.stat().st_mtime > ABANDONED_AFTER:
            lock = FileLock(folder)
            if lock.take():
                shutil.rmtree(folder)
            lock.close()


@pytest.fixture(scope="session")
def maintenance(server_url: str) -> Iterator[psycopg.Connection]:
    """A connection that creates and drops the databases of this worker."""
    with psycopg.connect(libpq_url(server_url), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def template_database(server_url: str, maintenance: psycopg.Connection) -> Iterator[str]:
    """The name of a migrated database to clone; the first worker makes it, the last one drops it."""
    name = f"ponte_template_{RUN}"
    maintenance.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", [name])
    maintenance.execute("SELECT pg_advisory_lock(hashtext(%s))", [f"{name} is made"])
    if not maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        _make_template(server_url, maintenance, name)
    maintenance.execute("SELECT pg_advisory_unlock(hashtext(%s))", [f"{name} is made"])
    yield name
    maintenance.execute("SELECT pg_advisory_unlock_shared(hashtext(%s))", [name])
    row = maintenance.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name]).fetchone()
    if row and row[0]:
        maintenance.execute(f'DROP DATABASE IF EXISTS "{name}"')
        maintenance.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def _make_template(server_url: str, maintenance: psycopg.Connection, name: str) -> None:
    making = f"{name}_making"
    maintenance.execute(f'CREATE DATABASE "{making}" STRATEGY FILE_COPY')
    try:
        upgrade(_address(server_url, making))
    except BaseException:
        maintenance.execute(f'DROP DATABASE "{making}" WITH (FORCE)')
        raise
    maintenance.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    # Nobody may enter a template: one connection to it, autovacuum's too, would hold up every clone.
    maintenance.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')


_numbers = count(1)


@pytest.fixture(scope="session")
def shelf(server_url: str, maintenance: psycopg.Connection) -> Iterator[Shelf]:
    """The databases of this worker that earlier tests left whole."""
    kept = Shelf(lambda name: psycopg.connect(libpq_url(_address(server_url, name)), autocommit=True))
    yield kept
    for name in kept.clear():
        _drop(maintenance, name)


@pytest.fixture(scope="session")
def lend_database(
    server_url: str, maintenance: psycopg.Connection, template_database: str, shelf: Shelf
) -> Callable[[], AbstractContextManager[str]]:
    """Lends the address of an empty, migrated database: used before and emptied, or a fresh clone."""

    @contextmanager
    def lent() -> Iterator[str]:
        name = shelf.take() or _clone(maintenance, template_database, shelf)
        yield _address(server_url, name)
        if not shelf.give_back(name):
            _drop(maintenance, name)

    return lent


@pytest.fixture
def database_url(lend_database: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """The address of a database of this test alone."""
    with lend_database() as address:
        yield address


def _clone(maintenance: psycopg.Connection, template_database: str, shelf: Shelf) -> str:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"ponte_test_{RUN}_{worker}_{next(_numbers)}"
    # Measured with fsync off: a clone by FILE_COPY takes about 25 ms and its drop 10, by WAL_LOG 35 and 20.
    maintenance.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template_database}" STRATEGY FILE_COPY')
    shelf.add(name)
    return name


@retry(
    retry=retry_if_exception_type(psycopg.errors.InsufficientPrivilege), stop=stop_after_delay(20), wait=wait_fixed(0.2)
)
def _drop(maintenance: psycopg.Connection, name: str) -> None:
    """Forced; a worker of autovacuum is nobody's to end, but it is soon through."""
    maintenance.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The fresh database as the service sees it."""
    opened = Database(database_url)
    yield opened
    opened.close()


def _address(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tests in the browser that were skipped are never skipped silently: the last line says what to do."""
    skipped = [one for one in terminalreporter.getreports("skipped") if "tests/browser/" in one.nodeid]
    if skipped:
        told = skipped[-1].longrepr
        reason = told[2] if isinstance(told, tuple) else str(told)
        reason = reason.removeprefix("Skipped: ")
        terminalreporter.write_line(f"{len(skipped)} tests in the browser were skipped: {reason}")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the database cluster in one step that either happened or did not, and holds the server's settings."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

import psycopg

from dispatch.kit.postgres.binaries import Binaries, choose, copy_wheel
from dispatch.kit.postgres.errors import EmbeddedServerError
from dispatch.kit.postgres.place import PORT, Place
from dispatch.kit.postgres.privileges import can_run, own, run

ROLE = "ponte"
SUPERUSER = "postgres"
MAKING = "data.making-"
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0777",  # the 0700 folder around the socket is the guard; root must pass too
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_parallel_workers_per_gather": "0",  # small queries on a shared machine; a container's /dev/shm may be tiny
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # A failed statement is reported to its client. The log would keep the values (a telephone number in
    # "Key (phone)=…"), and no personal data may be in logs: so only the server's own life is written there.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "logging_collector": "off",
}
# Right for tests, whose data may be lost with the machine's power: every commit is two to ten times as quick.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


def settings(place: Place, *, durable: bool) -> list[str]:
    """The server's command-line settings; they win over postgresql.conf, so an old cluster gets today's values."""
    folder = '"' + str(place.socket).replace('"', '""') + '"'
    values = SETTINGS | ({} if durable else NOT_DURABLE) | {"unix_socket_directories": folder}
    return [argument for name, value in values.items() for argument in ("-c", f"{name}={value}")]


def written_by(place: Place) -> int | None:
    """The major version that wrote the data, None when there are none yet."""
    try:
        return int((place.data / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None


def binaries_for(place: Place, chosen: Path | None) -> tuple[Binaries, list[str]]:
    """The binaries that fit the data and that the server's account may run, with what the user should know."""
    binaries = choose(written_by(place), chosen)
    if can_run(place.account, binaries.folder):
        return binaries, []
    who = place.account.name if place.account else "you"
    if binaries.package is not None:
        copied = copy_wheel(binaries, place.folder / f"programs-{binaries.version}")
        if can_run(place.account, copied.folder):
            return copied, [f"{binaries.folder} is closed to {who}: the programs were copied to {copied.folder}."]
    raise EmbeddedServerError(
        f"{binaries} cannot be run by {who}. Move it to a folder open to all, or install the system's `postgresql`."
    )


def make_if_missing(place: Place, binaries: Binaries, *, durable: bool) -> None:
    """initdb into a temporary folder, then rename: an interrupted start leaves nothing that looks like data.

    Only the owner of the lock calls this, so every temporary folder it meets was left behind.
    """
    for leftover in place.folder.glob(f"{MAKING}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    if written_by(place) is not None:
        return
    making = Path(tempfile.mkdtemp(prefix=MAKING, dir=place.folder))
    own(making, place.account)
    result = run(place.account, [binaries.program("initdb"), *_initdb_options(making, binaries, durable=durable)])
    if result.returncode != 0:
        shutil.rmtree(making, ignore_errors=True)
        raise EmbeddedServerError(
            f"initdb of {binaries} ended with {result.returncode} in {place.folder}: {result.stderr.strip()[-500:]} "
            "Make room or choose another folder, and start again."
        )
    with contextlib.suppress(FileNotFoundError):
        place.data.rmdir()  # an empty folder somebody made by hand; one with anything in it is left to them
    making.rename(place.data)
    _sync(place.folder)


def ensure_role_and_database(place: Place) -> None:
    """Create what Ponte connects to: not a superuser, or row-level security would not bind it."""
    with psycopg.connect(place.dsn(SUPERUSER, "postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE]).fetchone():
            connection.execute(f"CREATE DATABASE {ROLE} OWNER {ROLE}")


def _initdb_options(making: Path, binaries: Binaries, *, durable: bool) -> list[str]:
    options = [f"--pgdata={making}", f"--username={SUPERUSER}", "--auth-local=trust", "--auth-host=reject"]
    options += ["--encoding=UTF8", "--data-checksums"]
    if binaries.major >= 17:  # the built-in C.UTF-8 sorts alike everywhere; before, the system's own must serve
        options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    else:
        options += ["--locale=C.UTF-8"]
    return options if durable else [*options, "--no-sync"]


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

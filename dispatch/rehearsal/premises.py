# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a rehearsal lives: a database of its own, made anew each time, a free port, and the environment of its parts."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from config.settings import Settings
from dispatch.kit.installation import Installation
from dispatch.kit.postgres import embedded
from dispatch.kit.session import Database, libpq_url, with_driver
from dispatch.rehearsal.words import DEMO_PASSWORD

LOG = "demo.log"
AT_HOME = "127.0.0.1"
PLANNER_SECONDS = "6"  # the plan of the coming weeks, which starts by itself
REPAIR_SECONDS = "1"  # a repair moves a handful of visits, and a rehearsed week has a hundred of them


@dataclass(frozen=True)
class Premises:
    """``settings`` are those of the rehearsal; ``log`` takes what its parts write."""

    settings: Settings
    log: Path

    @property
    def url(self) -> str:
        assert self.settings.database_url is not None
        return self.settings.database_url

    def environment(self) -> dict[str, str]:
        """What serve, worker and clock see: this database, this port, and phones that send nothing anywhere."""
        settings = self.settings
        return dict(os.environ) | {
            "DATABASE_URL": self.url,
            "PONTE_HOME": str(settings.home),
            "PONTE_HOST": settings.host,
            "PONTE_PORT": str(settings.port),
            "PONTE_SMS_PROVIDER": "phone",
            "PONTE_PUBLIC_URL": "",
            "PONTE_PLANNER_SECONDS": PLANNER_SECONDS,
            "PONTE_REPAIR_SECONDS": REPAIR_SECONDS,
            "PONTE_DEMO_PASSWORD": DEMO_PASSWORD,
        }


@contextmanager
def moved_in(settings: Settings, seed: int) -> Iterator[Premises]:
    """The premises of a rehearsal, on the configured server or on an embedded one beside the installation's own."""
    home = settings.home / "demo"
    home.mkdir(parents=True, exist_ok=True)
    with server(settings, home) as address:
        changes = {
            "home": home,
            "database_url": fresh_database(address, f"ponte_demo_{seed}"),
            "port": settings.port
            if "port" in settings.model_fields_set and settings.port
            else free_port(settings.host),
            "public_url": "",
            "sms_provider": "phone",
        }
        yield Premises(settings.model_copy(update=changes), home / LOG)


@contextmanager
def server(settings: Settings, home: Path) -> Iterator[str]:
    """What is rehearsed may be lost with the machine: the embedded server need not wait for the disk."""
    if settings.database_url:
        yield with_driver(settings.database_url)
        return
    with embedded(home, durable=False) as found:
        yield found.url


def fresh_database(address: str, name: str) -> str:
    """The address of an empty database of this name; an earlier rehearsal's is dropped."""
    with psycopg.connect(libpq_url(with_driver(address)), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return make_url(with_driver(address)).set(database=name).render_as_string(hide_password=False)


def free_port(host: str) -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@contextmanager
def temporary(settings: Settings) -> Iterator[Installation]:
    """An installation for one simulation, gone afterwards: a database of its own on the configured server, or on an
    embedded one in a folder of its own."""
    home = Path(tempfile.mkdtemp(prefix="ponte-simulation-"))
    try:
        with own_server(settings, home) as address:
            name = f"ponte_simulation_{home.name[-8:]}"
            url = fresh_database(address, name)
            changes = {
                "home": home,
                "database_url": url,
                "host": AT_HOME,  # whatever the installation's own door is open to
                "port": free_port(AT_HOME),
                "public_url": "",
                "sms_provider": "phone",
                "planner_seconds": int(PLANNER_SECONDS),
                "repair_seconds": int(REPAIR_SECONDS),
                "demo_password": DEMO_PASSWORD,
            }
            here = Installation(settings.model_copy(update=changes), Database(url, knock=False))
            try:
                yield here
            finally:
                here.database.close()
                drop(address, name)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def own_server(settings: Settings, home: Path) -> Iterator[str]:
    """The configured server, or an embedded one that leaves no folder behind, however its block ends."""
    if settings.database_url:
        yield with_driver(settings.database_url)
        return
    folder = home
    try:
        with embedded(home, durable=False) as server:
            folder = server.folder  # a root's server lives elsewhere, where its account may enter
            yield server.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def drop(address: str, name: str) -> None:
    with psycopg.connect(libpq_url(with_driver(address)), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

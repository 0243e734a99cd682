# SPDX-License-Identifier: AGPL-3.0-or-later
"""docker-compose.yml as plain processes: its commands, variables, ports and health checks, in its own order.

What a container would bring is put in its place: the image's folders are folders of the test, the service db is the
embedded PostgreSQL, the port a free one. Everything else is what the two files say.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import make_url

from dispatch.kit.postgres import available
from dispatch.kit.session import libpq_url
from tests.guards.deployment import ROOT, composed, stages

pytestmark = pytest.mark.xdist_group("postgres")
PATIENCE = 120.0  # seconds, on a machine that runs other tests too
PHONE = "393401234567"
VARIABLES = {
    "PONTE_DB_PASSWORD": "geheim",
    "PONTE_SECRET": "s" * 64,
    "PONTE_PUBLIC_URL": "https://ponte.coop.it",
    "PONTE_METRICS_TOKEN": "a-long-token",
}


class Deployed:
    """The services of the file and how each is run here."""

    def __init__(self, url: str, folder: Path, port: int) -> None:
        self.url, self.folder, self.port = url, folder, str(port)
        self.compose, self.image = composed(VARIABLES), stages()[-1]
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def service(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.compose["services"][name]
        return found

    def environment(self, name: str) -> dict[str, str]:
        """Exactly the image's variables and the service's, with what only a container has put in its place."""
        image_port = self.image.environment()["PONTE_PORT"]
        given = self.image.environment() | {key: str(value) for key, value in self.service(name)["environment"].items()}
        given |= {"DATABASE_URL": self.url, "PONTE_HOME": str(self.folder / name)}
        assert given["PONTE_PORT"] == image_port
        given |= {"PONTE_PORT": self.port, "PATH": f"{Path(sys.executable).parent}:{given['PATH']}"}
        del given["NUMBA_CACHE_DIR"]  # the machine's own, where it is compiled already
        return given | {key: os.environ[key] for key in ("NUMBA_CACHE_DIR", "HOME") if key in os.environ}

    def words(self, words: list[str]) -> list[str]:
        """A command inside the image: `ponte` is this checkout's."""
        return [sys.executable, "-m", "dispatch", *words[1:]] if words[0] == "ponte" else words

    def start(self, name: str) -> subprocess.Popen[bytes]:
        command = self.words([*self.image.one("ENTRYPOINT"), *self.service(name)["command"]])
        with (self.folder / f"{name}.log").open("wb") as log:
            started = subprocess.Popen(command, env=self.environment(name), cwd=ROOT, stdout=log, stderr=log)
        self.running[name] = started
        return started

    def health(self, name: str, **changes: str) -> int:
        """The exit code of the service's own health check, inside its own environment."""
        kind, *words = self.service(name)["healthcheck"]["test"]
        command = ["/bin/sh", "-c", words[0]] if kind == "CMD-SHELL" else self.words(words)
        environment = (self.of_database() if name == "db" else self.environment(name)) | changes
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False).returncode

    def is_well(self, name: str) -> bool:
        return self.health(name) == 0

    def of_database(self) -> dict[str, str]:
        """The programs and the socket that the image of PostgreSQL would have at hand."""
        host = make_url(self.url)
        socket_folder = str(host.query.get("host") or host.host)
        port = str(host.port or host.query.get("port") or 5432)
        return {"PATH": f"{available()[0].folder}:/usr/bin:/bin", "PGHOST": socket_folder, "PGPORT": port}

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8")

    def in_order(self) -> list[str]:
        """The services as depends_on orders them; of equals the file's order."""
        order: list[str] = []
        while len(order) < len(self.compose["services"]):
            order += [
                name
                for name, part in self.compose["services"].items()
                if name not in order and set(part.get("depends_on", {})) <= set(order)
            ]
        return order


@pytest.fixture
def deployed(server_url: str, maintenance: psycopg.Connection, tmp_path: Path) -> Iterator[Deployed]:
    """The services over an empty database of this test alone."""
    name = f"ponte_deployed_{os.getpid()}"
    maintenance.execute(f'CREATE DATABASE "{name}"')
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = Deployed(libpq_url(url), tmp_path, port)
    yield found
    for process in found.running.values():
        if process.poll() is None:
            process.kill()
            process.wait()
    maintenance.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def until(what: Callable[[], bool], about: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > deadline:
            pytest.fail(about())
        time.sleep(0.5)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the image is Linux's")
def test_the_composed_services_start_answer_and_stop(deployed: Deployed) -> None:
    """db → migrate → serve, worker, clock; every health check is red before and green after; a stop ends each with 0."""
    order = deployed.in_order()
    assert order == ["db", "migrate", "serve", "worker", "clock"]
    assert deployed.health("db") == 0
    migrate = deployed.start("migrate")
    assert migrate.wait(PATIENCE) == 0, deployed.log("migrate")
    for name in order[2:]:
        assert deployed.health(name) == 1  # the control: what does not run is not healthy
        deployed.start(name)
    for name in order[2:]:
        until(partial(deployed.is_well, name), partial(deployed.log, name))
    assert deployed.health("serve", PONTE_PORT="1") == 1  # the control: a wrong port is noticed
    assert deployed.health("db", PGPORT="1") == 2

    answers(deployed)
    quiet(deployed)
    for name in reversed(order[2:]):
        deployed.running[name].send_signal(signal.SIGTERM)
        assert deployed.running[name].wait(PATIENCE) == 0, deployed.log(name)
    assert deployed.health("serve") == 1


def answers(deployed: Deployed) -> None:
    """Alive, ready, measured for who has the token, and shut to who has not."""
    with httpx.Client(base_url=f"http://127.0.0.1:{deployed.port}", trust_env=False) as door:
        _answers(deployed, door)


def _answers(deployed: Deployed, door: httpx.Client) -> None:
    assert door.get("/healthz").json() == {"status": "alive"}
    assert door.get("/readyz").json() == {"status": "ready"}
    assert door.get(f"/handsets/{PHONE}?name=Quintavalle").status_code in (303, 401, 404, 405)
    assert door.get("/metrics").status_code == 403
    token = {"Authorization": f"Bearer {VARIABLES['PONTE_METRICS_TOKEN']}"}
    until(lambda: "ponte_workers 1.0" in door.get("/metrics", headers=token).text, lambda: deployed.log("worker"))
    told = door.get("/metrics", headers=token).text
    assert "ponte_database_up 1.0" in told
    assert 'ponte_tick_age_seconds{job="offers.send"}' in told


def quiet(deployed: Deployed) -> None:
    """Each process says JSON lines alone, each request and job has one, and no value of a request is in them."""
    until(lambda: '"task": "offers.send"' in deployed.log("worker"), lambda: deployed.log("worker"))
    for name in ("serve", "worker", "clock"):
        for line in deployed.log(name).splitlines():
            assert json.loads(line)["event"]
        assert PHONE not in deployed.log(name)
        assert "Quintavalle" not in deployed.log(name)
    routes = {line["route"] for line in map(json.loads, deployed.log("serve").splitlines()) if line["event"] == "http"}
    assert {"/healthz", "/readyz", "/metrics"} <= routes

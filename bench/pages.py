# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long each page takes, and what it weighs, on a year of a province: 40,000 appointments, 110 mediators.

    python -m bench.pages [--only agenda] [--rounds 30] [--write]

Starts a PostgreSQL and the real service of its own on this machine, writes the year (bench/year.py), then asks for
every page again and again with a session of each role. ``--write`` keeps what was measured in docs/pages.jsonl and
writes docs/pages.md of it.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import gzip
import os
import platform
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

import httpx
import msgspec
import uvicorn
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from bench.year import APPOINTMENTS, MONDAY, NOW, write_year
from config.settings import Settings
from dispatch.access import service as access
from dispatch.access.links import Purpose, make
from dispatch.app import create_app
from dispatch.kit.clock import machine_now
from dispatch.kit.installation import Installation
from dispatch.kit.migrate import upgrade
from dispatch.kit.postgres import Server
from dispatch.kit.session import Database
from dispatch.planning import service as planning
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.statuses import Role, RunKind
from dispatch.rehearsal.population import Province
from dispatch.web.static_files import STATIC
from solver.candidates import ranked
from solver.solve import solve

MOST_MS, MOST_COLD, MOST_WARM = 100.0, 120 * 1024, 25 * 1024
WARM_UP, ROUNDS = 3, 30
PATIENCE = 60.0  # seconds
DOCS = Path(__file__).parent.parent / "docs"
KEPT, TABLE = DOCS / "pages.jsonl", DOCS / "pages.md"
NEXT_WEEK = "2026-W49"
PLANNER_SECONDS = 3


class Measured(msgspec.Struct, frozen=True):
    """One page: milliseconds until its last byte (the best tells what a busy machine hides), statements it asks the database, bytes on the wire."""

    page: str
    role: str
    best_ms: float
    median_ms: float
    p95_ms: float
    statements: int
    cold: int
    warm: int
    rounds: int
    appointments: int
    date: str
    machine: str

    @property
    def keeps(self) -> bool:
        return self.p95_ms <= MOST_MS and self.cold <= MOST_COLD and self.warm <= MOST_WARM


@dataclass(frozen=True)
class Page:
    """``path`` may hold {code}, {run}, {mediator}, {desk}, {phone}, {attendance}, {agenda}."""

    name: str
    path: str
    role: Role = Role.COORDINATOR


PAGES = (
    Page("agenda, this week", "/agenda"),
    Page("agenda, next week", f"/agenda?week={NEXT_WEEK}"),
    Page("agenda, one ambito", "/agenda?ambito=BG05"),
    Page("agenda, one language", "/agenda?language=ar"),
    Page("agenda, a name", "/agenda?q=amina"),
    Page("requests", "/requests"),
    Page("requests, a code", "/requests?q={code}"),
    Page("requests, mediations that are open", "/requests?kind=mediation&status=open"),
    Page("requests, page 900", "/requests?page=900"),
    Page("request", "/requests/{code}"),
    Page("one date of a request", "/requests/{code}/appointments/1"),
    Page("who could take it", "/requests/{code}/appointments/1/mediators"),
    Page("run of the planner", "/planning/runs/{run}"),
    Page("workload, by mediator", "/workload"),
    Page("workload, by ambito", "/workload?by=ambito"),
    Page("workload, the year", "/workload?period=2026-01-01_2026-12-31"),
    Page("workload, budgets", "/workload/budgets"),
    Page("workload, equity", "/workload/equity"),
    Page("attendance", "/attendance"),
    Page("visit that is over", "/attendance/{attendance}"),
    Page("presences", "/presences"),
    Page("replies to read", "/inbox"),
    Page("notices", "/notices"),
    Page("SMS not delivered", "/deliveries"),
    Page("handsets", "/handsets"),
    Page("one handset", "/handsets/{phone}"),
    Page("mediators", "/roster"),
    Page("mediators, a name", "/roster?q=amina"),
    Page("one mediator", "/roster/{mediator}"),
    Page("her availability", "/roster/{mediator}/availability"),
    Page("services", "/desks"),
    Page("one service", "/desks/{desk}"),
    Page("places", "/places"),
    Page("organisations", "/organisations"),
    Page("projects", "/projects"),
    Page("rules", "/policy"),
    Page("how people are asked", "/asking"),
    Page("SMS line", "/line"),
    Page("new request", "/requests/new"),
    Page("installation", "/installation", Role.ADMIN),
    Page("desk: requests", "/requests", Role.DESK),
    Page("desk: new request", "/requests/new", Role.DESK),
    Page("desk: a request", "/requests/{own}", Role.DESK),
    Page("mediator: agenda", "/my/agenda", Role.MEDIATOR),
    Page("mediator: agenda by link", "/m/{agenda}/agenda", Role.MEDIATOR),
)


@dataclass
class World:
    """The service with its year, whom it lets in, and what stands in the braces of a path."""

    origin: str
    cookies: dict[Role, str]
    values: dict[str, str]
    statements: list[int]  # of the one request under way


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--appointments", type=int, default=APPOINTMENTS)
    parser.add_argument("--write", action="store_true", help="keep it in docs/pages.jsonl and docs/pages.md")
    asked = parser.parse_args()
    with a_year(asked.appointments) as world:
        found = []
        for page in PAGES:
            if asked.only in page.name:
                found.append(measure(world, page, asked.rounds, asked.appointments))
                print(line(found[-1]), flush=True)
    missed = [one.page for one in found if not one.keeps]
    print(f"{len(found) - len(missed)} of {len(found)} pages keep to {MOST_MS:.0f} ms, 120 KiB cold, 25 KiB warm")
    if asked.write:
        KEPT.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in found))
        TABLE.write_text(written(found), encoding="utf-8")


@contextlib.contextmanager
def a_year(appointments: int) -> Iterator[World]:
    """The year in a database of its own, served on a free port; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ponte-bench-pages-"))
    server = Server.start(folder / "postgres", durable=False)
    try:
        upgrade(server.url)
        database = Database(server.url)
        began = time.monotonic()
        with database.begin() as session:
            province = write_year(session, "bergamo", appointments)
        print(f"a year of {appointments} appointments written in {time.monotonic() - began:.0f} s", flush=True)
        settings = Settings(home=folder, database_url=server.url)
        with database.begin() as session:
            cookies, values = _doors(session, settings, province)
        yield from _served(Installation(settings, database), cookies, values)
        database.close()
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


def _served(here: Installation, cookies: dict[Role, str], values: dict[str, str]) -> Iterator[World]:
    counted = [0]

    def count(*_event: object) -> None:
        counted[0] += 1

    event.listen(here.database.engine, "before_cursor_execute", count)
    config = uvicorn.Config(create_app(here), host="127.0.0.1", port=0, log_config=None, access_log=False)
    web = uvicorn.Server(config)
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    while not web.started:
        time.sleep(0.02)
    port = web.servers[0].sockets[0].getsockname()[1]
    yield World(f"http://127.0.0.1:{port}", cookies, values, counted)
    web.should_exit = True
    thread.join()


def _doors(session: Session, settings: Settings, province: Province) -> tuple[dict[Role, str], dict[str, str]]:
    """A session of each role, and rows to look at: an open visit of this week, a draft of the next, a busy mediator."""
    desk, mediator = province.desks[0], province.mediators[0]
    cookies = {}
    for role in Role:
        account = access.create_account(
            session,
            machine_now(),
            login=role.value,
            name=role.value,
            password="of a bench",
            role=role,
            desk_id=desk.id if role is Role.DESK else None,
            mediator_id=mediator.id if role is Role.MEDIATOR else None,
        )
        cookies[role] = access.open_session(session, machine_now(), account)
    still_open = (
        select(Request.code)
        .join(Appointment)
        .join(Slot)
        .where(Slot.status == "open", Appointment.first_start > NOW)
        .order_by(Appointment.first_start, Request.id)
    )
    own = select(func.max(Request.code)).where(Request.desk_id == desk.id)
    values = {
        "code": session.scalars(still_open).first() or "",
        "own": session.scalars(own).one(),
        "run": str(_draft(session)),
        "mediator": mediator.code,
        "desk": desk.code,
        "phone": mediator.phone.removeprefix("+"),
        "attendance": "301",
        "agenda": make(Purpose.AGENDA, mediator.id, settings.signing_secret()),
    }
    return cookies, values


def _draft(session: Session) -> int:
    """The next week planned, as the job does it, in this process."""
    run = planning.ask(
        session, NOW, MONDAY + dt.timedelta(weeks=1), RunKind.WEEK, seconds=PLANNER_SECONDS, by="bench", weeks=1
    )
    begun = planning.begin(session, run.id, NOW)
    assert begun is not None
    plan = solve(begun.problem, seconds=PLANNER_SECONDS, seed=1, workers=1)
    candidates = [found._asdict() for found in ranked(begun.problem, plan, most=5)]
    assert planning.keep_draft(session, begun, plan, candidates, NOW)
    return run.id


def measure(world: World, page: Page, rounds: int, appointments: int) -> Measured:
    """Asked for over a socket as a browser does, one after the other; the first ones are for the caches."""
    path, times = page.path.format(**world.values), []
    headers = {"accept": "text/html", "accept-language": "it", "accept-encoding": "gzip"}
    with httpx.Client(
        base_url=world.origin, headers=headers, cookies={"ponte": world.cookies[page.role]}, timeout=PATIENCE
    ) as client:
        for turn in range(WARM_UP + rounds):
            world.statements[0] = 0
            began = time.perf_counter()
            answer = client.get(path)
            took = (time.perf_counter() - began) * 1000
            if answer.status_code != 200:
                raise SystemExit(f"{path} answers {answer.status_code}: {answer.text[:300]}")
            if turn >= WARM_UP:
                times.append(took)
    warm = answer.num_bytes_downloaded + sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    times.sort()
    return Measured(
        page.name,
        page.role.value,
        round(times[0], 1),
        round(median(times), 1),
        round(times[max(0, -(-len(times) * 95 // 100) - 1)], 1),
        world.statements[0],
        warm + sum(map(weight, linked(answer.text))),
        warm,
        rounds,
        appointments,
        machine_now().date().isoformat(),
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}",
    )


def linked(text: str) -> set[str]:
    """The files that this page loads, with what its style loads: fonts and pictures."""
    named = set(re.findall(r'(?:href|src)="/static/([^"?#]+)', text))
    styles = {name for name in named if name.endswith(".css")}
    within = {f"{Path(style).parent}/{found}" for style in styles for found in _urls(style)}
    return named | {os.path.normpath(name) for name in within if not name.endswith(".svg")}


@cache
def _urls(style: str) -> frozenset[str]:
    return frozenset(re.findall(r'url\("?([^")]+)', (STATIC / style).read_text(encoding="utf-8")))


@cache
def weight(name: str) -> int:
    """On the wire: text is made small, fonts are small already."""
    held = (STATIC / name).read_bytes()
    return len(held) if name.endswith(".woff2") else len(gzip.compress(held, 6))


def line(one: Measured) -> str:
    mark = " " if one.keeps else "!"
    return (
        f"{mark} {one.page:36} best {one.best_ms:7.1f} median {one.median_ms:7.1f} ms  p95 {one.p95_ms:7.1f} ms  {one.statements:4} statements"
        f"  {one.cold / 1024:6.1f} KiB cold  {one.warm / 1024:5.1f} KiB warm"
    )


def written(found: list[Measured]) -> str:
    """The table of docs/pages.md."""
    first = found[0]
    rows = "\n".join(
        f"| {one.page} | {one.role} | {one.best_ms:.0f} | {one.median_ms:.0f} | {one.p95_ms:.0f} | {one.statements} "
        f"| {one.cold / 1024:.0f} | {one.warm / 1024:.1f} | {'yes' if one.keeps else 'no'} |"
        for one in found
    )
    return (
        "# Pages on a year of data\n\n"
        "Written by `python -m bench.pages --write` from the measurements in `pages.jsonl`; do not edit.\n\n"
        f"{first.appointments:,} appointments of a province M (110 mediators) with their offers, SMS, replies and\n"
        f"attendance; {first.rounds} times each page over a socket of this machine, after {WARM_UP} for the caches;\n"
        f"{first.machine}, {first.date}. Time is until the last byte of the page, in milliseconds; weight is gzip on the\n"
        "wire in KiB, cold with style, script, icons and all fonts of the style, warm the page alone. Target: p95 at most\n"
        f"{MOST_MS:.0f} ms, {MOST_COLD // 1024} KiB cold, {MOST_WARM // 1024} KiB warm.\n\n"
        "| page | role | best | median | p95 | statements | cold | warm | met |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        f"{rows}\n"
    )


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The figures of an installation for Prometheus: read from rows at each scrape, so that every process tells the same.

Labels are statuses, kinds and names of tasks; nothing in them is about anybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from enum import StrEnum

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dispatch.kit.clock import at_home, local_midnight, machine_now, monday_of, now
from dispatch.kit.installation import Installation
from dispatch.kit.session import Database
from dispatch.kit.ticks import TIMED
from dispatch.records import statuses
from dispatch.watch import queries

WEEK = dt.timedelta(days=7)
ALIVE = dt.timedelta(seconds=30)  # a worker says every ten seconds that it is there


def figures_of(installation: Installation) -> CollectorRegistry:
    """The registry of one process: its own requests and memory, and what the rows say."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(Rows(installation.database))
    return registry


class Rows(Collector):
    """Reads the rows at each scrape, in one transaction; a database that is away is a figure too."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def describe(self) -> list[Metric]:
        """Nothing is known before the rows are read; without this the registry would read them at its making."""
        return []

    def collect(self) -> Iterator[Metric]:
        try:
            with self.database.begin() as session:
                found = [*_week(session), *_wire(session), *_planning(session), *_machine(session)]
        except SQLAlchemyError:
            yield GaugeMetricFamily("ponte_database_up", "Whether the database answered this scrape.", 0)
            return
        yield GaugeMetricFamily("ponte_database_up", "Whether the database answered this scrape.", 1)
        yield from found


def _week(session: Session) -> Iterator[Metric]:
    monday = monday_of(at_home(now(session)).date())
    counted = queries.slots_by_status(session, local_midnight(monday), local_midnight(monday + WEEK))
    yield _by_status("ponte_slots", "Slots of the present week.", statuses.SlotStatus, counted)
    yield GaugeMetricFamily("ponte_offers_open", "Offers whose answer is awaited.", queries.open_offers(session))


def _wire(session: Session) -> Iterator[Metric]:
    instant = now(session)
    counted = queries.messages_by_status(session, instant - WEEK)
    yield _by_status("ponte_messages", "SMS written in the last seven days.", statuses.MessageStatus, counted)
    oldest = queries.oldest_due_message(session, instant)
    yield GaugeMetricFamily(
        "ponte_message_oldest_due_seconds", "How long the oldest SMS that is due waits.", _age(oldest, instant)
    )
    standing = GaugeMetricFamily(
        "ponte_line", "1 for the state each provider's line is in.", labels=("provider", "state")
    )
    for provider, state in queries.lines(session).items():
        for known in statuses.LineState:
            standing.add_metric((provider, known.value), int(known == state))
    yield standing
    yield GaugeMetricFamily(
        "ponte_inbound_to_read", "Replies that a person has to read.", queries.replies_to_read(session)
    )


def _planning(session: Session) -> Iterator[Metric]:
    runs = GaugeMetricFamily(
        "ponte_planning_runs", "Planning runs asked for in the last seven days.", labels=("kind", "status")
    )
    for (kind, status), number in queries.runs_by_status(session, now(session) - WEEK).items():
        runs.add_metric((kind, status), number)
    seconds = GaugeMetricFamily("ponte_planning_last_seconds", "How long the last finished run took.", labels=("kind",))
    gap = GaugeMetricFamily(
        "ponte_planning_last_gap", "How far its plan may be from the best, as a share of the bound.", labels=("kind",)
    )
    for run in queries.last_runs(session):
        seconds.add_metric((run.kind,), (run.finished_at - run.snapshot_at).total_seconds())
        figures = run.progress or {}
        if figures.get("bound") is not None and figures.get("total") is not None:
            gap.add_metric((run.kind,), max(0.0, (figures["bound"] - figures["total"]) / max(abs(figures["bound"]), 1)))
    yield from (runs, seconds, gap)


def _machine(session: Session) -> Iterator[Metric]:
    instant = machine_now()
    jobs = GaugeMetricFamily("ponte_jobs", "Jobs that wait (todo), run (doing) or failed.", labels=("queue", "status"))
    for (queue, status), number in queries.jobs_by_status(session).items():
        jobs.add_metric((queue, status), number)
    yield jobs
    oldest = _age(queries.oldest_job(session), instant)
    yield GaugeMetricFamily("ponte_job_oldest_seconds", "How long the oldest waiting job waits.", oldest)
    alive = queries.live_workers(session, instant - ALIVE)
    yield GaugeMetricFamily("ponte_workers", "Workers that gave a sign in the last half minute.", alive)
    yield _ticks(session, instant)


def _ticks(session: Session, instant: dt.datetime) -> Metric:
    """Those that look after processes live in real time; the others on the clock that a rehearsal may set."""
    ages = GaugeMetricFamily("ponte_tick_age_seconds", "How long ago each timed job was struck.", labels=("job",))
    struck, shared = queries.last_ticks(session), now(session)
    for timed in TIMED:
        if timed.job in struck:
            ages.add_metric((timed.job,), _age(struck[timed.job], instant if timed.by_machine else shared))
    return ages


def _by_status(name: str, about: str, known: type[StrEnum], counted: Mapping[str, int]) -> Metric:
    """Every status has a line, also at zero: a line that is not there cannot be told from one that was lost."""
    family = GaugeMetricFamily(name, about, labels=("status",))
    for status in known:
        family.add_metric((status.value,), counted.get(status.value, 0))
    return family


def _age(since: dt.datetime | None, instant: dt.datetime) -> float:
    return 0.0 if since is None else max(0.0, (instant - since).total_seconds())

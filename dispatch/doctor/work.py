# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the work goes on: clocks strike, workers live, the queue moves, SMS leave, the carrier takes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from dispatch.doctor.finding import Finding, age, care, fine, wrong
from dispatch.kit.clock import machine_now, now
from dispatch.kit.ticks import TIMED
from dispatch.line.queries import in_force, line_in_force
from dispatch.planning.queries import PLANNER_FAILED
from dispatch.records.offers import Notice
from dispatch.records.statuses import LineState
from dispatch.watch import queries

QUIET_WORKER = dt.timedelta(seconds=30)
SLOW, STUCK = 60.0, 600.0  # seconds that the oldest waiting job, or SMS, may wait
LOG = 'Look in the worker\'s log for lines with "ended": "failed".'


def examine_work(session: Session, settings: Settings) -> Iterator[Finding]:
    yield clock(session)
    yield workers(session)
    yield queue(session)
    yield from failed(session)
    yield messages(session)
    yield line(session, settings)
    yield plans(session)


def clock(session: Session) -> Finding:
    """The quickest of the timed jobs that live in real time tells whether any clock strikes at all."""
    struck, remedy = queries.last_ticks(session), "Start `ponte clock` (or `ponte run`), and read its log."
    real = {timed.job: timed.every for timed in TIMED if timed.by_machine}
    ages = [(machine_now() - struck[job]).total_seconds() for job in real if job in struck]
    if not ages:
        return wrong("clock", "it never struck", remedy)
    says = f"last struck {age(max(0.0, min(ages)))} ago"
    return wrong("clock", says, remedy) if min(ages) > 3 * min(real.values()) else fine("clock", says)


def workers(session: Session) -> Finding:
    alive = queries.live_workers(session, machine_now() - QUIET_WORKER)
    if not alive:
        return wrong("workers", "none gave a sign lately", "Start `ponte worker` (or `ponte run`), and read its log.")
    return fine("workers", f"{alive} at work")


def queue(session: Session) -> Finding:
    since = queries.oldest_job(session)
    waits = 0.0 if since is None else (machine_now() - since).total_seconds()
    says, remedy = f"the oldest job waits for {age(waits)}", "Start more workers, or see in their log what holds them."
    if waits > STUCK:
        return wrong("queue", says, remedy)
    return care("queue", says, remedy) if waits > SLOW else fine("queue", "nothing waits" if since is None else says)


def failed(session: Session) -> Iterator[Finding]:
    count = sum(jobs for (_queue, status), jobs in queries.jobs_by_status(session).items() if status == "failed")
    if count:
        yield care("failed jobs", f"{count} were given up", LOG + " Truth lives in the rows: a tick tries again.")


def messages(session: Session) -> Finding:
    """An SMS that should have left long ago; those that wait for the morning are not late."""
    instant = now(session)
    since = queries.oldest_due_message(session, instant)
    waits = 0.0 if since is None else (instant - since).total_seconds()
    if waits > STUCK:
        return wrong("SMS", f"the oldest that is due waits for {age(waits)}", "See to clock, workers and line first.")
    doubted = queries.messages_by_status(session, instant - dt.timedelta(days=7)).get("in_doubt", 0)
    if doubted:
        remedy = "Nothing yet: each is looked for at the carrier. A notice asks you when it is not found."
        return care("SMS", f"{doubted} in doubt: the carrier's answer was never seen", remedy)
    return fine("SMS", "none is late")


def line(session: Session, settings: Settings) -> Finding:
    """Whether SMS may leave by the line in force; an operator's choice against the settings is worth a look."""
    standing, speaks = line_in_force(session, settings), in_force(session, settings)
    if standing is None or standing.state == LineState.RUNNING:
        if speaks != settings.sms_provider:
            return care(
                "line", f"SMS leave by {speaks}, as the operator chose", f"ponte line use {settings.sms_provider}"
            )
        return fine("line", f"SMS leave by {speaks}")
    since = age((machine_now() - standing.since).total_seconds()) if standing.since else "some time"
    says = f"{speaks} is {standing.state} since {since}: {standing.why or 'no reason was given'}"
    if standing.state == LineState.HELD:
        return wrong("line", says, "ponte line start, when whoever stopped it agrees")
    if standing.state == LineState.FAILING:
        return care("line", says, "It is tried again and again by itself; the queue is kept. Or: ponte line use …")
    return wrong("line", says, "Mend the account at the carrier; it is tried by itself, or at once: ponte line start")


def plans(session: Session) -> Finding:
    """The planner failed, and no run has succeeded since."""
    alarm = select(Notice).where(Notice.kind == PLANNER_FAILED, Notice.seen_at.is_(None))
    standing = session.scalars(alarm.order_by(Notice.id.desc())).first()
    if standing is None:
        return fine("plans", "no run has failed since the last that succeeded")
    remedy = "The plan that stands is untouched. Look at the run's page and the worker's log, then plan the week again."
    return wrong("plans", f"run {standing.values.get('run')} failed: {standing.values.get('why')}", remedy)

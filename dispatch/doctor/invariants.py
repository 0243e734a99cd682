# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks every question of invariants.sql: the rows that break a promise, by the promise's name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from sqlalchemy import text
from sqlalchemy.orm import Session

from config.policy import PolicyError
from dispatch.doctor.finding import Finding, fine, wrong
from dispatch.kit.clock import machine_now, now
from dispatch.kit.policy import policy_in_force

GRACE = dt.timedelta(minutes=2)  # what a tick each minute, and the job it strikes, may take
STUCK = dt.timedelta(minutes=20)  # a reply or a run that was tried again and again for so long
SETTLED_BY = dt.timedelta(minutes=10)  # the carrier's list has been asked many times by then
SHOWN = 5


@dataclass(frozen=True)
class Invariant:
    """``name`` and ``says`` from its title line, ``remedy`` from the line below, and the question."""

    name: str
    says: str
    remedy: str
    question: str


@dataclass(frozen=True)
class Broken:
    """A promise that does not hold, and for which rows: ``table`` and the first ``SHOWN`` of their keys."""

    invariant: Invariant
    table: str
    keys: tuple[str, ...]
    count: int

    def __str__(self) -> str:
        more = f" and {self.count - len(self.keys)} more" if self.count > len(self.keys) else ""
        return f"{self.invariant.name}: {self.invariant.says} ({self.table} {', '.join(self.keys)}{more})"


@lru_cache(maxsize=1)
def invariants() -> tuple[Invariant, ...]:
    """As the file has them: paragraphs, each with a title, a remedy and a question."""
    source = (files("dispatch.doctor") / "invariants.sql").read_text(encoding="utf-8")
    return tuple(_read(paragraph) for paragraph in source.strip().split("\n\n")[1:])


def _read(paragraph: str) -> Invariant:
    title, remedy, *question = paragraph.splitlines()
    name, _, says = title.removeprefix("-- ").partition(": ")
    return Invariant(name, says, remedy.removeprefix("-- "), "\n".join(question).strip().removesuffix(";"))


def broken(session: Session, grace: dt.timedelta = GRACE) -> list[Broken]:
    """Every promise that does not hold now; nothing is changed."""
    moments = _moments(session, grace)
    return [found for one in invariants() if (found := _ask(session, one, moments)) is not None]


def _moments(session: Session, grace: dt.timedelta) -> dict[str, dt.datetime]:
    """What the questions call by name. The line lives by the machine's clock, all else by the shared one."""
    instant, machine = now(session), machine_now()
    late, policy = instant - grace, policy_in_force(session)
    return {
        "now": instant,
        "late": late,
        "pressing": late + dt.timedelta(hours=policy.intake.repair_within_hours),
        "yesterday": late - dt.timedelta(days=1),
        "unread": instant - max(grace, STUCK),
        "long_ago": machine - SETTLED_BY,
        "longer_ago": machine - SETTLED_BY - dt.timedelta(minutes=policy.sms.give_up_minutes),
    }


def _ask(session: Session, invariant: Invariant, moments: dict[str, dt.datetime]) -> Broken | None:
    found = session.execute(text(invariant.question), moments)
    (table,) = found.keys()
    keys = [str(key) for key in found.scalars()]
    return Broken(invariant, table, tuple(keys[:SHOWN]), len(keys)) if keys else None


def examine_invariants(session: Session) -> Iterator[Finding]:
    """One finding for each promise that is broken, or that all hold."""
    try:
        lost = broken(session)
    except PolicyError:  # A finding of its own; how long something may wait is not known until it is mended.
        return
    for one in lost:
        yield wrong("promises", str(one), one.invariant.remedy)
    if not lost:
        yield fine("promises", f"{len(invariants())} between rows, all hold")

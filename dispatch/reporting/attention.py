# SPDX-License-Identifier: AGPL-3.0-or-later
"""What needs attention: pure rules over the rows of a report, the gravest first, three at most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from config.policy import WorkloadPolicy
from dispatch.reporting.budgets import Purse
from dispatch.reporting.rows import Row

MOST = 3
FULL = 100


class Concern(StrEnum):
    """``full`` is a limit or ``spent`` a budget that is over, ``limit`` and ``budget`` one that soon will be."""

    FULL = "full"
    SPENT = "spent"
    ATTENDANCE = "attendance"
    BUDGET = "budget"
    LIMIT = "limit"
    REFUSALS = "refusals"
    IDLE = "idle"


GRAVEST_FIRST = list(Concern)


@dataclass(frozen=True)
class Finding:
    """``keys`` and ``names`` are the rows it is about, the worst first; ``worst`` its figure, in percent or days."""

    concern: Concern
    keys: tuple[str, ...]
    names: tuple[str, ...]
    worst: int = 0


def findings(*groups: Iterable[Finding]) -> tuple[Finding, ...]:
    """The gravest, at most three: a coordinator reads a sentence, not a list of everything."""
    found = [finding for group in groups for finding in group if finding.keys]
    return tuple(sorted(found, key=lambda finding: GRAVEST_FIRST.index(finding.concern))[:MOST])


def near_limit(people: Iterable[Row], policy: WorkloadPolicy) -> Iterable[Finding]:
    """Who has reached her hours of the period or of one week of it, and who is about to."""
    shares = [(row, share) for row in people if (share := row.highest_percent) is not None]
    shares.sort(key=lambda pair: -pair[1])
    full = [pair for pair in shares if pair[1] > FULL]
    close = [pair for pair in shares if policy.limit_percent < pair[1] <= FULL]
    yield _about(Concern.FULL, full)
    yield _about(Concern.LIMIT, close)


def without_work(people: Iterable[Row], available: Collection[str], now: dt.datetime, days: int) -> Iterable[Finding]:
    """Who works these days, has had no job for ``days``, and has none ahead; the longest first."""
    idle = []
    for row in people:
        since = days_since(row.latest, now)
        if row.key in available and (since is None or since >= days):
            idle.append((row, float(since or 0)))
    idle.sort(key=lambda pair: (pair[0].latest is not None, -pair[1], pair[0].name))
    yield _about(Concern.IDLE, idle)


def refused(languages: Iterable[Row], policy: WorkloadPolicy) -> Iterable[Finding]:
    """Languages whose offers come back refused; a handful of offers says nothing yet."""
    shares = [
        (row, row.offers.refused_percent)
        for row in languages
        if row.offers.answered >= policy.refusal_least_answers and row.offers.refused_percent > policy.refusal_percent
    ]
    shares.sort(key=lambda pair: -pair[1])
    yield _about(Concern.REFUSALS, shares)


def spent_early(purses: Iterable[Purse], policy: WorkloadPolicy) -> Iterable[Finding]:
    """Projects whose budget, whole or of an ambito, is used up or goes faster than its time."""
    worst: dict[str, tuple[Purse, float]] = {}
    for purse in purses:
        used = purse.used_percent
        early = used is not None and used > policy.budget_percent and purse.elapsed < used
        if used is not None and early and used > worst.get(purse.project, (purse, 0.0))[1]:
            worst[purse.project] = (purse, used)
    ranked = sorted(worst.values(), key=lambda pair: -pair[1])
    for concern, chosen in (
        (Concern.SPENT, [pair for pair in ranked if pair[1] >= FULL]),
        (Concern.BUDGET, [pair for pair in ranked if pair[1] < FULL]),
    ):
        names = tuple(purse.name for purse, _ in chosen)
        yield Finding(concern, tuple(p.project for p, _ in chosen), names, round(chosen[0][1]) if chosen else 0)


def unsettled(people: Iterable[Row], late: Mapping[str, int]) -> Iterable[Finding]:
    """Whose visits ended days ago and nobody has said, or agreed, how they went; ``worst`` is how many visits in all."""
    hers = [(row, float(late[row.key])) for row in people if row.key in late]
    hers.sort(key=lambda pair: (-pair[1], pair[0].name))
    found = _about(Concern.ATTENDANCE, hers)
    yield Finding(found.concern, found.keys, found.names, sum(round(count) for _, count in hers))


def days_since(last: dt.datetime | None, now: dt.datetime) -> int | None:
    """Whole days since then, none for what lies ahead; null when it never was."""
    return None if last is None else max((now - last).days, 0)


def _about(concern: Concern, pairs: list[tuple[Row, float]]) -> Finding:
    keys, names = tuple(row.key for row, _ in pairs), tuple(row.name for row, _ in pairs)
    return Finding(concern, keys, names, round(pairs[0][1]) if pairs else 0)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Budgets: what a project was granted, in all and per ambito, beside what it spent and how much of its time is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dispatch.records.territory import Project
from dispatch.reporting.figures import percent
from dispatch.reporting.queries import Spent


@dataclass(frozen=True)
class Purse:
    """Minutes of a project in one ambito, or in all where ``ambito`` is null; ``granted`` null is no limit."""

    project: str
    name: str
    ambito: str | None
    granted: int | None
    worked: int
    booked: int
    elapsed: float
    starts: dt.date
    ends: dt.date

    @property
    def used(self) -> int:
        return self.worked + self.booked

    @property
    def remaining(self) -> int | None:
        return None if self.granted is None else self.granted - self.used

    @property
    def used_percent(self) -> float | None:
        """A purse of nothing that was used all the same is as full as can be."""
        if self.granted == 0:
            return 100.0 if self.used else None
        return percent(self.used, self.granted)


def purses(
    projects: Iterable[Project],
    granted: Mapping[tuple[str, str | None], int],
    spent: Iterable[Spent],
    today: dt.date,
) -> list[Purse]:
    """Each project as a whole, then its ambiti: those with a grant and those where something was spent.

    A project without a grant for the whole has as much as its ambiti together. Remote visits have no place, so they
    are charged to the whole alone, exactly as planning charges them.
    """
    by_purse = {(one.project, one.ambito): one for one in spent}
    found: list[Purse] = []
    for project in projects:
        shares = {ambito: minutes for (code, ambito), minutes in granted.items() if code == project.code}
        used = [one for (code, _ambito), one in by_purse.items() if code == project.code]
        whole = shares.get(None, sum(shares.values()) if shares else None)
        time = (elapsed_percent(project.starts, project.ends, today), project.starts, project.ends)
        worked, booked = sum(one.worked for one in used), sum(one.booked for one in used)
        found.append(Purse(project.code, project.name, None, whole, worked, booked, *time))
        ambiti = {ambito for ambito in (*shares, *(one.ambito for one in used)) if ambito is not None}
        for ambito in sorted(ambiti):
            one = by_purse.get((project.code, ambito), Spent(project.code, ambito, 0, 0))
            grant = shares.get(ambito)
            found.append(Purse(project.code, project.name, ambito, grant, one.worked, one.booked, *time))
    return found


def elapsed_percent(starts: dt.date, ends: dt.date, today: dt.date) -> float:
    """How much of the days from ``starts`` to ``ends``, both included, is over on the morning of ``today``."""
    days = (ends - starts).days + 1
    return 100 * min(max((today - starts).days, 0), days) / days

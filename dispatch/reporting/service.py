# SPDX-License-Identifier: AGPL-3.0-or-later
"""The reports one can ask for: the workload of a period, the visits behind a row, budgets, equity. All only read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy.orm import Session

from dispatch.errors import NotFound
from dispatch.kit.policy import policy_in_force
from dispatch.reporting import attention, queries, registers
from dispatch.reporting.attention import Finding
from dispatch.reporting.budgets import Purse, purses
from dispatch.reporting.cover import Ground, ground
from dispatch.reporting.cover_queries import read_cover, read_levels
from dispatch.reporting.equity import Share, shares
from dispatch.reporting.facts import Facts, Jobs, newest_jobs, read_facts
from dispatch.reporting.figures import Figures, Key
from dispatch.reporting.period import Period, day_of
from dispatch.reporting.rows import NONE, Row, in_order
from dispatch.reporting.tables import TABLES, Sieve
from dispatch.reporting.visits import Visit
from dispatch.web.i18n import gettext as _

# A project that has ended is still accounted for.
A_QUARTER = dt.timedelta(days=92)


@dataclass(frozen=True)
class Workload:
    """``average`` is the minutes of the average active mediator."""

    period: Period
    by: str
    rows: list[Row]
    findings: tuple[Finding, ...]
    average: int


def workload(
    session: Session, now: dt.datetime, period: Period, by: str, sieve: Sieve, *, order: str = "", only: str = ""
) -> Workload:
    """One tab of a period. ``only`` names a concern: the rows it is about and no others."""
    by_ambito = sieve.ambito or sieve.ambiti is not None
    facts = read_facts(session, period, {by, "ambito"} if by_ambito else {by})
    hers = newest_jobs(session, facts, "mediator", now)
    rows = TABLES[by](facts, sieve, hers if by == "mediator" else newest_jobs(session, facts, by, now))
    found = what_needs_attention(session, now, facts, Sieve(ambiti=sieve.ambiti), hers)
    if only:
        keys = {key for finding in found if finding.concern == only for key in finding.keys}
        rows = [row for row in rows if row.key in keys]
    used = facts.used.values()
    average = round(sum(used) / len(used)) if used else 0
    return Workload(period, by, in_order(rows, order or default_order(by)), attention.findings(found), average)


def default_order(by: str) -> str:
    return "-limit" if by == "mediator" else "-hours"


def what_needs_attention(
    session: Session, now: dt.datetime, facts: Facts, sieve: Sieve, jobs: dict[Key, Jobs]
) -> list[Finding]:
    """All concerns, whatever is filtered: of the period (limits, refusals) and of today (idle, late, budgets)."""
    policy = policy_in_force(session).workload
    people = TABLES["mediator"](facts, sieve, jobs)
    languages = TABLES["language"](facts, sieve, {})
    codes = {person.id: person.code for person in facts.people.values()}
    available = {codes[one] for one in registers.available_people(session, now, policy.idle_days)}
    late = queries.late_attendances(session, now - dt.timedelta(days=policy.attendance_days))
    groups = (
        attention.near_limit(people, policy),
        attention.unsettled(people, {codes[one]: count for one, count in late.items()}),
        attention.spent_early(read_purses(session, now, sieve), policy),
        attention.refused(languages, policy),
        attention.without_work(people, available, now, policy.idle_days),
    )
    return [finding for group in groups for finding in group if finding.keys]


@dataclass(frozen=True)
class Behind:
    """The visits behind one row; ``facts`` say what else is known of them."""

    row: Row
    visits: list[Visit]
    facts: Facts


def behind(session: Session, now: dt.datetime, period: Period, by: str, key: str, sieve: Sieve) -> Behind:
    """The row of this key and its visits, by start; NotFound for what is not there and for what is not hers."""
    facts = read_facts(session, period)
    rows = TABLES[by](facts, sieve, newest_jobs(session, facts, by, now))
    row = next((row for row in rows if row.key == key), None) or _quiet_row(session, facts, by, key, sieve)
    counted, chosen = facts.key(by), sieve.of(facts)
    wanted = _inner_key(session, facts, by, key)
    visits = [visit for visit in facts.visits if counted(visit) == wanted and (by == "mediator" or chosen(visit))]
    return Behind(row, visits, facts)


def _inner_key(session: Session, facts: Facts, by: str, key: str) -> str | int | None:
    """What visits carry instead of the code in an address."""
    if by == "mediator":
        return next((person.id for person in facts.people.values() if person.code == key), None)
    if by == "desk":
        desk = registers.desk_by_code(session, key)
        return desk.id if desk else None
    return None if key == NONE else key


def _quiet_row(session: Session, facts: Facts, by: str, key: str, sieve: Sieve) -> Row:
    """A desk, language or project without anything in the period still has its (empty) page."""
    name = ""
    if by == "desk" and (desk := registers.desk_by_code(session, key)) is not None and sieve.shows(desk.ambito):
        name = desk.name
    elif by == "language":
        name = facts.languages.get(key, "")
    elif by == "project" and (project := facts.projects.get(key)) is not None:
        name = project.name
    if not name and not (key == NONE and by in ("language", "ambito", "project")):
        raise NotFound(_("There is no such row in the workload. Open it again from the list."))
    return Row(key, name, "", Figures())


@dataclass(frozen=True)
class Budgets:
    purses: list[Purse]
    findings: tuple[Finding, ...]

    def concerned(self, concern: str) -> frozenset[str]:
        """The projects that a concern is about."""
        return frozenset(key for finding in self.findings if finding.concern == concern for key in finding.keys)


def budgets(session: Session, now: dt.datetime, sieve: Sieve) -> Budgets:
    """The purses she looks for, and what of all hers needs attention."""
    hers = read_purses(session, now, Sieve(ambiti=sieve.ambiti))
    found = attention.findings(attention.spent_early(hers, policy_in_force(session).workload))
    sought = [purse for purse in hers if sieve.ambito in ("", purse.ambito) and sieve.finds(purse.name, purse.project)]
    return Budgets(sought, found)


def read_purses(session: Session, now: dt.datetime, sieve: Sieve) -> list[Purse]:
    """Every purse of the projects that run today or did lately; a coordinator of some ambiti sees theirs."""
    today = day_of(now)
    running = [one for one in registers.read_projects(session).values() if one.starts <= today <= one.ends + A_QUARTER]
    found = purses(running, registers.read_budgets(session), queries.spent_minutes(session), today)
    return [purse for purse in found if sieve.shows(purse.ambito)]


def equity(session: Session, period: Period, sieve: Sieve) -> list[Share]:
    """Every ambito she sees; the shares are of all ambiti, or they would say nothing."""
    figures: dict[str, Figures] = defaultdict(Figures)
    for cell in read_cover(session, period):
        if cell.ambito:
            one = figures[cell.ambito]
            one.requested, one.uncovered = one.requested + cell.requested, one.uncovered + cell.uncovered
            one.delivered += cell.delivered
    found = shares(registers.read_ambiti(session).values(), figures)
    return [
        share
        for share in found
        if sieve.shows(share.code) and sieve.ambito in ("", share.code) and sieve.finds(share.name)
    ]


def cover(session: Session, period: Period, sieve: Sieve) -> Ground:
    """What her ambiti asked for and got, wherever in them: the figures of a map."""
    shown = [
        one.code
        for one in registers.read_ambiti(session).values()
        if sieve.shows(one.code) and sieve.ambito in ("", one.code)
    ]
    return ground(read_cover(session, period), read_levels(session), shown, sieve.language)

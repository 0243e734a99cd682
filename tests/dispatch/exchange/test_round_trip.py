# SPDX-License-Identifier: AGPL-3.0-or-later
"""A seeded province goes out as files and comes back into an empty database: the week reads as the same problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import make_url, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.policy import load_policy
from dispatch.access.visitor import Visitor
from dispatch.exchange.exporting import registers_as_tables
from dispatch.exchange.importing import Keep, Upload, import_files
from dispatch.exchange.register import Work
from dispatch.exchange.registers import register_of
from dispatch.exchange.sheets import read_file
from dispatch.exchange.writing import Table, as_csv, as_workbook
from dispatch.intake.reading import Reader
from dispatch.intake.schemas import RequestIn
from dispatch.intake.service import submit
from dispatch.kit.recurrence import closures_of
from dispatch.kit.saved import Outcome
from dispatch.kit.session import Database
from dispatch.planning.snapshot import read_snapshot
from dispatch.records.roster import Availability, ExtraShift
from dispatch.records.statuses import Role
from dispatch.rehearsal.demand import Demand, minutes_by_purse
from dispatch.rehearsal.population import grant_budgets, populate
from dispatch.rehearsal.profiles import PROFILES
from dispatch.rehearsal.scene import opening
from dispatch.territory.load import load
from solver.problem import PlanningProblem

MONDAY = dt.date(2026, 11, 30)
NOW = opening(MONDAY)
SEED = 3
SMALL = replace(PROFILES["S"], mediators=36, desks=16)  # somebody for each language, a desk or two in each ambito


@pytest.fixture
def second(
    database_url: str, maintenance: psycopg.Connection, template_database: str
) -> Iterator[Callable[[], Database]]:
    """Makes another empty database beside the test's own."""
    name = f"{make_url(database_url).database}_b"
    opened: list[Database] = []

    def open_second() -> Database:
        maintenance.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template_database}" STRATEGY FILE_COPY')
        url = make_url(database_url).set(database=name).render_as_string(hide_password=False)
        opened.append(Database(url))
        return opened[0]

    yield open_second
    for one in opened:
        one.close()
        maintenance.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def seeded(database: Database) -> Iterator[tuple[Session, list[RequestIn]]]:
    """A small province with budgets and an extra shift, and what its desks ask for before the week is planned."""
    with database.begin() as session:
        province = populate(session, "bergamo", SMALL, MONDAY, NOW, SEED)
        week = Demand(province, SEED).week()
        early = [one for one in week if one.at <= NOW]
        grant_budgets(session, minutes_by_purse(week, province), minutes_by_purse(early, province))
        start = dt.datetime(2026, 12, 5, 8, 0, tzinfo=dt.UTC)
        session.add(
            ExtraShift(mediator_id=province.mediators[0].id, during=Range(start, start + dt.timedelta(hours=4)))
        )
        session.flush()
        yield session, [RequestIn.model_validate(one.body) for one in early[:40]]


def problem(session: Session, asked: list[RequestIn]) -> PlanningProblem:
    """The week as the planner reads it, once these requests are in."""
    staff = Visitor(actor="test", role=Role.COORDINATOR)
    policy = load_policy()
    for body in asked:
        submit(Reader(session, staff, NOW, policy.intake, closures_of("bergamo")), body)
    session.flush()
    session.expire_all()
    return read_snapshot(session, MONDAY, 7, NOW, policy.planning).problem


def csv_files(tables: list[Table]) -> list[Upload]:
    """In an order that names rows before they exist."""
    return [Upload(f"{table.name}.csv", as_csv(table)) for table in reversed(tables)]


def test_a_province_exported_and_imported_gives_the_same_problem(
    database: Database, second: Callable[[], Database]
) -> None:
    """Same mediators, places, budgets and requests to the last field, so that the same seed gives the same plan.

    Imported again it changes nothing; and, as a control, with one shift less it is another problem.
    """
    with seeded(database) as (session, asked):
        tables = registers_as_tables(session)
        before = problem(session, asked)
    with second().begin() as session:
        load(session, "bergamo")
        work = Work(session, "test", NOW)
        report = import_files(work, csv_files(tables), Keep.ALL)
        assert report.findings == []
        assert registers_as_tables(session) == tables
        again = import_files(work, csv_files(tables), Keep.ALL)
        assert (again.count(Outcome.CREATED), again.count(Outcome.CHANGED)) == (0, 0)
        assert again.count(Outcome.UNCHANGED) == report.count(Outcome.CREATED) + report.count(Outcome.CHANGED)
        after = problem(session, asked)
        session.delete(session.scalars(select(Availability).where(Availability.weekday == 2).limit(1)).one())
        poorer = problem(session, [])
    assert len(before.mediators) == 36
    assert len(before.appointments) > 10
    assert before.budgets
    assert after == before
    assert poorer != before


def test_a_workbook_reads_as_the_files_do(database: Database) -> None:
    """One sheet for each register, with the very same texts."""
    with seeded(database) as (session, _asked):
        tables = [table for table in registers_as_tables(session) if table.rows]
    files = [read_file(f"{table.name}.csv", as_csv(table))[0] for table in tables]
    sheets = read_file("registri.xlsx", as_workbook(tables))
    assert [(one.header, one.lines) for one in sheets] == [(one.header, one.lines) for one in files]
    assert [register_of(one).name for one in sheets] == [table.name for table in tables]

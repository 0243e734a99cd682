# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands of the runbook for backup and restore, as they stand there: every row comes back, and work goes on."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from dispatch.doctor.examine import examine_database
from dispatch.doctor.finding import Level
from dispatch.kit.postgres import available
from dispatch.kit.session import Database, libpq_url
from dispatch.records.base import Base
from dispatch.territory.load import load
from tests import make
from tests.dispatch.doctor.conftest import settings_of

RUNBOOK = Path(__file__).resolve().parents[2] / "docs" / "runbook.md"
NAME = "ponte_restored"
PROGRAMS = available()[0].folder


def commands() -> list[str]:
    """The lines of the runbook that a shell runs and that speak to PostgreSQL."""
    blocks = re.findall(r"```sh\n(.*?)```", RUNBOOK.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith(("pg_", "createdb"))]


def counts(database: Database) -> dict[str, int]:
    with database.begin() as session:
        return {
            name: session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
            for name in [*Base.metadata.tables, "alembic_version", "procrastinate_jobs"]
        }


@pytest.fixture
def restored(database_url: str, maintenance: psycopg.Connection) -> Iterator[str]:
    name = f"{NAME}_{os.getpid()}"
    yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    maintenance.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.mark.skipif(not (PROGRAMS / "pg_dump").exists(), reason="this PostgreSQL came without its programs for backup")
def test_what_was_backed_up_comes_back(database: Database, restored: str, tmp_path: Path) -> None:
    """Dump, make, restore: the same rows in every table, no migration to do, and the double booking still forbidden."""
    with database.begin() as session:
        load(session, "bergamo")
        make.desk(session, "ic-trescore")
        make.mediator(session, "m1")
    named = str(make_url(restored).database)
    environment = {
        "PATH": f"{PROGRAMS}:/usr/bin:/bin",
        "DATABASE_URL": libpq_url(database.url),
        "RESTORED_URL": libpq_url(restored),
    }
    written = commands()
    assert [line.split()[0] for line in written] == ["pg_dump", "createdb", "pg_restore"]
    for line in written:
        done = subprocess.run(
            ["/bin/sh", "-c", line.replace(NAME, named)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"

    again = Database(restored)
    try:
        assert counts(again) == counts(database)
        assert counts(again)["comune"] > 200
        with again.begin() as session:
            guarded = "SELECT count(*) FROM pg_constraint WHERE conname = 'ex_assignment_no_double_booking'"
            assert session.execute(text(guarded)).scalar_one() == 1
            make.mediator(session, "m2")  # identities go on where they stood
    finally:
        again.close()
    levels = {found.about: found.level for found in examine_database(settings_of(restored, tmp_path))}
    assert (levels["database"], levels["migrations"], levels["territory"]) == (Level.FINE,) * 3

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A database is lent again only when nothing of the test before is left in it; whatever is not whole is dropped."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from dispatch.kit.session import libpq_url
from tests import recycled
from tests.recycled import Shelf


@pytest.fixture
def name(maintenance: psycopg.Connection, template_database: str) -> Iterator[str]:
    """A clone that no other shelf knows."""
    made = f"{template_database}_shelf_{os.getpid()}"
    maintenance.execute(f'CREATE DATABASE "{made}" TEMPLATE "{template_database}" STRATEGY FILE_COPY')
    yield made
    maintenance.execute(f'DROP DATABASE "{made}" WITH (FORCE)')


@pytest.fixture
def url(server_url: str, name: str) -> str:
    return libpq_url(make_url(server_url).set(database=name).render_as_string(hide_password=False))


@pytest.fixture
def own_shelf(url: str, name: str) -> Iterator[Shelf]:
    shelf = Shelf(lambda _: psycopg.connect(url, autocommit=True))
    shelf.add(name)
    yield shelf
    shelf.clear()


def test_an_untouched_database_is_lent_again(own_shelf: Shelf, name: str) -> None:
    """Nothing happened to it."""
    assert own_shelf.give_back(name)
    assert own_shelf.take() == name
    assert own_shelf.take() is None


def test_what_a_test_wrote_is_gone_and_what_migrations_wrote_is_back(own_shelf: Shelf, url: str, name: str) -> None:
    """Rows, numbers that were drawn and rows that were there from the beginning are as in a fresh clone."""
    with psycopg.connect(url, autocommit=True) as connection:
        began = connection.execute("SELECT * FROM line").fetchall()
        connection.execute("INSERT INTO organisation (code, name, role) VALUES ('a', 'A', 'lead')")
        connection.execute("DELETE FROM line")
    assert own_shelf.give_back(name)
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM organisation").fetchone() == (0,)
        assert connection.execute("SELECT * FROM line").fetchall() == began != []
        drawn = connection.execute(
            "INSERT INTO organisation (code, name, role) VALUES ('b', 'B', 'lead') RETURNING id"
        ).fetchone()
        assert drawn == (1,)


def test_without_emptying_the_next_test_would_see_it(
    own_shelf: Shelf, url: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: given back as it is, the database still holds the rows."""
    monkeypatch.setattr(recycled.Fresh, "again", lambda *_: True)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO organisation (code, name, role) VALUES ('a', 'A', 'lead')")
    assert own_shelf.give_back(name)
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM organisation").fetchone() == (1,)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE assignment DROP CONSTRAINT {constraint}",
        "ALTER TABLE desk ADD COLUMN colour text",
        "ALTER TABLE desk ALTER COLUMN name DROP NOT NULL",
        "CREATE TABLE left_behind (id int)",
        "CREATE POLICY left_behind ON desk USING (true)",
        "GRANT SELECT ON desk TO PUBLIC",
        "ALTER TYPE procrastinate_job_status ADD VALUE 'left_behind'",
        "CREATE FUNCTION left_behind() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP TRIGGER procrastinate_trigger_delete_jobs_v1 ON procrastinate_jobs",
    ],
)
def test_a_database_that_was_altered_is_not_lent_again(own_shelf: Shelf, url: str, name: str, change: str) -> None:
    """Tests that switch a guard off do it in the database; the next one needs the guard."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT conname FROM pg_constraint WHERE contype = 'x'").fetchone()
        assert row is not None
        connection.execute(change.format(constraint=row[0]).encode())
    assert not own_shelf.give_back(name)
    assert own_shelf.free == []


def test_a_database_that_somebody_is_still_in_is_not_lent_again(own_shelf: Shelf, url: str, name: str) -> None:
    """Whoever is left inside, a thread or a process, could write into the next test."""
    with psycopg.connect(url, autocommit=True):
        assert not own_shelf.give_back(name)


def test_a_database_that_has_grown_is_not_lent_again(
    own_shelf: Shelf, url: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dead rows would make the next test slow."""
    monkeypatch.setattr(recycled, "LARGE", 0)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO organisation (code, name, role) VALUES ('a', 'A', 'lead')")
    assert not own_shelf.give_back(name)


def test_a_database_whose_sessions_were_ended_is_not_lent_again(own_shelf: Shelf, url: str, name: str) -> None:
    """Some tests end every session there is, also the one that would empty the database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", [own_shelf.kept[name].info.backend_pid])
    assert not own_shelf.give_back(name)

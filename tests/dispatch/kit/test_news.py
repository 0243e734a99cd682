# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a transaction tells of itself: one word a family it changed, once, only if it was committed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import event, insert, update
from sqlalchemy.orm import Session, sessionmaker

from dispatch.kit import news
from dispatch.kit.session import Database, libpq_url
from dispatch.records import Base, Mediator, Notice, PolicyChange, Slot
from tests import make

NOON = dt.datetime(2026, 11, 23, 11, tzinfo=dt.UTC)


class Ear:
    """A connection of its own that listens, as an open page's process does."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def heard(self) -> list[str]:
        return [notify.payload for notify in self.connection.notifies(timeout=0.3)]


@pytest.fixture
def ear(database: Database) -> Iterator[Ear]:
    with psycopg.connect(libpq_url(database.url), autocommit=True) as connection:
        connection.execute(f"LISTEN {news.CHANNEL}")
        yield Ear(connection)


def a_notice(session: Session) -> Notice:
    row = Notice(kind="slot_open", created_at=NOON)
    session.add(row)
    return row


def test_a_transaction_tells_every_family_it_changed_in_one_word_each(database: Database, ear: Ear) -> None:
    """Three mediators and two requests are one NOTIFY that says agenda and roster."""
    with database.begin() as session:
        for code in ("amina", "yonas", "fatou"):
            make.mediator(session, code)
        make.asked(session, NOON)
        make.asked(session, NOON)
    assert ear.heard() == ["agenda,roster"]


def test_what_the_last_flush_writes_is_told(database: Database, ear: Ear) -> None:
    """A row that is only added, and flushed by the commit itself, is news like any other."""
    with database.begin() as session:
        a_notice(session)
    assert ear.heard() == ["notices"]


def test_statements_without_objects_are_told(database: Database, ear: Ear) -> None:
    """UPDATE and INSERT as statements change rows behind the session's back, and are told all the same."""
    with database.begin() as session:
        slot = make.asked(session, NOON)
    ear.heard()
    with database.begin() as session:
        session.execute(update(Slot).where(Slot.id == slot.id).values(status="cancelled"))
        session.execute(
            insert(PolicyChange).values(
                section="day", key="latest_end", value=1, since=NOON, at=NOON, by="account:anna", why="a test"
            )
        )
    assert ear.heard() == ["agenda,policy"]


def test_reading_tells_nothing(database: Database, ear: Ear) -> None:
    """Who looks at a page, or sets a field to what it was, wakes nobody."""
    with database.begin() as session:
        make.mediator(session, "amina")
    ear.heard()
    with database.begin() as session:
        row = session.query(Mediator).one()
        row.name = str(row.name)
    assert ear.heard() == []


def test_a_family_without_a_page_tells_nothing(database: Database, ear: Ear) -> None:
    """An organisation is nobody's live page."""
    with database.begin() as session:
        make.organisation(session)
    assert ear.heard() == []


def test_what_was_rolled_back_is_not_told(database: Database, ear: Ear) -> None:
    """Nothing happened, so nobody is sent to look."""
    with pytest.raises(RuntimeError):
        _changes_its_mind(database)
    assert ear.heard() == []


def _changes_its_mind(database: Database) -> None:
    with database.begin() as session:
        a_notice(session)
        session.flush()
        raise RuntimeError


def test_a_savepoint_waits_for_its_transaction(database: Database, ear: Ear) -> None:
    """A refused savepoint keeps the transaction's own news; both are told when it commits, in one NOTIFY."""
    with database.begin() as session:
        with session.begin_nested():
            make.mediator(session, "amina")
        a_notice(session)
        assert ear.heard() == []
    assert ear.heard() == ["notices,roster"]


def test_without_the_hook_nobody_hears(database: Database, ear: Ear) -> None:
    """Control: a session that is not told of writes the same row in silence."""
    with sessionmaker(database.engine).begin() as session:
        a_notice(session)
    assert ear.heard() == []


def test_one_statement_more_where_something_changed_and_none_where_nothing_did(database: Database) -> None:
    """The news costs a changing transaction one statement, and a reading one not even that."""
    seen: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    with database.begin() as session:
        a_notice(session)
    told = [statement for statement in seen if "pg_notify" in statement]
    with database.begin() as session:
        session.query(Notice).all()
    assert len(told) == 1
    assert [statement for statement in seen if "pg_notify" in statement] == told


def test_every_told_table_is_there() -> None:
    """A renamed table would fall silent without anybody noticing."""
    assert set(Base.metadata.tables) >= news.TOPICS.keys()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells open pages which families of rows a transaction changed: one NOTIFY of PostgreSQL as it commits, names only.

Nobody calls this. It stands behind every session and reads table names off what is written, so no use case can forget
it and none has to know who is looking. The news says "agenda", never which row and never whose: a page that hears it
fetches itself again, by its own right to see.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.event import listen
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker
from sqlalchemy.sql.dml import Delete, Insert, Update

CHANNEL: Final = "ponte_news"
# Messages are left out: each SMS changes its row four times, and a NOTIFY makes commits stand in one line.
TOPICS: Final = {
    "request": "agenda",
    "appointment": "agenda",
    "slot": "agenda",
    "assignment": "agenda",
    "offer": "agenda",
    "asking": "agenda",
    "planning_run": "runs",
    "inbound": "inbox",
    "notice": "notices",
    "attendance": "attendance",
    "mediator": "roster",
    "mediator_language": "roster",
    "availability": "roster",
    "extra_shift": "roster",
    "hours_grant": "roster",
    "absence": "roster",
    "commitment": "roster",
    "presence": "agenda",
    "line": "line",
    "policy_change": "policy",
}
ALL_TOPICS: Final = frozenset(TOPICS.values())
TELL: Final = text("SELECT pg_notify(:channel, :topics)")
HEARD: Final = "news"  # where a session keeps the topics of its transaction


def tell_of(sessions: sessionmaker[Session]) -> None:
    """Every transaction of these sessions tells of what it changed, once, and only if it is committed."""
    listen(sessions, "after_flush", _notice_flushed)
    listen(sessions, "do_orm_execute", _notice_statement)
    listen(sessions, "before_commit", _tell)


def _notice_flushed(session: Session, _context: Any) -> None:
    topics = _topics_of(session)
    for row in (*session.new, *session.deleted):
        _add(topics, row.__tablename__)
    for row in session.dirty:
        if TOPICS.get(row.__tablename__) not in {None, *topics} and session.is_modified(row):
            _add(topics, row.__tablename__)


def _notice_statement(state: ORMExecuteState) -> None:
    """An INSERT, UPDATE or DELETE that is told even when it met no row: an answer too many costs a page a look."""
    if isinstance(state.statement, Insert | Update | Delete):
        _add(_topics_of(state.session), getattr(state.statement.table, "name", ""))


def _tell(session: Session) -> None:
    """The last flush comes first, since what it writes is news too; a savepoint tells nothing by itself."""
    if session.in_nested_transaction():
        return
    session.flush()
    topics = session.info.pop(HEARD, None)
    if topics:
        session.execute(TELL, {"channel": CHANNEL, "topics": ",".join(sorted(topics))})


def _topics_of(session: Session) -> set[str]:
    topics: set[str] = session.info.setdefault(HEARD, set())
    return topics


def _add(topics: set[str], table: str) -> None:
    topic = TOPICS.get(table)
    if topic is not None:
        topics.add(topic)

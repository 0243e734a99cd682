# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads and writes a line's row. A write names the turn that was read, and lasts no longer than its one statement.

No lock outlives a statement here: a worker frozen in the middle of anything must not hold the line up for the others.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dispatch.kit.session import Database
from dispatch.line.breaker import Standing
from dispatch.records.line import Line
from dispatch.records.statuses import LineState

FIELDS = [field.name for field in dataclasses.fields(Standing)]
CHOSEN = "(SELECT provider FROM line WHERE chosen) AS chosen_provider"
READ = text(f"SELECT {', '.join(FIELDS)}, {CHOSEN} FROM line WHERE provider = :provider")  # noqa: S608  # names of ours
WRITE = text(
    f"UPDATE line SET {', '.join(f'{name} = :{name}' for name in FIELDS if name not in ('provider', 'turn'))}, "  # noqa: S608
    "turn = turn + 1 WHERE provider = :provider AND turn = :turn"
)


def read(connection: Connection, provider: str) -> tuple[Standing, str | None]:
    """How the line stands, and which one the operator has chosen (None: nobody chose); a new line is made."""
    row = connection.execute(READ, {"provider": provider}).mappings().first()
    if row is None:
        fresh = insert(Line).values(provider=provider, chosen=False, state=LineState.RUNNING)
        connection.execute(fresh.values(failures=0, trials=0, turn=0).on_conflict_do_nothing())
        row = connection.execute(READ, {"provider": provider}).mappings().one()
    return standing_of(dict(row)), row["chosen_provider"]


def standing_of(row: dict[str, Any]) -> Standing:
    known = {name: row[name] for name in FIELDS}
    return Standing(**(known | {"state": LineState(row["state"])}))


def write(connection: Connection, line: Standing) -> bool:
    """Keep it unless somebody else has changed the line since this turn."""
    return connection.execute(WRITE, dataclasses.asdict(line)).rowcount == 1


def change(database: Database, provider: str, decide: Callable[[Standing], Standing]) -> None:
    """Read, decide, write, each a statement of its own; again when another worker was quicker."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while True:
            standing, _chosen = read(connection, provider)
            decided = decide(standing)
            if decided == standing or write(connection, decided):
                return


def change_within(session: Session, provider: str, decide: Callable[[Standing], Standing]) -> Standing:
    """The same as part of a transaction that does more: for operators and alarms, which are rare."""
    connection = session.connection()
    while True:
        standing, _chosen = read(connection, provider)
        decided = decide(standing)
        if decided == standing or write(connection, decided):
            return decided

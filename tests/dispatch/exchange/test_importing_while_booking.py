# SPDX-License-Identifier: AGPL-3.0-or-later
"""A long import and a booking that want the same people wait for each other in one order: neither is refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from dispatch.exchange import importing
from dispatch.exchange.importing import Keep, Upload, import_files
from dispatch.exchange.register import Work
from dispatch.kit.locks import lock_mediators
from dispatch.kit.session import Database
from tests import make

# The file names the second before the first; a booking takes them by id.
ABSENCES = b"mediatore;dal;al\nm2;24/12/2026;06/01/2027\nm1;24/12/2026;06/01/2027\n"
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
SECOND_ROW = 2


class Booking(threading.Thread):
    """Takes both people, as who books or publishes does, while the import is at its second row."""

    def __init__(self, database: Database, people: Iterable[int]) -> None:
        super().__init__()
        self.database, self.people = database, tuple(people)
        self.refused: OperationalError | None = None

    def run(self) -> None:
        try:
            with self.database.begin() as session:
                lock_mediators(session, self.people)
        except OperationalError as trouble:
            self.refused = trouble

    def begins(self) -> None:
        self.start()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self.is_alive():
            with self.database.begin() as session:
                if session.execute(WAITING).scalar():
                    return
            time.sleep(0.02)


def import_while_booking(database: Database) -> bool:
    """Whether both came through."""
    with database.begin() as session:
        booking = Booking(database, [make.mediator(session, code).id for code in ("m1", "m2")])
    rows: list[int] = []

    def step() -> None:
        rows.append(1)
        if len(rows) == SECOND_ROW:
            booking.begins()

    try:
        with database.begin() as session:
            upload = Upload("assenze.csv", ABSENCES)
            report = import_files(Work(session, "test", make.NOW), [upload], Keep.ALL, step)
    except OperationalError:
        return False
    finally:
        booking.join()
    assert report.applied, report.errors
    return booking.refused is None


def test_an_import_and_a_booking_do_not_wait_for_each_other(database: Database) -> None:
    """The import holds its people from its beginning, so the booking waits for its end, and both are done."""
    assert import_while_booking(database)


def test_people_taken_row_by_row_are_a_deadlock(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: without that PostgreSQL has to end one of the two."""

    def nobody(_session: Session, _sheets: object) -> None:
        """Each row takes its own."""

    monkeypatch.setattr(importing, "hold_people", nobody)
    assert not import_while_booking(database)

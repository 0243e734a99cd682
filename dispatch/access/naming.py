# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the installation is called, as the head of every page says it; read once a minute, not with every page."""

from __future__ import annotations

import datetime as dt

from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dispatch.kit.clock import machine_now
from dispatch.kit.session import Database
from dispatch.records.setup import SetUp

ONLY = 1  # the id of the one row
KEPT = dt.timedelta(minutes=1)


class InstallationName:
    """Empty where nobody has named it; while the database is away the last one that was read."""

    def __init__(self, database: Database) -> None:
        self._database, self._name = database, ""
        self._until = dt.datetime.min.replace(tzinfo=dt.UTC)

    def __call__(self, request: Request) -> str:
        if machine_now() >= self._until:
            self._until = machine_now() + KEPT  # before it is read, so that of many pages at once one asks
            self._name = self._read(getattr(request.state, "work", None))
        return self._name

    def forget(self) -> None:
        """Somebody has just renamed it here; other processes hear of it within the minute."""
        self._until = dt.datetime.min.replace(tzinfo=dt.UTC)

    def _read(self, work: Session | None) -> str:
        if work is not None:  # the page's own transaction: a page does not take two connections
            return _name(work)
        try:
            with self._database.begin() as session:
                return _name(session)
        except SQLAlchemyError:
            return self._name


def _name(session: Session) -> str:
    row = session.get(SetUp, ONLY)
    return "" if row is None else row.name


def give_name(session: Session, name: str, now: dt.datetime) -> None:
    """The first one or another; the day it was first named stays."""
    row = session.get(SetUp, ONLY)
    if row is None:
        session.add(SetUp(id=ONLY, name=name, at=now))
    else:
        row.name = name
    session.flush()

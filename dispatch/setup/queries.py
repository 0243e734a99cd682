# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far an installation has come: how many rows of each family stand in it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.records.access import Account
from dispatch.records.base import Base
from dispatch.records.intake import Request
from dispatch.records.roster import Mediator
from dispatch.records.setup import SetUp
from dispatch.records.statuses import Role
from dispatch.records.territory import Ambito, Comune, Desk, Organisation, Place


@dataclass(frozen=True)
class Counted:
    ambiti: int
    comuni: int
    organisations: int
    places: int
    desks: int
    mediators: int
    people: int
    requests: int


def count(session: Session) -> Counted:
    """Requests are only looked for: a year of them need not be counted to know that there is one."""
    people = select(func.count()).select_from(Account).where(Account.role != Role.ADMIN, Account.active)
    return Counted(
        _rows(session, Ambito),
        _rows(session, Comune),
        _rows(session, Organisation),
        _rows(session, Place),
        _rows(session, Desk),
        _rows(session, Mediator),
        session.scalars(people).one(),
        int(session.scalars(select(select(Request.id).exists())).one()),
    )


def _rows(session: Session, family: type[Base]) -> int:
    return session.scalars(select(func.count()).select_from(family)).one()


def named(session: Session, *, to_change: bool = False) -> SetUp | None:
    """The row of the name; held against others where it is about to change."""
    query = select(SetUp)
    return session.scalars(query.with_for_update() if to_change else query).one_or_none()

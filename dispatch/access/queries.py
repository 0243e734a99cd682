# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every SELECT of the access register."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, joinedload

from dispatch.access.visitor import STAFF
from dispatch.records.access import Account, ApiKey, AuditEntry, LoginAttempt
from dispatch.records.access import Session as BrowserSession
from dispatch.records.roster import Mediator
from dispatch.records.territory import Desk


def account_by_login(session: Session, login: str) -> Account | None:
    return session.scalar(select(Account).where(func.lower(Account.login) == login.lower()))


def may_come_in() -> ColumnElement[bool]:
    """An account that is active, and not that of a mediator who has left: she comes in again when she comes back."""
    has_left = exists().where(Mediator.id == Account.mediator_id, Mediator.active.is_(False))
    return Account.active & ~has_left


def is_welcome(session: Session, account: Account) -> bool:
    return session.scalar(select(Account.id).where(Account.id == account.id, may_come_in())) is not None


def accounts(session: Session, count: int) -> list[Account]:
    """The oldest active accounts."""
    return list(session.scalars(select(Account).where(Account.active).order_by(Account.id).limit(count)))


def live_session(session: Session, token_hash: str, now: dt.datetime, idle: dt.timedelta) -> BrowserSession | None:
    """The session of a cookie, if it is neither revoked nor over nor idle and its account may come in."""
    return session.scalar(
        select(BrowserSession)
        .join(Account)
        .options(joinedload(BrowserSession.account))
        .where(
            BrowserSession.token_hash == token_hash,
            BrowserSession.revoked_at.is_(None),
            BrowserSession.expires_at > now,
            BrowserSession.seen_at > now - idle,
            may_come_in(),
        )
    )


def live_key(session: Session, key_hash: str) -> tuple[ApiKey, Desk] | None:
    """An API key that was not revoked, with its desk."""
    row = session.execute(
        select(ApiKey, Desk)
        .join(Desk, Desk.id == ApiKey.desk_id)
        .where(ApiKey.key_hash == key_hash, ApiKey.revoked_at.is_(None))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def latest_attempts(session: Session, column: str, value: str, count: int) -> list[dt.datetime]:
    """When the last ``count`` tries of a login or from an address were, newest first."""
    field = LoginAttempt.login if column == "login" else LoginAttempt.address
    return list(
        session.scalars(select(LoginAttempt.at).where(field == value).order_by(LoginAttempt.at.desc()).limit(count))
    )


def has_desks(session: Session) -> bool:
    """Whether any service could ask for a mediator here."""
    return session.scalars(select(select(Desk.id).exists())).one()


def desk_by_code(session: Session, code: str) -> Desk | None:
    return session.scalar(select(Desk).where(Desk.code == code))


def mediator_by_code(session: Session, code: str) -> Mediator | None:
    return session.scalars(select(Mediator).where(Mediator.code == code)).one_or_none()


def desk_name(session: Session, desk_id: int) -> str:
    return session.get_one(Desk, desk_id).name


def last_entry(session: Session, subject: str, subject_id: str) -> tuple[AuditEntry, str] | None:
    """The newest entry about a row, with the name of the account that wrote it; empty where no account did."""
    row = session.execute(
        select(AuditEntry, Account.name)
        .outerjoin(Account, AuditEntry.actor == "account:" + Account.login)
        .where(AuditEntry.subject == subject, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1] or "")


def staff_sessions(session: Session, now: dt.datetime, idle: dt.timedelta) -> dict[str, list[str] | None]:
    """The open sessions of coordinators and administrators by the hash of their token, each with its ambiti."""
    query = (
        select(BrowserSession.token_hash, Account.ambiti)
        .join(Account)
        .where(
            Account.role.in_(STAFF),
            BrowserSession.revoked_at.is_(None),
            BrowserSession.expires_at > now,
            BrowserSession.seen_at > now - idle,
            may_come_in(),
        )
    )
    return dict(session.execute(query).all())

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts, keys and sessions: made, recognised and revoked; each in the caller's transaction, each in the audit."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dispatch.access import queries, tokens
from dispatch.access.audit import record
from dispatch.access.passwords import hash_password
from dispatch.errors import Conflict, FieldProblem, NotFound, NotUnderstood
from dispatch.records.access import Account, ApiKey
from dispatch.records.access import Session as BrowserSession
from dispatch.records.statuses import Role
from dispatch.records.territory import Desk

IDLE = dt.timedelta(hours=8)
ABSOLUTE = dt.timedelta(days=7)
LOGIN_FORM = r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,79}"


def create_account(
    session: Session,
    now: dt.datetime,
    *,
    login: str,
    name: str,
    password: str,
    role: Role,
    desk_id: int | None = None,
    mediator_id: int | None = None,
    ambiti: list[str] | None = None,
    locale: str = "it",
    by: str = "cli",
) -> Account:
    """A new account; a desk's names its desk, a mediator's the mediator, a coordinator's ambiti are None for all."""
    if queries.account_by_login(session, login) is not None:
        raise Conflict(f"The login {login!r} is taken; choose another.")
    _refuse_misfit("desk_id", role is Role.DESK, desk_id)
    _refuse_misfit("mediator_id", role is Role.MEDIATOR, mediator_id)
    account = Account(
        login=login,
        name=name,
        password_hash=hash_password(password),
        role=role,
        desk_id=desk_id,
        mediator_id=mediator_id,
        ambiti=ambiti,
        locale=locale,
        created_at=now,
    )
    session.add(account)
    session.flush()
    record(session, now, by, "create_account", "account", account.id, role=role.value)
    return account


def create_key(session: Session, now: dt.datetime, *, desk_code: str, label: str, by: str = "cli") -> str:
    """A new API key of a desk; the key itself is returned once and never stored."""
    desk = queries.desk_by_code(session, desk_code)
    if desk is None:
        raise NotFound(f"No desk has the code {desk_code!r}; look it up in the list of desks.")
    key = tokens.new_key()
    stored = ApiKey(key_hash=tokens.fingerprint(key), desk_id=desk.id, label=label, created_at=now)
    session.add(stored)
    record(session, now, by, "create_key", "api_key", stored.key_hash[:12], desk=desk_code, label=label)
    return key


def revoke_keys(session: Session, now: dt.datetime, *, desk_code: str, label: str, by: str = "cli") -> int:
    """Shut every live key of a desk with this label; how many there were."""
    desk = select(Desk.id).where(Desk.code == desk_code).scalar_subquery()
    shut = session.scalars(
        update(ApiKey)
        .where(ApiKey.desk_id == desk, ApiKey.label == label, ApiKey.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiKey.key_hash)
    ).all()
    for key_hash in shut:
        record(session, now, by, "revoke_key", "api_key", key_hash[:12], desk=desk_code, label=label)
    return len(shut)


def open_session(session: Session, now: dt.datetime, account: Account) -> str:
    """Sign the account in on one browser: the token for its cookie."""
    token = tokens.new_token()
    session.add(
        BrowserSession(
            token_hash=tokens.fingerprint(token),
            account_id=account.id,
            created_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
        )
    )
    record(session, now, f"account:{account.login}", "sign_in", "account", account.id)
    return token


def close_session(session: Session, now: dt.datetime, token: str) -> None:
    """Sign out: the cookie is worth nothing from now on, wherever a copy of it may be."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.token_hash == tokens.fingerprint(token), BrowserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def close_every_session(session: Session, now: dt.datetime, account_id: int) -> None:
    """Sign an account out everywhere: a lost phone, a changed password, somebody who left."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.account_id == account_id, BrowserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def forget_old_sessions(session: Session, now: dt.datetime) -> None:
    """Remove sessions that ended more than a day ago; nothing can use them."""
    session.execute(delete(BrowserSession).where(BrowserSession.expires_at < now - dt.timedelta(days=1)))


def has_accounts(session: Session) -> bool:
    """Whether anybody could sign in at all; a fresh installation has nobody."""
    return session.scalars(select(select(Account.id).exists())).one()


def _refuse_misfit(field: str, needed: bool, value: int | None) -> None:
    if needed != (value is not None):
        remedy = "Give it: the role needs one." if needed else "Leave it out: this role has none."
        raise NotUnderstood(f"{field} and role do not fit.", fields=(FieldProblem(field, "misfit", value, remedy),))

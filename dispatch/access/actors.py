# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who did something, by name: rows keep actors as the audit writes them, and pages show people."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.records.access import Account

BY_ACCOUNT = "account:"


def account_names(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """Names by actor; a program or Ponte itself has none. One statement, or none where no account is among them."""
    logins = {actor.removeprefix(BY_ACCOUNT) for actor in actors if actor.startswith(BY_ACCOUNT)}
    if not logins:
        return {}
    rows = session.execute(select(Account.login, Account.name).where(Account.login.in_(logins)))
    return {BY_ACCOUNT + login: name for login, name in rows}

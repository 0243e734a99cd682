# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may come in: accounts, sessions and what was typed when one ended, API keys, failed logins, and what was done."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dispatch.records.base import Base, Instant, Key, Name, one_of
from dispatch.records.statuses import Role


class Account(Base):
    """A person who signs in; a desk account sees its desk, a mediator account herself, a coordinator her ambiti."""

    __tablename__ = "account"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("(role = 'desk') = (desk_id IS NOT NULL)", name="desk_role_has_desk"),
        CheckConstraint("(role = 'mediator') = (mediator_id IS NOT NULL)", name="mediator_role_has_mediator"),
    )
    id: Mapped[Key]
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[Name]
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"), index=True)
    mediator_id: Mapped[int | None] = mapped_column(ForeignKey("mediator.id"), index=True)
    ambiti: Mapped[list[str] | None] = mapped_column(ARRAY(String(16)))
    locale: Mapped[str] = mapped_column(String(8), default="it")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Instant]


class Session(Base):
    """A signed-in browser, kept on the server so it can be revoked; the cookie's token is stored hashed."""

    __tablename__ = "session"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]
    account: Mapped[Account] = relationship()


class ApiKey(Base):
    """A desk's key for the API, stored hashed; ``label`` says which program uses it."""

    __tablename__ = "api_key"
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    label: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[Instant]
    last_used_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]


class LoginAttempt(Base):
    """A failed password, counted per login and per address: ten close the door for a while, two do not."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_login_at", "login", "at"),)
    id: Mapped[Key]
    login: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[Instant]


class KeptForm(Base):
    """What somebody typed and sent when her session was over: it waits an hour for the same account to sign in.

    ``page`` is where the form stands, ``action`` where it was sent, ``fields`` are pairs of name and text.
    """

    __tablename__ = "kept_form"
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    page: Mapped[str] = mapped_column(String(1000))
    action: Mapped[str] = mapped_column(String(1000))
    fields: Mapped[list[list[str]]] = mapped_column(JSONB)
    kept_at: Mapped[Instant]


class AuditEntry(Base):
    """Who did what to which row; never a name of a person served, never a message's text."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject", "subject_id"),)
    id: Mapped[Key]
    at: Mapped[Instant]
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)

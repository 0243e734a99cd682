# SPDX-License-Identifier: AGPL-3.0-or-later
"""A healthy installation to make ill: territory loaded, one coordinator, a clock that struck, a worker that lives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from config.settings import Settings
from dispatch.doctor.examine import examine
from dispatch.doctor.finding import Finding
from dispatch.kit.clock import machine_now
from dispatch.kit.session import Database
from dispatch.kit.ticks import TIMED, strike
from dispatch.records.statuses import Role
from dispatch.territory.load import load
from tests import make

Look = Callable[..., dict[str, Finding]]


@pytest.fixture
def healthy(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        load(session, "bergamo")
        make.account(session, "marta", Role.COORDINATOR)
        strike(session, TIMED[0])
        alive = {"at": machine_now()}
        session.execute(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (:at)"), alive)
    return database


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_of(database_url, tmp_path)


def settings_of(database_url: str | None, home: Path, **changes: Any) -> Settings:
    chosen: dict[str, Any] = {"DATABASE_URL": database_url, "home": home, "secret": SecretStr("s" * 40)}
    return Settings(_env_file=None, **(chosen | changes))


@pytest.fixture
def look(settings: Settings) -> Look:
    """Every finding by what it is about, with some settings changed."""

    def look_over(**changes: Any) -> dict[str, Finding]:
        return {found.about: found for found in examine(settings.model_copy(update=changes))}

    return look_over

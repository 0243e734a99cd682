# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sign-in page: a rehearsal shows its logins, and nothing leads away from here."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from dispatch.app import create_app
from dispatch.kit.installation import Installation
from dispatch.kit.session import Database
from dispatch.records.statuses import Role
from tests import make


@pytest.fixture
def database_with_ada(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        make.account(session, "ada", Role.COORDINATOR)
    return database


def test_a_rehearsal_shows_its_logins(database_with_ada: Database) -> None:
    """Who tries the demo finds user name and password on the page; where people work neither is there."""
    installation = make.installation(database_with_ada)
    rehearsed = installation.settings.model_copy(update={"demo_password": make.PASSWORD})
    page = TestClient(create_app(Installation(rehearsed, database_with_ada))).get("/login").text
    assert "<code>ada</code>" in page
    assert make.PASSWORD in page
    assert "<code>ada</code>" not in TestClient(create_app(installation)).get("/login").text


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(database_with_ada: Database, target: str) -> None:
    """A link with another site behind it ends at home."""
    form = {"login": "ada", "password": make.PASSWORD, "next": target}
    answer = make.client(database_with_ada).post("/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line makes accounts and keys, and says in one sentence why it cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from dispatch.cli import app
from dispatch.kit.session import Database
from dispatch.records.access import Account, ApiKey
from tests import make

CREATE = ["account", "create", "marta", "--name", "Marta R.", "--password", "una frase lunga e sicura"]


@pytest.fixture
def ponte(database: Database, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("PONTE_SECRET", "test")
    with database.begin() as session:
        make.desk(session, "ic-trescore")
    return CliRunner()


def test_an_account_can_be_made(ponte: CliRunner, database: Database) -> None:
    """A coordinator needs a login, a name and a password; the password is kept only as a hash."""
    answer = ponte.invoke(app, [*CREATE, "--role", "coordinator"])
    assert answer.exit_code == 0, answer.output
    with database.begin() as session:
        account = session.scalars(select(Account)).one()
    assert (account.login, account.role) == ("marta", "coordinator")
    assert account.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([*CREATE, "--role", "queen"], 2, "desk, mediator, coordinator, admin"),
        ([*CREATE, "--role", "desk"], 2, "desk_id"),
        ([*CREATE, "--role", "desk", "--desk", "nowhere"], 2, "nowhere"),
        (["key", "create", "nowhere", "--label", "registro"], 1, "nowhere"),
    ],
)
def test_what_cannot_be_made_is_refused(ponte: CliRunner, words: list[str], code: int, said: str) -> None:
    """Exit 2 for a bad value, 1 for what is not there; the value and the remedy are named."""
    answer = ponte.invoke(app, words)
    assert answer.exit_code == code
    assert said in answer.output


def test_a_key_is_shown_once_and_can_be_shut(ponte: CliRunner, database: Database) -> None:
    """The key is printed; the database holds its hash; revoking shuts it."""
    key = ponte.invoke(app, ["key", "create", "ic-trescore", "--label", "registro"]).output.strip()
    assert key.startswith("ponte_")
    assert "1 keys shut" in ponte.invoke(app, ["key", "revoke", "ic-trescore", "--label", "registro"]).output
    with database.begin() as session:
        stored = session.scalars(select(ApiKey)).one()
    assert key not in stored.key_hash
    assert stored.revoked_at is not None


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a carrier is refused at once, with every missing key, before anything starts."""
    monkeypatch.setenv("PONTE_SMS_PROVIDER", "twilio")
    answer = CliRunner().invoke(app, ["migrate"])
    assert answer.exit_code == 2
    assert "PONTE_TWILIO_AUTH_TOKEN" in answer.output


def test_a_refused_setting_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a carrier is wrong with all settings at once: none of their values is told. A plain one is, to find it."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://ponte:geheim@db/ponte")
    monkeypatch.setenv("PONTE_SECRET", "geheim")
    monkeypatch.setenv("PONTE_TWILIO_AUTH_TOKEN", "geheim")
    monkeypatch.setenv("PONTE_SMS_PROVIDER", "twilio")
    answer = CliRunner().invoke(app, ["migrate"])
    assert (answer.exit_code, "geheim" in answer.output) == (2, False)
    assert answer.output.startswith("settings: ")
    monkeypatch.setenv("PONTE_PORT", "many")
    assert "PONTE_PORT: " in (said := CliRunner().invoke(app, ["migrate"]).output)
    assert "'many'" in said


@pytest.mark.parametrize("command", ["migrate", "worker"])
def test_a_process_that_cannot_go_on_says_so_without_values(command: str) -> None:
    """Its last line is JSON like the others: the kind of the error and its places, not the address with its password."""
    environment = os.environ | {"DATABASE_URL": "postgresql://ponte:geheim@127.0.0.1:1/ponte", "PONTE_SECRET": "s" * 40}
    ended = subprocess.run(
        [sys.executable, "-m", "dispatch", command], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    last = json.loads(ended.stderr.splitlines()[-1])
    assert (last["event"], last["error"][0]["kind"]) == ("process ends", "sqlalchemy.exc.OperationalError")
    assert "geheim" not in ended.stderr + ended.stdout


def test_planning_from_files_does_not_load_the_database_library() -> None:
    """`ponte solve` starts without SQLAlchemy: the command line imports it only where it is used."""
    asked = "import sys, dispatch.cli; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0

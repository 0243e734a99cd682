# SPDX-License-Identifier: AGPL-3.0-or-later
"""The built-in phone and the recording twin keep the port's promises, and twilio stays behind one door."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import notifications
from notifications.message import Sms
from notifications.providers.phone import BuiltInPhone
from notifications.providers.port import Accepted, FailureClass, Found, InDoubt, Provider, Refused, WireStatus
from notifications.providers.recording import Lost, Recording

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SMS = Sms(to_e164="+393331234567", body="Ponte: prova", reference="m1")
PACKAGE = Path(notifications.__file__).parent


def test_built_in_phone_delivers_the_same_message_once() -> None:
    """Sending again after a crash gives the id of the first time, so one row shows one message."""
    phone: Provider = BuiltInPhone()
    first, again = phone.send(SMS), phone.send(SMS)
    assert first == again
    assert (first.status, first.segments) == (WireStatus.DELIVERED, 1)
    assert phone.send(Sms(to_e164=SMS.to_e164, body=SMS.body, reference="m2")).sid != first.sid
    assert phone.find(SMS.to_e164, NOW, SMS.body) is None


def test_recording_plays_its_script_and_then_accepts() -> None:
    """Refused, lost before and lost after, then accepted: each leaves what it would leave at a carrier."""
    refused = Refused(20429, FailureClass.TRY_AGAIN, "too many")
    recording = Recording([refused, Lost(taken=False), Lost(taken=True)], clock=lambda: NOW)
    with pytest.raises(Refused):
        recording.send(SMS)
    for _ in range(2):
        with pytest.raises(InDoubt):
            recording.send(SMS)
    assert isinstance(recording.send(SMS), Accepted)
    assert (len(recording.tried), len(recording.taken)) == (4, 2)


def test_recording_finds_what_was_taken() -> None:
    """A message whose answer was lost is found by number, text and time, unless it is accounted for."""
    recording: Provider = Recording([Lost(taken=True)], clock=lambda: NOW)
    with pytest.raises(InDoubt):
        recording.send(SMS)
    found = recording.find(SMS.to_e164, NOW, SMS.body)
    assert isinstance(found, Found)
    assert recording.find(SMS.to_e164, NOW, SMS.body, known_sids={found.sid}) is None
    assert recording.find(SMS.to_e164, NOW + timedelta(seconds=1), SMS.body) is None
    assert recording.find("+393330000000", NOW, SMS.body) is None


def imported(path: Path) -> set[str]:
    """The top packages that a file imports, at any depth of it."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name.split(".")[0] for name in plain | {str(n.module) for n in nodes if isinstance(n, ast.ImportFrom)}}


def test_twilio_is_imported_by_one_file() -> None:
    """Only the provider knows the client; everything else knows the port."""
    assert [path.name for path in PACKAGE.rglob("*.py") if "twilio" in imported(path)] == ["twilio_sms.py"]


def test_messages_know_no_table_no_web_and_no_solver() -> None:
    """The package imports nothing of the service, of the planner or of their libraries."""
    forbidden = {"sqlalchemy", "psycopg", "fastapi", "starlette", "apscheduler", "procrastinate", "ortools"}
    forbidden |= {"dispatch", "solver", "config"}
    assert {path.name: found for path in PACKAGE.rglob("*.py") if (found := imported(path) & forbidden)} == {}

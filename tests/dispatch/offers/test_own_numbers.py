# SPDX-License-Identifier: AGPL-3.0-or-later
"""A messaging service sends for us, and replies come in on its numbers: they are ours too."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from config.settings import Settings
from dispatch.offers.wire import door_of
from notifications.providers.port import BadWebhook
from notifications.providers.twilio_sms import TwilioSignature

SERVICE = "MG" + "c" * 32
ACCOUNT: dict[str, Any] = {
    "sms_provider": "twilio",
    "twilio_account_sid": "AC" + "a" * 32,
    "twilio_auth_token": SecretStr("token"),
    "public_url": "https://ponte.example",
    "twilio_from": SERVICE,
}
NUMBERS = "+393999999999, +393888888888"


def reply(to: str) -> bytes:
    fields = {"AccountSid": ACCOUNT["twilio_account_sid"], "MessageSid": "SM" + "1" * 32, "From": "%2B393401234567"}
    return "&".join(f"{name}={value}" for name, value in {**fields, "To": to, "Body": "SI"}.items()).encode()


@pytest.fixture(autouse=True)
def signed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signatures have tests of their own; here it is about the number."""
    monkeypatch.setattr(TwilioSignature, "verify", lambda *_: True)


def test_a_reply_to_a_number_of_the_service_comes_in() -> None:
    """Each of the numbers named is one of ours; another is not."""
    door = door_of(Settings(**ACCOUNT, twilio_numbers=NUMBERS))
    assert door is not None
    assert door.inbound("/x", reply("%2B393888888888"), "signed").body == "SI"
    with pytest.raises(BadWebhook, match="not one of our numbers"):
        door.inbound("/x", reply("%2B393777777777"), "signed")


def test_a_service_without_numbers_is_refused_at_the_start() -> None:
    """Otherwise every answer of a mediator would be turned away, one by one, in silence."""
    with pytest.raises(ValidationError, match="PONTE_TWILIO_NUMBERS"):
        Settings(**ACCOUNT)

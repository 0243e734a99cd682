# SPDX-License-Identifier: AGPL-3.0-or-later
"""The providers and the carrier's door that the settings name."""

from __future__ import annotations

from functools import lru_cache

from config.settings import Settings
from notifications.providers.phone import BuiltInPhone
from notifications.providers.port import Provider
from notifications.providers.twilio_sms import TwilioSignature, TwilioSms
from notifications.providers.twilio_webhooks import TwilioDoor


def provider_of(settings: Settings, name: str) -> Provider:
    """The wire of this name; clients are kept, since each holds connections."""
    if name == "phone":
        return BuiltInPhone()
    return _twilio(
        settings.twilio_account_sid,
        settings.twilio_auth_token.get_secret_value(),
        settings.twilio_from,
        tuple(number for number in settings.own_senders if number.startswith("+")),
        settings.twilio_base_url,
    )


@lru_cache(maxsize=4)
def _twilio(account_sid: str, auth_token: str, sender: str, numbers: tuple[str, ...], base_url: str) -> Provider:
    return TwilioSms(account_sid=account_sid, auth_token=auth_token, sender=sender, numbers=numbers, base_url=base_url)


def door_of(settings: Settings) -> TwilioDoor | None:
    """Who may knock as the carrier; None where no carrier is configured: then every webhook is refused."""
    token = settings.twilio_auth_token.get_secret_value()
    if not token or not settings.twilio_account_sid:
        return None
    return TwilioDoor(
        account_sid=settings.twilio_account_sid,
        own_senders=settings.own_senders,
        signature=TwilioSignature(token, settings.base_url),
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way to the carrier and back: the shape of the credentials, and the address that signatures are made over."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from config.settings import Settings
from dispatch.doctor.finding import Finding, care, fine, wrong

SID, TOKEN = re.compile(r"AC[0-9a-f]{32}"), re.compile(r"[0-9a-f]{32}")
SENDER = re.compile(r"\+[1-9]\d{7,14}|MG[0-9a-f]{32}")
NUMBER = re.compile(r"\+[1-9]\d{7,14}")
INBOUND = "/webhooks/twilio/inbound"


def examine_carrier(settings: Settings) -> Iterator[Finding]:
    if settings.sms_provider == "phone":
        yield fine("carrier", "built-in phone: no SMS leaves this machine")
    else:
        yield credentials(settings)
        yield links(settings)
    yield address(settings)


def credentials(settings: Settings) -> Finding:
    """Names the setting and never shows its value."""
    shapes = {
        "PONTE_TWILIO_ACCOUNT_SID": (SID, settings.twilio_account_sid, "AC and 32 hexadecimal signs"),
        "PONTE_TWILIO_AUTH_TOKEN": (TOKEN, settings.twilio_auth_token.get_secret_value(), "32 hexadecimal signs"),
        "PONTE_TWILIO_FROM": (SENDER, settings.twilio_from, "+39… or MG…: a name as sender cannot be answered"),
    }
    for name, (shape, value, expected) in shapes.items():
        if not shape.fullmatch(value):
            return wrong("carrier", f"{name} has not the shape of one", f"Copy it again from the carrier: {expected}.")
    if not all(NUMBER.fullmatch(one) for one in settings.own_senders[1:]):
        return wrong(
            "carrier", "PONTE_TWILIO_NUMBERS holds something else", "Write +39…,+39…: whole numbers, comma between."
        )
    return fine("carrier", "credentials have the right shape (--online asks the carrier)")


def links(settings: Settings) -> Finding:
    if settings.link_host == type(settings).model_fields["link_host"].default:
        remedy = "Set PONTE_LINK_HOST to a short host that leads here, without https://."
        return wrong("links", f"the links in SMS lead to {settings.link_host}", remedy)
    return fine("links", f"in SMS: {settings.link_host}/m/…")


def address(settings: Settings) -> Finding:
    """What the carrier calls is signed letter by letter: scheme, host, port and path must be those of PONTE_PUBLIC_URL."""
    judge = wrong if settings.sms_provider == "twilio" else care
    if not settings.public_url:
        if _is_local(settings.host):
            return fine("address", f"{settings.base_url}, for this machine only")
        remedy = "Set PONTE_PUBLIC_URL to how browsers reach it; sign-in cookies depend on it."
        return judge("address", f"it listens on {settings.host} and has no public address", remedy)
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https" and not _is_local(parts.hostname or ""):
        remedy = "Put a proxy with a certificate in front and write https://…"
        return judge("address", f"{settings.base_url} is not https: passwords would travel in the open", remedy)
    if parts.query or parts.fragment or parts.username or not parts.hostname or parts.path not in ("", "/"):
        return judge("address", "PONTE_PUBLIC_URL holds more than scheme and host", "Write https://host alone.")
    if settings.sms_provider == "twilio":
        if _is_local(parts.hostname):
            return wrong("address", "the carrier cannot reach this machine's own name", "Set PONTE_PUBLIC_URL.")
        return fine("address", f"at the carrier set the incoming webhook to {settings.base_url}{INBOUND} (POST)")
    return fine("address", settings.base_url)


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

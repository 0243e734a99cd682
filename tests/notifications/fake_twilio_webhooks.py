# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the fake Twilio posts to us: the fields of a status report and of an SMS that came in, signed its own way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from notifications.segments import measure
from tests.notifications.fake_twilio_state import HELP_WORDS, FakeMessage

if TYPE_CHECKING:
    from tests.notifications.fake_twilio import FakeTwilio


def sign(token: str, url: str, fields: Mapping[str, str]) -> str:
    """X-Twilio-Signature as Twilio documents it: HMAC-SHA1 over the address and the sorted fields, in base64."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def report_fields(account: FakeTwilio, message: FakeMessage, status: str, error_code: int | None) -> dict[str, str]:
    """A status report about one message."""
    fields = {
        "AccountSid": account.account_sid,
        "ApiVersion": "2010-04-01",
        "From": message.sender or account.number,
        "MessageSid": message.sid,
        "MessageStatus": status,
        "SmsSid": message.sid,
        "SmsStatus": status,
        "To": message.to,
    }
    if message.service is not None:
        fields["MessagingServiceSid"] = message.service
    if error_code is not None:
        fields["ErrorCode"] = str(error_code)
    return fields


def inbound_fields(account: FakeTwilio, message: FakeMessage) -> dict[str, str]:
    """An SMS that came in. OptOutType is there only with Advanced Opt-Out, as Twilio documents it."""
    fields = {
        "AccountSid": account.account_sid,
        "ApiVersion": "2010-04-01",
        "Body": message.body,
        "From": message.sender or "",
        "FromCountry": "IT",
        "MessageSid": message.sid,
        "NumMedia": "0",
        "NumSegments": str(max(1, measure(message.body).segments)),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": account.number,
        "ToCountry": "IT",
    }
    if account.settings.inbound_service:
        fields["MessagingServiceSid"] = account.settings.inbound_service
    if (choice := opt_choice(account, message.body)) and account.settings.tells_opt_out:
        fields["OptOutType"] = choice
    return fields


def opt_choice(account: FakeTwilio, body: str) -> str:
    """What a text says to the carrier: only a keyword alone counts, in any case, with blanks around it."""
    word = " ".join(body.split()).casefold()
    if word in account.settings.stop_words:
        return "STOP"
    if word in account.settings.start_words:
        return "START"
    return "HELP" if word in HELP_WORDS else ""


def post_form(reached: str, fields: Mapping[str, str], signature: str, timeout: float = 15) -> int | None:
    """Post a signed form; the HTTP status of the answer, None when nobody answers."""
    parts = urlsplit(reached)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
    except OSError:
        return None
    finally:
        connection.close()
    return answer.status

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Twilio refuses, with its own code, status and words: wrong fields, magic numbers, numbers that opted out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.notifications.fake_twilio import FakeTwilio

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
LONGEST_TEXT, LONGEST_VALIDITY = 1600, 36_000
WRONG = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"),
    21211: (400, "The 'To' number is not a valid phone number."),
    21212: (400, "The 'From' number is not a valid phone number."),
    21408: (400, "Permission to send an SMS has not been enabled for the region of the 'To' number."),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number provided is not a valid message-capable Twilio phone number."),
    21609: (400, "The 'StatusCallback' URL is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (400, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "The 'To' phone number is not currently reachable using the 'From' phone number"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21701: (400, "The Messaging Service does not exist"),
    21727: (400, "ValidityPeriod must be an integer between 1 and 36000"),
}
# Twilio's magic numbers of its test credentials: what a request to, or from, each of them gets.
MAGIC_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
MAGIC_SENDER = "+15005550006"


class Refusal(Exception):
    """An answer of the 400 family."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def problem(code: int) -> tuple[int, dict[str, object]]:
    """Twilio's answer for a code: the HTTP status and the body, whose four fields their documents give."""
    status, words = WRONG.get(code, (400, "Refused by the script of the test."))
    more = f"https://www.twilio.com/docs/errors/{code}"
    return status, {"code": code, "message": words, "more_info": more, "status": status}


def check_form(form: dict[str, str], account: FakeTwilio) -> None:
    """Refuse what Twilio would refuse, with its code."""
    to, body, sender = form.get("To", ""), form.get("Body", ""), form.get("From", "")
    service, validity = form.get("MessagingServiceSid", ""), form.get("ValidityPeriod", "1")
    callback = form.get("StatusCallback", "https://callback.example")
    services = account.settings.services
    own = {account.number, MAGIC_SENDER, *services.get(service, ())}
    checks = (
        (not to, 21604),
        (not sender and not service, 21603),
        (sender in MAGIC_FROM, MAGIC_FROM.get(sender, 0)),
        (bool(sender) and sender not in own, 21606),
        (bool(service) and (not _SERVICE.fullmatch(service) or (bool(services) and service not in services)), 21701),
        (not body, 21602),
        (len(body) > LONGEST_TEXT, 21617),
        (not _E164.fullmatch(to), 21211),
        (to in MAGIC_TO, MAGIC_TO.get(to, 0)),
        (not callback.startswith(("http://", "https://")), 21609),
        (not validity.isdecimal() or not 1 <= int(validity) <= LONGEST_VALIDITY, 21727),
        (to in account.opted_out, 21610),
        (to in account.settings.refused, account.settings.refused.get(to, 0)),
    )
    for wrong, code in checks:
        if wrong:
            raise Refusal(code)

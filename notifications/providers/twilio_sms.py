# SPDX-License-Identifier: AGPL-3.0-or-later
"""SMS by Twilio, through its real client; the only file that imports it.

Twilio has no idempotency key for messages. Whatever happened after the request may have left is therefore in
doubt: a timeout, a broken connection, any 5xx, an answer that cannot be read. Only a 4xx, and a connection that
was never made, prove that nothing was taken.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from notifications.message import Sms
from notifications.providers.codes import CodeTable
from notifications.providers.port import Accepted, FailureClass, Found, InboundSms, InDoubt, Refused
from notifications.providers.twilio_webhooks import wire_status

TIMEOUT_SECONDS: Final = 10.0
LONGEST_VALIDITY_SECONDS: Final = 36_000  # Twilio's own upper limit of ValidityPeriod.
MOST_LISTED: Final = 1_000
MOST_POSTS: Final = 64
# Twilio writes creation times in whole seconds and by its own clock.
CLOCK_DIFFERENCE: Final = timedelta(minutes=2)

# The client would log every number and text; its logger is given nothing to write to.
_SILENT: Final = logging.Logger("notifications.twilio", level=logging.CRITICAL + 1)


class _OtherHost(TwilioHttpClient):  # type: ignore[misc]  # the client ships no types
    """The client's own HTTP, sent to another address: a proxy, or the local fake of the tests."""

    def __init__(self, base_url: str, timeout: float) -> None:
        super().__init__(timeout=timeout, max_retries=0, logger=_SILENT)
        for scheme in ("http://", "https://"):  # As many kept connections as a worker may have posts at once.
            self.session.mount(scheme, HTTPAdapter(max_retries=0, pool_maxsize=MOST_POSTS))
        self._base = urlsplit(base_url) if base_url else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Send one request, to the configured scheme and host instead of those in `url`."""
        if self._base is not None:
            url = urlunsplit(urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc))
        return super().request(method, url, *args, **kwargs)


class TwilioSms:
    """The provider "twilio". `sender` is our long number in E.164, or the id of a messaging service (MG…).

    `numbers` are those that replies come in on; for a single number it is the sender itself.
    """

    name: Final = "twilio"
    is_carrier: Final = True

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        numbers: Collection[str] = (),
        base_url: str = "",
        timeout: float = TIMEOUT_SECONDS,
        codes: CodeTable | None = None,
    ) -> None:
        # At DEBUG urllib3 writes the address of each request, and a search has the number in it.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
        self._client = Client(account_sid, auth_token, http_client=_OtherHost(base_url, timeout))
        self._sender = {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}
        self._numbers = tuple(numbers) or ((sender,) if sender.startswith("+") else ())
        self._codes = codes or CodeTable.load()

    def send(self, sms: Sms) -> Accepted:
        """Post the message once. Raises Refused or InDoubt as the port says."""
        try:
            message = self._client.messages.create(to=sms.to_e164, body=sms.body, **self._sender, **_options(sms))
            status, segments = wire_status(str(message.status)), int(message.num_segments or 0)
        except TwilioException as error:
            raise self._judge(error) from error
        except OSError as error:  # Every error of requests is one; a bare one of the socket must not slip through.
            if _never_connected(error):
                raise Refused(None, FailureClass.TRY_AGAIN, "no connection to Twilio was made") from error
            raise InDoubt(f"the answer of Twilio was lost: {type(error).__name__}") from error
        except (ValueError, TypeError, AttributeError) as error:  # A 201 whose body the client cannot read.
            raise InDoubt("Twilio took the request and its answer cannot be read") from error
        if not message.sid:
            raise InDoubt("Twilio took the request and gave no message id")
        return Accepted(message.sid, status, segments or None)

    def find(self, to_e164: str, since: datetime, body: str, known_sids: Collection[str] = frozenset()) -> Found | None:
        """Look through the messages to this number, newest first, back to `since`.

        Filtered here and not by Twilio's DateSent, which a message that still waits in its queue has not got.
        """
        oldest = since.astimezone(UTC) - CLOCK_DIFFERENCE
        try:
            for message in self._client.messages.stream(to=to_e164, limit=MOST_LISTED, page_size=100):
                if message.date_created is not None and message.date_created < oldest:
                    return None
                ours = str(message.direction).startswith("outbound") and message.sid not in known_sids
                if ours and message.body == body:
                    return Found(message.sid, wire_status(str(message.status)), message.error_code)
        except (TwilioException, OSError, ValueError, TypeError, AttributeError) as error:
            raise InDoubt(f"Twilio's list of messages cannot be read: {type(error).__name__}") from error
        return None

    def status_of(self, sid: str) -> Found | None:
        """Fetch one message by its id."""
        try:
            message = self._client.messages(sid).fetch()
            return Found(sid, wire_status(str(message.status)), message.error_code)
        except (TwilioException, OSError, ValueError, TypeError, AttributeError) as error:
            if getattr(error, "status", None) == requests.codes.not_found:
                return None
            raise InDoubt(f"Twilio cannot be asked about a message: {type(error).__name__}") from error

    def inbound_since(self, since: datetime) -> Sequence[InboundSms]:
        """Read the list of each number of ours, newest first, back to `since`. Opt-outs are not marked there."""
        oldest = since.astimezone(UTC) - CLOCK_DIFFERENCE
        found: list[tuple[datetime, InboundSms]] = []
        try:
            for number in self._numbers:
                for message in self._client.messages.stream(to=number, page_size=100):
                    if message.date_created is not None and message.date_created < oldest:
                        break
                    if message.direction == "inbound":
                        found.append((message.date_created or oldest, _as_inbound(message)))
        except (TwilioException, OSError, ValueError, TypeError, AttributeError) as error:
            raise InDoubt(f"Twilio's list of replies cannot be read: {type(error).__name__}") from error
        return [sms for _written_at, sms in sorted(found, key=lambda pair: pair[0])]

    def _judge(self, error: TwilioException) -> Refused | InDoubt:
        """A 4xx was never taken; any other answer may have been."""
        status, code = getattr(error, "status", None), getattr(error, "code", None)
        if not isinstance(status, int) or not 400 <= status < 500 or status == requests.codes.request_timeout:
            return InDoubt(f"Twilio answered with status {status}")
        known = code if isinstance(code, int) else status
        return Refused(known, self._codes.classify(known), self._codes.reason(known) or f"refused with status {status}")


def _as_inbound(message: Any) -> InboundSms:
    """A row of the list as its webhook would have told it."""
    media = str(message.num_media or "0")
    return InboundSms(
        sid=message.sid,
        from_phone=str(message.from_),
        to_phone=str(message.to),
        body=str(message.body or "").replace("\0", ""),
        media=int(media) if media.isdecimal() else 0,
        raw={"MessageSid": message.sid, "polled": "yes"},
    )


def _options(sms: Sms) -> dict[str, object]:
    options: dict[str, object] = {}
    if sms.callback_url is not None:
        options["status_callback"] = sms.callback_url
    if sms.validity_seconds is not None:
        options["validity_period"] = min(sms.validity_seconds, LONGEST_VALIDITY_SECONDS)
    return options


def _never_connected(error: OSError) -> bool:
    """Whether not a byte of the request can have left: no address, refused, or no connection in time."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


class TwilioSignature:
    """Checks X-Twilio-Signature over the configured public address, never over a Host header."""

    def __init__(self, auth_token: str, public_url: str) -> None:
        self._validator = RequestValidator(auth_token)
        self._public_url = public_url.rstrip("/")

    def verify(self, path_and_query: str, fields: Mapping[str, str], signature: str) -> bool:
        """Whether Twilio signed these fields for our address plus this path and query."""
        return bool(self._validator.validate(self._public_url + path_and_query, dict(fields), signature))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads Twilio's webhooks: an SMS that came in, a status report. Whatever is not exactly right is refused.

Twilio's signature has no time stamp and no separators between fields, so a signed text can be cut into fields in
another way: `Body="SIFrom+39…"`. Therefore each required field must be there once and have its own shape, the
account and the number must be ours, no field may come twice, and nothing may look as if a field had swallowed
another or had been cut out of the text that the sender wrote. Fields we do not know are otherwise let through,
because Twilio adds some. A captured webhook stays valid for ever: the caller keeps message ids unique for ever.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final, Protocol
from urllib.parse import parse_qsl

from notifications.providers.port import BadWebhook, InboundSms, OptChoice, Receipt, WireStatus

_STATUSES: Final = {
    "accepted": WireStatus.ACCEPTED,
    "scheduled": WireStatus.ACCEPTED,
    "queued": WireStatus.ACCEPTED,
    "sending": WireStatus.ACCEPTED,
    "sent": WireStatus.SENT,
    "delivered": WireStatus.DELIVERED,
    "read": WireStatus.DELIVERED,
    "partially_delivered": WireStatus.DELIVERED,
    "undelivered": WireStatus.FAILED,
    "failed": WireStatus.FAILED,
    "canceled": WireStatus.FAILED,
}
_SID: Final = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_SENDER: Final = re.compile(r"\+\d{6,15}|\d{3,8}|[A-Za-z0-9 ._-]{1,11}")
_FIELD: Final = re.compile(r"[A-Z][A-Za-z]{0,39}\d{0,4}")
_SWALLOWED: Final = re.compile(r"(?:From|To)\+\d|(?:Account|Message|SmsMessage|Sms)Sid(?:AC|SM|MM)")
# The sender's number and the message's id cannot vanish from a signed text: wherever else one turns up, it was cut anew.
_NUMBER: Final = re.compile(r"\+\d{6}")
_MESSAGE_ID: Final = re.compile(r"(?<!/Messages/)(?:SM|MM)[0-9a-fA-F]{32}")
_NUMBERS: Final = frozenset({"From", "To"})
_IDS: Final = frozenset({"MessageSid", "SmsSid", "SmsMessageSid"})
_REQUIRED: Final = ("AccountSid", "Body", "From", "MessageSid", "To")
_PLACES: Final = frozenset(f"{end}{part}" for end in ("From", "To") for part in ("City", "Country", "State", "Zip"))
_OURS: Final = frozenset(_REQUIRED) | _IDS | _PLACES
# What Twilio itself may send between Body and From in the order of the signature; anything else there was text.
_AFTER_BODY: Final = frozenset({"ButtonPayload", "ButtonText", "ChannelMetadata", "ChannelPrefix", "Forwarded"})
_MOST_FIELDS: Final = 100


def wire_status(word: str) -> WireStatus:
    """Our word for a status of Twilio's; a word we do not know says only that the message was taken."""
    return _STATUSES.get(word, WireStatus.ACCEPTED)


class SignatureCheck(Protocol):
    """What the door needs of a signature check (TwilioSignature is one)."""

    def verify(self, path_and_query: str, fields: Mapping[str, str], signature: str) -> bool:
        """Whether the carrier signed these fields for this path of ours."""


class TwilioDoor:
    """Lets a webhook in as a value of the port, or raises BadWebhook. `own_senders`: our numbers and services."""

    def __init__(self, *, account_sid: str, own_senders: Collection[str], signature: SignatureCheck) -> None:
        self._account_sid = account_sid
        self._own = frozenset(own_senders)
        self._signature = signature

    def inbound(self, path_and_query: str, body: bytes, signature: str | None) -> InboundSms:
        """An SMS that came in. `body` is the raw form; `path_and_query` what was asked of us, e.g. "/sms/in"."""
        fields = self._signed(path_and_query, body, signature)
        if _one(fields, "To") not in self._own:
            raise BadWebhook("To is not one of our numbers")
        _shaped(fields, "From", _SENDER)
        _refuse_cut_anew(fields)
        media, choice = fields.get("NumMedia", "0"), fields.get("OptOutType", "").lower()
        return InboundSms(
            sid=fields["MessageSid"],
            from_phone=fields["From"],
            to_phone=fields["To"],
            body=_one(fields, "Body"),
            media=int(media) if media.isdecimal() else 0,
            opt_choice=OptChoice(choice) if choice in set(OptChoice) else None,
            raw=fields,
        )

    def receipt(self, path_and_query: str, body: bytes, signature: str | None) -> Receipt:
        """A status report. Our reference is in the path or query, which the signature covers."""
        fields = self._signed(path_and_query, body, signature)
        if not {fields.get("From"), fields.get("MessagingServiceSid")} & self._own:
            raise BadWebhook("neither From nor MessagingServiceSid is ours")
        status = _one(fields, "MessageStatus")
        if status not in _STATUSES or fields.get("SmsStatus", status) != status:
            raise BadWebhook("MessageStatus is no status of Twilio's")
        _shaped(fields, "To", _SENDER)
        error = fields.get("ErrorCode", "")
        return Receipt(fields["MessageSid"], _STATUSES[status], fields["To"], int(error) if error.isdecimal() else None)

    def _signed(self, path_and_query: str, body: bytes, signature: str | None) -> dict[str, str]:
        fields = _fields(body)
        if not signature or not self._signature.verify(path_and_query, fields, signature):
            raise BadWebhook("the signature is missing or is not Twilio's")
        if _one(fields, "AccountSid") != self._account_sid:
            raise BadWebhook("AccountSid is not ours")
        _shaped(fields, "MessageSid", _SID)
        if any(fields.get(twin, fields["MessageSid"]) != fields["MessageSid"] for twin in ("SmsSid", "SmsMessageSid")):
            raise BadWebhook("SmsSid and MessageSid differ")
        for name, value in fields.items():
            if not _FIELD.fullmatch(name) or (name != "Body" and _SWALLOWED.search(value)):
                raise BadWebhook("a field looks as if it had swallowed another")
        return {name: value.replace("\0", "") for name, value in fields.items()}


def _refuse_cut_anew(fields: Mapping[str, str]) -> None:
    """What a sender writes is signed with the rest, without a mark where it ends: no part of it may pass for a field."""
    for name, value in fields.items():
        hidden = name not in _OURS and any(known in name for known in _REQUIRED)
        from_text = "Body" < name < "From" and name not in _AFTER_BODY
        number = name not in _NUMBERS and name != "Body" and _NUMBER.search(value)
        message_id = name not in _IDS and name != "Body" and _MESSAGE_ID.search(value)
        if hidden or from_text or number or message_id or _SWALLOWED.search(value):
            raise BadWebhook("a field looks as if it had been cut out of the text")


def _fields(body: bytes) -> dict[str, str]:
    """The form's fields, each of which may come once only: the signature does not see how often it came."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise BadWebhook("the form cannot be read") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadWebhook("a field comes twice")
    return fields


def _one(fields: Mapping[str, str], name: str) -> str:
    if name not in fields:
        raise BadWebhook(f"{name} is missing")
    return fields[name]


def _shaped(fields: Mapping[str, str], name: str, shape: re.Pattern[str]) -> None:
    if not shape.fullmatch(_one(fields, name)):
        raise BadWebhook(f"{name} has not the shape it must have")

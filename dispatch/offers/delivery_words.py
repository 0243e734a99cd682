# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why an SMS did not arrive, in the reader's words, and what Ponte did about it."""

from __future__ import annotations

from functools import cache

from dispatch.outbox.cap import CAPPED
from dispatch.records.offers import Message, Offer
from dispatch.records.statuses import OPEN_OFFER, MessageStatus, OfferStatus
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import moment
from notifications.providers.codes import CodeTable

OPTED_OUT = "opted_out"
# The sentences of notifications/providers/codes.toml, so that the catalogs have them; an installation's own stay as written.
REASONS = (
    _l("the number does not exist"),
    _l("the person opted out"),
    _l("not a mobile number"),
    _l("the number is unknown to its network"),
    _l("a landline, or a number that cannot be reached"),
    _l("too many requests at once"),
    _l("the phone is off or out of reach"),
    _l("the network gave no reason"),
    _l("the account or its token is refused"),
    _l("the account may not do this"),
    _l("the account or the address of the API is wrong"),
    _l("sending to this country is not allowed in the account"),
    _l("our sender may not send SMS"),
    _l("our sender cannot reach this number"),
    _l("our sender does not belong to the account"),
    _l("the network blocks the message"),
    _l("the network filters our messages"),
)
OURS = {
    CAPPED: _l("she had as many SMS that day as one person gets"),
    "too late to send": _l("it would have come too late"),
    "phone blocked": _l("this phone gets no SMS"),
    "never taken, now too late": _l("the carrier never took it, and now it would come too late"),
    "never taken by the carrier": _l("the carrier never took it"),
}


@cache
def _codes() -> CodeTable:
    return CodeTable.load()


def reason_words(trouble: str) -> str:
    """The carrier's code in words, or what else was written down; empty where nothing was."""
    head, _colon, rest = trouble.partition(":")
    if head.isdecimal():
        reason = _codes().reason(int(head))
        words = _(reason) if reason else rest.strip()
        return f"{words} ({head})"
    if trouble == OPTED_OUT:
        return _("the person opted out")
    return _(OURS[trouble]) if trouble in OURS else trouble


def blocked_words(why: str) -> str:
    """Why a phone gets no SMS: its owner said so, or a carrier's code held it dead."""
    if why == OPTED_OUT:
        return _("she wants no SMS: only she can take that back, by writing START")
    return reason_words(f"{why.removeprefix('code_')}:")


def done_words(message: Message, offer: Offer | None, copies: int) -> str:
    """What Ponte did when this SMS did not arrive; ``copies`` are the SMS of the same question after it."""
    match message.status:
        case MessageStatus.QUEUED:
            return _("tries again: %(when)s") % {"when": moment(message.send_after)}
        case MessageStatus.IN_DOUBT | MessageStatus.SENDING:
            return _("asks the carrier what became of it; nothing is sent twice")
    if offer is None:
        return _("nothing more: call her if it matters")
    if copies:
        return _("sent it again as a new SMS")
    if offer.status in OPEN_OFFER:
        return _("looks after the question")
    if offer.status == OfferStatus.DECLINED or message.trouble == CAPPED:
        return _("asked somebody else")
    return _("nothing more: the question had ended")

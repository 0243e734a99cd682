# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever wants no SMS gets none: heeded before anything else is read, for mediators and for strangers alike.

The carrier says what it has done (OptOutType), where its Advanced Opt-Out is on; else the words of the text count.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from dispatch.offers.commands import opt_back_in, opt_out
from dispatch.offers.office import Office
from dispatch.records.offers import Inbound, Message
from dispatch.records.roster import Mediator
from dispatch.records.statuses import InboundStatus, MessageStatus
from dispatch.roster.consent import OPT_IN, OPT_OUT, OPTED_OUT, has_opted_out
from notifications.providers.port import OptChoice
from notifications.replies.consent import choice_of

UNSENT = (MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.IN_DOUBT)


def heed_choice(
    session: Session, office: Office, inbound: Inbound, mediator: Mediator | None, now: dt.datetime
) -> InboundStatus | None:
    """What became of a reply that stops or opens SMS; None for any other, which is read as usual.

    The carrier takes YES for an opt-in too: from somebody who never opted out it is an answer to an offer.
    """
    told, said = inbound.raw.get("opt_choice"), choice_of(inbound.body)
    if OptChoice.OUT in (told, said):
        inbound.reading = {"kind": OPT_OUT}
        if mediator is not None:
            opt_out(session, office, mediator, inbound, now)
        # Messages come last: her visits are locked by then, as they are by everybody who settles an offer.
        keep_all_at_home(session, inbound.from_phone, now)
        return InboundStatus.UNKNOWN_NUMBER if mediator is None else InboundStatus.SETTLED
    closed = has_opted_out(session, inbound.from_phone) or (mediator is not None and mediator.sms_blocked == OPTED_OUT)
    if OptChoice.IN in (told, said) and (closed or said is not None):
        inbound.reading = {"kind": OPT_IN}
        if mediator is not None:
            opt_back_in(mediator)
        return InboundStatus.UNKNOWN_NUMBER if mediator is None else InboundStatus.SETTLED
    return InboundStatus.UNKNOWN_NUMBER if mediator is None and closed else None


def keep_all_at_home(session: Session, phone: str, now: dt.datetime) -> None:
    """Nothing that waits for this phone leaves any more, also what comes back to the queue after a failed try."""
    session.execute(
        update(Message)
        .where(Message.to_phone == phone, Message.status.in_(UNSENT))
        .values(useless_after=now)
        .execution_options(synchronize_session=False)
    )

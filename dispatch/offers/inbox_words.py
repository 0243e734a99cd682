# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of the page of replies: what Ponte understood, why it does not decide, and what a coordinator decided."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from dispatch.offers import inbox_queries as queries
from dispatch.offers.handing_over import Why
from dispatch.records.offers import Inbound, Offer
from dispatch.records.statuses import InboundOutcome, OfferStatus
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import moment

WHY = {
    Why.MORE_MEANING: _l("It says more than yes or no, and Ponte does not guess."),
    Why.BOOKING_STANDS: _l("She has said yes to this visit: a booking is never undone by an SMS alone."),
    Why.TAKEN: _l("She had said no, and somebody else stands or is asked in her place."),
    Why.WHICH_VISIT: _l("She gives back a visit and does not say which."),
    Why.TOO_LATE: _l("It is too late for her to give it back by herself."),
    Why.NOT_HERS: _l("What she gives back is not booked by her now."),
    Why.WRONG_CODES: _l("Many wrong codes came from this number today, so even a right one may be luck."),
    Why.TOO_MANY: _l("This number has written many times today: it is not answered any more."),
    Why.UNREADABLE: _l("Reading it failed several times."),
    Why.OPTED_OUT: _l("She wants no SMS any more, and could not be told what Ponte does with it: call her."),
}
OUTCOMES = {
    InboundOutcome.YES: _l("it means yes to %(code)s"),
    InboundOutcome.NO: _l("it means no to %(code)s"),
    InboundOutcome.GIVES_BACK: _l("she gives back booking %(code)s"),
    InboundOutcome.CALL: _l("she was asked to call"),
    InboundOutcome.NOTHING: _l("seen, nothing to do"),
}
COMMANDS = {
    "help": _l("asks what can be answered"),
    "agenda": _l("asks for her agenda"),
    "withdraw": _l("gives back a visit"),
    "done": _l("tells that a visit took place"),
    "absent": _l("tells that the person was absent"),
}


def why_words(inbound: Inbound) -> str:
    """Why a person reads it; what another stage left has no reason of ours and gets the plain one."""
    why = (inbound.reading or {}).get("why")
    return _(WHY[Why(why)]) if why else _("What she tells does not fit what stands.")


def understood_words(reading: dict[str, Any] | None) -> str:
    """What Ponte made of the text; empty where it made nothing of it."""
    kind = (reading or {}).get("kind")
    if reading is None or kind not in ("answers", "command"):
        return ""
    if kind == "command":
        code = reading.get("code")
        name = reading["name"]
        said = _(COMMANDS[name]) if name in COMMANDS else name
        return f"{said} ({code})" if code else said
    return ", ".join(_answer_words(one["say"], one["code"]) for one in reading["answers"])


def _answer_words(say: str, code: int | None) -> str:
    if code is None:
        return _("yes, without a code") if say == "yes" else _("no, without a code")
    return (_("yes to %(code)s") if say == "yes" else _("no to %(code)s")) % {"code": code}


def outcome_words(outcome: str | None, code: int | None) -> str:
    """What was decided about a reply; what Ponte settled by itself has no outcome."""
    if outcome is None:
        return _("it was settled by its own words")
    return _(OUTCOMES[InboundOutcome(outcome)]) % {"code": code or ""}


def settled_words(session: Session, inbound: Inbound) -> str:
    """Who was quicker, and what she decided."""
    offer = session.get(Offer, inbound.offer_id) if inbound.offer_id else None
    what = outcome_words(inbound.outcome, offer.code if offer else None)
    if inbound.handled_by is None or inbound.handled_at is None:
        return _("Reply %(number)d was settled already.") % {"number": inbound.id}
    names = queries.names_of(session, {inbound.handled_by})
    values = {"name": names.get(inbound.handled_by, inbound.handled_by), "at": moment(inbound.handled_at), "what": what}
    return _("%(name)s settled this reply already (%(at)s): %(what)s.") % values


def told_words(session: Session, inbound: Inbound) -> tuple[str, str]:
    """The tone and the words of what came of a decision; where her day refused the visit, with every reason."""
    offer = session.get(Offer, inbound.offer_id) if inbound.offer_id else None
    code = {"code": offer.code if offer else ""}
    match inbound.outcome:
        case InboundOutcome.YES if refusals := (inbound.reading or {}).get("refusals"):
            why = " ".join(refusals)
            return "warning", _("%(code)s could not be booked: her day does not allow it.") % code + f" {why}"
        case InboundOutcome.YES if offer is not None and offer.status == OfferStatus.ACCEPTED:
            return "success", _("%(code)s is booked: the confirmation goes to her phone.") % code
        case InboundOutcome.YES:
            return "info", _("%(code)s is not to be had any more: she is told so.") % code
        case InboundOutcome.NO:
            return "success", _("%(code)s is refused, and somebody else is looked for. She is told so.") % code
        case InboundOutcome.GIVES_BACK:
            return "success", _(
                "%(code)s is open again, and somebody else is looked for. She and the service are told."
            ) % code
        case InboundOutcome.CALL:
            return "success", _("She is asked by SMS to call.")
    return "success", _("The reply is settled.")

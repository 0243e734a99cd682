# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hands a reply to a person: why Ponte does not decide it is kept beside it, coordinators are told, so is the sender."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy.orm import Session

from dispatch.offers.notices import NoticeKind, tell_coordinators
from dispatch.offers.office import Office
from dispatch.offers.queries import Visit
from dispatch.offers.reply_queries import was_left_to_person
from dispatch.offers.writing import answer
from dispatch.records.offers import Inbound
from dispatch.records.roster import Mediator
from notifications.message import MessageKind, NoWords


class Why(StrEnum):
    """Why a reply is for a person, as ``inbound.reading["why"]`` keeps it for the page of replies."""

    MORE_MEANING = "more_meaning"
    BOOKING_STANDS = "booking_stands"
    TAKEN = "taken"
    WHICH_VISIT = "which_visit"
    TOO_LATE = "too_late"
    NOT_HERS = "not_hers"
    WRONG_CODES = "wrong_codes"
    TOO_MANY = "too_many"
    UNREADABLE = "unreadable"
    OPTED_OUT = "opted_out"


def hand_to_person(
    session: Session,
    office: Office,
    mediator: Mediator,
    inbound: Inbound | None,
    why: Why,
    now: dt.datetime,
    visit: Visit | None = None,
    **values: str | int,
) -> None:
    """A coordinator reads it; the sender is told so, because silence would look like a yes.

    Once for each reply, however many codes stand in it; ``inbound`` is None for what was pressed on her page.
    """
    if inbound is not None and was_left_to_person(session, inbound.id):
        return
    answer(session, office, MessageKind.TO_PERSON, mediator, NoWords(), now, reply_to=inbound)
    if inbound is not None:
        note_why(inbound, why)
        if inbound.beyond_cap:
            return  # One notice tells of all that this phone writes.
    tell_coordinators(session, NoticeKind.TO_READ, now, visit=visit, inbound=inbound, mediator=mediator.code, **values)


def note_why(inbound: Inbound, why: Why) -> None:
    inbound.reading = {**(inbound.reading or {}), "why": why.value}

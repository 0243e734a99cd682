# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts the question to those whom a coordinator chose: one after the other, or to all at once, and the first yes wins.

Who is being asked already keeps her question. Where somebody is booked she stays so until one of them says yes; where
nobody is, the first of them stands for the slot while she is asked, as the planner's choice would.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dispatch.errors import Conflict
from dispatch.kit.locks import lock_mediators
from dispatch.offers.drafting import draft
from dispatch.offers.ending import STOPPED, end_asking, reopen_unless_asked, undo
from dispatch.offers.freeing import free
from dispatch.offers.late import is_still_wanted
from dispatch.offers.notices import NoticeKind, tell_coordinators
from dispatch.offers.office import Office
from dispatch.offers.queries import Visit, lock_visit
from dispatch.offers.writing import send_offer, span
from dispatch.outbox.asking import Asking as Rule
from dispatch.outbox.asking import Way, at_first_light, how_to_ask
from dispatch.records.offers import Asking, Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import OPEN_OFFER, AskingEnd, AskingWay, AssignmentStatus, OfferStatus, SlotStatus
from dispatch.roster.day import day_refusals
from dispatch.web.i18n import gettext as _


def ask_next(session: Session, office: Office, slot_id: int, now: dt.datetime, *, at_once: bool = False) -> int:
    """Whose turn it is is asked; how many questions were put. The others wait while somebody has hers, unless ``at_once``."""
    people = select(Asking.people).where(Asking.slot_id == slot_id, Asking.closed_at.is_(None))
    lock_mediators(session, [her for row in session.scalars(people) for her in row])
    visit = lock_visit(session, slot_id)
    asking = visit.asking
    if asking is None:
        return 0
    rule = how_to_ask(now, span(asking.during)[0], office.offers)
    if rule is None or _has_changed(visit, asking):
        end_asking(visit, AskingEnd.CHANGED, now)
    elif not (visit.open_offers() and asking.position and not at_once):
        asked = _ask_in_turn(session, office, visit, asking, rule, now)
        if asked or visit.open_offers():
            return asked
        end_asking(visit, AskingEnd.NOBODY, now)
    reopen_unless_asked(office, visit, now)
    return 0


def stop_asking(session: Session, office: Office, slot_id: int, now: dt.datetime) -> int:
    """Take back every open question about a slot, and leave it to a person; how many there were.

    Raises Conflict where nobody is asked, or somebody is asked whether her own visit may move.
    """
    hers = select(Offer.mediator_id).where(Offer.slot_id == slot_id, Offer.status.in_(OPEN_OFFER))
    lock_mediators(session, session.scalars(hers))
    visit = lock_visit(session, slot_id)
    asked, live = visit.open_offers(), visit.live()
    if not asked and visit.asking is None:
        raise Conflict(_("Nobody is being asked any more. Look at who has it now."))
    if live is not None and live.agreed is not None:
        raise Conflict(_("She is asked whether her own visit may move. Change the date, or give it to somebody else."))
    end_asking(visit, AskingEnd.STOPPED, now)
    for offer in asked:
        free(session, office, offer, now, STOPPED)
    if live is not None and live.status == AssignmentStatus.PUBLISHED:
        undo(session, live, AssignmentStatus.WITHDRAWN, now)
    if visit.slot.status == SlotStatus.OFFERED:  # Another look comes by itself when somebody is freed, or in a day.
        visit.slot.status, visit.slot.replan_due, visit.slot.changed_at = SlotStatus.UNFILLED, None, now
    return len(asked)


def _has_changed(visit: Visit, asking: Asking) -> bool:
    """Whether it was called off, moved, or given to somebody else meanwhile."""
    live = visit.live()
    taken = live is not None and live.status == AssignmentStatus.BOOKED and asking.instead_of != live.id
    if live is not None and visit.asks_instead():
        return asking.during != live.during
    return visit.slot.status == SlotStatus.CANCELLED or taken or not is_still_wanted(visit, asking.during)


def _ask_in_turn(session: Session, office: Office, visit: Visit, asking: Asking, rule: Rule, now: dt.datetime) -> int:
    asked = 0
    while asking.left and not (asked and asking.way == AskingWay.IN_ORDER):
        her = session.get_one(Mediator, asking.left[0])
        asking.position += 1
        asked += _ask(session, office, visit, asking, her, rule, now)
    if asked and visit.slot.status != SlotStatus.BOOKED:
        visit.slot.status, visit.slot.replan_due, visit.slot.changed_at = SlotStatus.OFFERED, None, now
    return asked


def _ask(
    session: Session, office: Office, visit: Visit, asking: Asking, her: Mediator, rule: Rule, now: dt.datetime
) -> bool:
    """Whether she was asked: not who has the question, gets no SMS, or cannot come any more."""
    hers = (*OPEN_OFFER, OfferStatus.ACCEPTED)
    if any(offer.mediator_id == her.id and offer.status in hers for offer in visit.offers):
        return False
    if her.sms_blocked:
        tell_coordinators(session, NoticeKind.PHONE_BLOCKED, now, visit=visit, mediator=her.code)
        return False
    start, end = span(asking.during)
    if not her.active or day_refusals(session, her.id, visit.slot.id, start, end):
        return False
    if rule.only_night_owls and not her.quiet_hours_allowed:
        rule = at_first_light(start, now, office.offers)
    stands = _stand_in(session, visit, asking, her, now)
    way = _way(asking, rule)
    offer = draft(session, office, visit, her.id, asking.during, way, rule.reply_by, now, assignment_id=stands)
    send_offer(session, office, visit, offer, rule.send_at)
    return True


def _way(asking: Asking, rule: Rule) -> Way:
    """What is urgent stays so; else several asked together are told from one who has her time to herself."""
    if rule.way is Way.URGENT:
        return Way.URGENT
    return Way.ALL if asking.way == AskingWay.TOGETHER else Way.CASCADE


def _stand_in(session: Session, visit: Visit, asking: Asking, her: Mediator, now: dt.datetime) -> int | None:
    """The assignment that holds her time while she is asked, where nobody stands for the slot."""
    if visit.live() is not None:
        return None
    written = session.scalars(
        insert(Assignment)
        .values(
            slot_id=visit.slot.id,
            mediator_id=her.id,
            during=asking.during,
            status=AssignmentStatus.PUBLISHED,
            changed_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Assignment)
    ).one_or_none()
    if written is None:
        return None
    visit.assignments = [*visit.assignments, written]
    return written.id

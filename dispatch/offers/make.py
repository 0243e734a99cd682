# SPDX-License-Identifier: AGPL-3.0-or-later
"""A published assignment becomes offers and their SMS, in one transaction; offers that lost their ground are taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.kit.locks import lock_mediators
from dispatch.offers import queries
from dispatch.offers.booking import book
from dispatch.offers.drafting import draft
from dispatch.offers.ending import give_up, reopen_unless_asked, undo
from dispatch.offers.freeing import free
from dispatch.offers.moving import ask_again, is_moving
from dispatch.offers.notices import NoticeKind, tell_coordinators
from dispatch.offers.office import Office
from dispatch.offers.queries import Visit, lock_visit
from dispatch.offers.writing import send_offer, span
from dispatch.outbox.asking import Asking, Way, at_first_light, how_to_ask
from dispatch.outbox.cap import is_full_today
from dispatch.outbox.choosing import Person, whom_to_ask
from dispatch.records.planning import Assignment, Candidate
from dispatch.records.roster import Mediator
from dispatch.records.statuses import OPEN_OFFER, AssignmentStatus, OfferStatus, SlotStatus

SUPERSEDED = "superseded"


def withdraw_baseless(session: Session, office: Office, slot_id: int, now: dt.datetime) -> None:
    """Take back the open offers of a slot whose assignment was superseded or withdrawn."""
    visit = lock_visit(session, slot_id)
    for offer in visit.open_offers():
        assignment = session.get(Assignment, offer.assignment_id) if offer.assignment_id else None
        if assignment is not None and assignment not in visit.assignments and not is_moving(visit, offer):
            free(session, office, offer, now, SUPERSEDED)
    reopen_unless_asked(office, visit, now)


def offer_assignment(session: Session, office: Office, assignment_id: int, now: dt.datetime) -> int:
    """Ask about one published assignment; how many offers were made (0: it changed, or was asked about already)."""
    assignment = session.get_one(Assignment, assignment_id)
    asking = how_to_ask(now, span(assignment.during)[0], office.offers)
    alone = asking is None or asking.people == 1  # Then nobody else's day is touched, nor need it be known.
    ranked = [] if alone else queries.ranked_candidates(session, assignment)
    lock_mediators(session, {assignment.mediator_id, *(mediator.id for _, mediator in ranked)})
    visit = lock_visit(session, assignment.slot_id)
    if assignment not in visit.assignments or assignment.status != AssignmentStatus.PUBLISHED:
        return 0
    if any(offer.assignment_id == assignment.id for offer in visit.offers):
        return 0
    if assignment.agreed is not None:
        return ask_again(session, office, visit, assignment, now)
    for offer in visit.open_offers():
        if offer.status == OfferStatus.QUEUED:  # Of an earlier choice for this slot, and nobody has read it yet.
            free(session, office, offer, now, SUPERSEDED)
    if _has_said_yes(session, office, visit, assignment, now):
        return 0
    if _is_asked_already(session, office, visit, assignment, now):
        return 0
    if asking is None:
        _too_late(session, visit, assignment, now)
        return 0
    return _ask(
        session, office, visit, assignment, _people(session, visit, assignment, ranked, asking, now), asking, now
    )


def _has_said_yes(session: Session, office: Office, visit: Visit, assignment: Assignment, now: dt.datetime) -> bool:
    """The plan took a visit from her and gave it back before anybody told her: her yes stands, and it is booked.

    Given back at another hour, she is told that hers is off, and asked anew.
    """
    said = (OfferStatus.ACCEPTED, assignment.mediator_id)
    hers = next((offer for offer in visit.offers if (offer.status, offer.mediator_id) == said), None)
    if hers is None:
        return False
    if hers.during == assignment.during and book(session, office, {visit.slot.id: visit}, hers, now):
        hers.assignment_id = assignment.id
        return True
    free(session, office, hers, now, SUPERSEDED)
    session.flush()
    return False


def _is_asked_already(session: Session, office: Office, visit: Visit, assignment: Assignment, now: dt.datetime) -> bool:
    """She was one of several who were asked, and now the plan rests on her: her open question serves for it.

    Asked about another hour, she is told that it is off, and asked anew.
    """
    hers = next((offer for offer in visit.open_offers() if offer.mediator_id == assignment.mediator_id), None)
    if hers is None:
        return False
    if hers.during == assignment.during:
        hers.assignment_id = assignment.id
        return True
    free(session, office, hers, now, SUPERSEDED)
    return False


def _ask(
    session: Session,
    office: Office,
    visit: Visit,
    assignment: Assignment,
    people: Sequence[Person],
    asking: Asking,
    now: dt.datetime,
) -> int:
    chosen = whom_to_ask(asking, people, office.offers)
    if not chosen and asking.only_night_owls:
        asking = at_first_light(span(assignment.during)[0], now, office.offers)
        chosen = whom_to_ask(asking, people, office.offers)
    asked = [person.mediator_id for person in chosen]
    for person in chosen:
        _make(session, office, visit, assignment, person, asking, now)
    if people[0].blocked:
        _cannot_be_reached(session, office, visit, assignment, asking, now)
    if asked:
        visit.slot.status, visit.slot.replan_due, visit.slot.changed_at = SlotStatus.OFFERED, None, now
    if asking.tell_coordinator:
        kind = NoticeKind.URGENT if asking.way is Way.URGENT else NoticeKind.ASKED_AT_NIGHT
        tell_coordinators(session, kind, now, visit=visit, asked=len(asked))
    return len(asked)


def _make(
    session: Session,
    office: Office,
    visit: Visit,
    assignment: Assignment,
    person: Person,
    asking: Asking,
    now: dt.datetime,
) -> None:
    hers = assignment.id if person.mediator_id == assignment.mediator_id else None
    offer = draft(
        session,
        office,
        visit,
        person.mediator_id,
        person.during,
        asking.way,
        asking.reply_by,
        now,
        assignment_id=hers,
    )
    send_offer(session, office, visit, offer, asking.send_at)


def _cannot_be_reached(
    session: Session, office: Office, visit: Visit, assignment: Assignment, asking: Asking, now: dt.datetime
) -> None:
    """The planner's choice cannot get SMS: her offer ends at once, the coordinators hear of it, a repair goes on."""
    offer = draft(
        session,
        office,
        visit,
        assignment.mediator_id,
        assignment.during,
        asking.way,
        asking.reply_by,
        now,
        assignment_id=assignment.id,
    )
    give_up(session, office, visit, offer, OfferStatus.DECLINED, now, "phone blocked")
    tell_coordinators(session, NoticeKind.PHONE_BLOCKED, now, visit=visit, mediator=offer.mediator.code)


def _people(
    session: Session,
    visit: Visit,
    assignment: Assignment,
    ranked: Sequence[tuple[Candidate, Mediator]],
    asking: Asking,
    now: dt.datetime,
) -> list[Person]:
    """The planner's choice first, then the ranked others who are free and are not being asked about this slot."""
    length = span(assignment.during)[1] - span(assignment.during)[0]
    is_urgent = asking.way is Way.URGENT  # No cap holds that question back.
    asked = [
        offer for offer in visit.offers if offer.status in OPEN_OFFER or (is_full_today(offer, now) and not is_urgent)
    ]
    already = {assignment.mediator_id, *visit.slot.excluded, *(offer.mediator_id for offer in asked)}
    others = [
        (mediator, Range(candidate.start, candidate.start + length))
        for candidate, mediator in ranked
        if mediator.id not in already and mediator.active
    ]
    # Several mediators come to one appointment together: nobody is asked for another hour than the others.
    if others and len(visit.appointment.slots) > 1:
        others = [(mediator, during) for mediator, during in others if during == assignment.during]
    held = queries.what_they_hold(session, {mediator.id: during for mediator, during in others})
    people = [_person(assignment.mediator, assignment.during, 0)]
    for mediator, during in others:
        if not held[mediator.id].booked:
            people.append(_person(mediator, during, held[mediator.id].asked))
    return people


def _person(mediator: Mediator, during: Range[dt.datetime], open_overlaps: int) -> Person:
    return Person(
        mediator.id,
        during,
        blocked=bool(mediator.sms_blocked),
        night_owl=mediator.quiet_hours_allowed,
        open_overlaps=open_overlaps,
    )


def _too_late(session: Session, visit: Visit, assignment: Assignment, now: dt.datetime) -> None:
    """Its start has passed before anybody was asked: a later one is looked for, where the desk allows one."""
    undo(session, assignment, AssignmentStatus.WITHDRAWN, now)
    visit.slot.changed_at = now
    if visit.appointment.last_start > now:
        visit.slot.status, visit.slot.replan_due = SlotStatus.OPEN, now
        return
    visit.slot.status, visit.slot.replan_due = SlotStatus.UNFILLED, None
    tell_coordinators(session, NoticeKind.NOBODY, now, visit=visit)

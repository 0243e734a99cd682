# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mediator's phone shows: her question with little before the yes and everything after, and her agenda."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy.orm import Session

from dispatch.access import links
from dispatch.kit.clock import at_home, local_midnight
from dispatch.kit.policy import policy_in_force
from dispatch.offers import page_queries, reply_queries
from dispatch.offers.answering import GIVEN_BACK
from dispatch.offers.office import Office
from dispatch.offers.words import languages_of, sector_word
from dispatch.offers.writing import span
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Mode, OfferStatus
from dispatch.records.territory import Desk, Place
from dispatch.web.choices import kind_word
from dispatch.web.moments import decimal
from dispatch.web.views.offers import Booking, EndedVisit, MediatorAgendaPage, OfferPage, OpenOffer
from solver.problem import Place as Point
from solver.travel import TINY, haversine_km

UPCOMING = 5


def offer_page(session: Session, office: Office, offer: Offer, token: str, now: dt.datetime) -> OfferPage:
    """The page of one offer; reading it changes nothing."""
    appointment, desk = offer.slot.appointment, offer.slot.appointment.request.desk
    start, end = span(offer.during)
    onsite = appointment.mode == Mode.ONSITE and appointment.place is not None
    km, minutes = _way(session, offer.mediator, appointment.place) if onsite and appointment.place else (None, None)
    upcoming = reply_queries.her_bookings(session, offer.mediator_id, now)[:UPCOMING]
    accepted = offer.status == OfferStatus.ACCEPTED
    return OfferPage(
        token=token,
        agenda=links.agenda_path(offer.mediator_id, office.secret),
        first_name=_first_name(offer.mediator),
        status="given_back" if offer.settled_by == GIVEN_BACK else offer.status,
        start=start,
        end=end,
        comune=appointment.place.comune.name if onsite and appointment.place else "",
        sector=sector_word(desk.sector),
        language=languages_of(session, offer.slot),
        kind=kind_word(appointment.kind),
        reply_by=offer.reply_by,
        now=now,
        mode=appointment.mode,
        km=km,
        minutes=minutes,
        booking=_as_booked(session, offer.slot, start, end) if accepted else None,
        known=span(offer.known) if offer.known is not None and not accepted else None,
        give_back=f"/m/{token}/withdraw" if accepted and start > now else "",
        withdraw_hours=office.offers.withdraw_hours,
        upcoming=tuple(_booking(session, row) for row in upcoming),
        note=appointment.request.note if accepted else "",
        month_hours=_hours_of_month(session, offer.mediator_id, now),
    )


def agenda_page(
    session: Session, office: Office, mediator: Mediator, now: dt.datetime, base: str
) -> MediatorAgendaPage:
    """Her open questions, her next visits, her hours of the month."""
    booked = reply_queries.her_bookings(session, mediator.id, now)
    codes = reply_queries.accepted_codes(session, mediator.id, [row.slot_id for row in booked])
    return MediatorAgendaPage(
        token="",
        agenda=links.agenda_path(mediator.id, office.secret),
        first_name=_first_name(mediator),
        now=now,
        base=base,
        bookings=tuple(_to_give_up(session, row, codes.get(row.slot_id), now) for row in booked),
        offers=tuple(
            _question(session, office, offer) for offer in reply_queries.her_open_offers(session, mediator.id)
        ),
        ended=tuple(_ended(office, row, desk) for row, desk in page_queries.her_untold(session, mediator.id)),
        month_hours=_hours_of_month(session, mediator.id, now),
    )


def _ended(office: Office, row: Attendance, desk: Desk) -> EndedVisit:
    start, end = span(row.planned)
    return EndedVisit(links.visit_path(row.id, office.secret), start, end, desk.name)


def _question(session: Session, office: Office, offer: Offer) -> OpenOffer:
    start, end = span(offer.during)
    place = offer.slot.appointment.place
    return OpenOffer(
        href=f"/m/{links.make(links.Purpose.OFFER, offer.id, office.secret)}",
        start=start,
        end=end,
        comune=place.comune.name if place else "",
        language=languages_of(session, offer.slot),
        reply_by=offer.reply_by,
    )


def _booking(session: Session, assignment: Assignment) -> Booking:
    return _as_booked(session, assignment.slot, *span(assignment.during))


def _to_give_up(session: Session, assignment: Assignment, code: int | None, now: dt.datetime) -> Booking:
    """A visit with the code that gives it back; one that has begun, or was booked without an SMS, has none here."""
    ahead = span(assignment.during)[0] > now
    return replace(_booking(session, assignment), code=code if ahead else None)


def _as_booked(session: Session, slot: Slot, start: dt.datetime, end: dt.datetime) -> Booking:
    """With the address and the contact, which she may see because she said yes."""
    appointment, desk = slot.appointment, slot.appointment.request.desk
    place = appointment.place if appointment.mode == Mode.ONSITE else None
    return Booking(
        start=start,
        end=end,
        desk=desk.name,
        place=place.comune.name if place else "",
        language=languages_of(session, slot),
        address=_address(place) if place else "",
        contact=desk.contact,
    )


def _address(place: Place) -> str:
    """Street and comune; many registers write the comune into the street's line already."""
    comune = place.comune.name
    return place.address if comune in place.address else f"{place.address}, {comune}".lstrip(", ")


def _hours_of_month(session: Session, mediator_id: int, now: dt.datetime) -> str:
    first = at_home(now).date().replace(day=1)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    minutes = page_queries.her_minutes(session, mediator_id, local_midnight(first), local_midnight(following))
    return decimal(round(minutes / 60, 1))


def _way(session: Session, mediator: Mediator, place: Place) -> tuple[int, int]:
    """Kilometres by road and minutes from her home, as the planner reckons them (planning.md §1)."""
    policy = policy_in_force(session).planning
    here, there = (Point(id=str(p.id), lat=p.lat, lon=p.lon, ambito=p.ambito_code) for p in (mediator.home, place))
    road = float(haversine_km([here, there])[0, 1]) * policy.road_factor
    minutes = road / policy.travel_speed_kmh * 60 + policy.arrival_minutes
    return round(road), int(-(-(minutes * mediator.travel_factor - TINY) // 1)) if place.id != mediator.home_id else 0


def _first_name(mediator: Mediator) -> str:
    return mediator.name.partition(" ")[0]

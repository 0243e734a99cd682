# SPDX-License-Identifier: AGPL-3.0-or-later
"""A presence's rows as the API answers them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dispatch.kit.clock import at_home, local_midnight
from dispatch.presences import queries
from dispatch.presences.queries import Date
from dispatch.presences.reader import Reader
from dispatch.presences.row import body_of
from dispatch.presences.schemas import Coverage, DateOut, PresenceIn, PresenceLine, PresenceOut
from dispatch.presences.words import understood
from dispatch.records.presences import Presence
from dispatch.records.statuses import SlotStatus

FOUR_WEEKS = dt.timedelta(weeks=4)
NEXT = 3


def whole(reader: Reader, presence: Presence) -> PresenceOut:
    """One presence with its dates from today on."""
    dates = queries.dates_of(reader.session, [presence.id], local_midnight(reader.today))
    return PresenceOut(
        code=presence.code,
        understood=understood(presence),
        entered=PresenceIn.model_validate(body_of(presence)),
        ended_on=presence.ended_on,
        request=queries.request_of(reader.session, presence.id).code,
        dates=[_date(one) for one in dates],
        next_four_weeks=coverage(dates, reader.now),
        created_at=presence.created_at,
        changed_at=presence.changed_at,
    )


def lines(reader: Reader, presences: Sequence[Presence]) -> list[PresenceLine]:
    """Presences in a list, with what the next four weeks look like."""
    found = four_weeks(reader, presences)
    return [_line(presence, found[presence.id], reader.now) for presence in presences]


def four_weeks(reader: Reader, presences: Sequence[Presence]) -> dict[int, list[Date]]:
    """The dates of the next four weeks of each, in one reading."""
    found: dict[int, list[Date]] = {presence.id: [] for presence in presences}
    for one in queries.dates_of(reader.session, found, reader.now, reader.now + FOUR_WEEKS):
        found[one.presence_id].append(one)
    return found


def coverage(dates: Sequence[Date], now: dt.datetime) -> Coverage:
    """How many of the next four weeks' dates have somebody who said yes."""
    near = [one for one in dates if now <= one.appointment.first_start < now + FOUR_WEEKS]
    return Coverage(dates=len(near), booked=sum(one.slot.status == SlotStatus.BOOKED for one in near))


def next_days(dates: Sequence[Date], now: dt.datetime) -> list[dt.date]:
    ahead = [one.appointment.first_start for one in dates if one.appointment.first_start >= now]
    return [at_home(start).date() for start in ahead[:NEXT]]


def _line(presence: Presence, dates: Sequence[Date], now: dt.datetime) -> PresenceLine:
    return PresenceLine(
        code=presence.code,
        name=presence.name,
        desk=presence.desk.code if presence.desk else None,
        ambito=presence.ambito_code,
        place=presence.place.code,
        cover=presence.cover,
        last_day=presence.last_day,
        ended_on=presence.ended_on,
        next_days=next_days(dates, now),
        next_four_weeks=coverage(dates, now),
    )


def _date(one: Date) -> DateOut:
    start = one.appointment.first_start
    return DateOut(
        day=at_home(start).date(),
        start=start,
        end=start + dt.timedelta(minutes=one.appointment.duration),
        status=one.slot.status,
        mediator=one.mediator,
    )

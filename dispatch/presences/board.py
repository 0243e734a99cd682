# SPDX-License-Identifier: AGPL-3.0-or-later
"""Presences as the coordinator's pages show them: lines of the list, and one with its dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dispatch.kit.clock import local_midnight
from dispatch.presences import answers, queries
from dispatch.presences.queries import Date
from dispatch.presences.reader import Reader
from dispatch.presences.row import last_day_of
from dispatch.presences.words import COVERS, understood, when
from dispatch.records.presences import Presence
from dispatch.records.statuses import Cover, SlotStatus
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.views.page import FieldError
from dispatch.web.views.presences import Coverage, DateRow, PresencePage, PresenceRow

HISTORY = dt.timedelta(weeks=8)
MISSING = (SlotStatus.OPEN, SlotStatus.UNFILLED)


def rows_of(reader: Reader, presences: Sequence[Presence]) -> tuple[PresenceRow, ...]:
    """The lines of the list, with what the next four weeks look like."""
    found = answers.four_weeks(reader, presences)
    return tuple(_row(reader, presence, found[presence.id]) for presence in presences)


def page_of(
    reader: Reader, presence: Presence, *, values: FormValues | None = None, errors: tuple[FieldError, ...] = ()
) -> PresencePage:
    """One presence; the passed dates of the last weeks are folded away below those to come."""
    dates = queries.dates_of(reader.session, [presence.id], local_midnight(reader.today) - HISTORY)
    request = queries.request_of(reader.session, presence.id)
    rows = [(_date(one, reader.now), one.appointment.first_start) for one in dates]
    return PresencePage(
        code=presence.code,
        name=presence.name,
        owner=owner_of(presence),
        understood=understood(presence),
        state=state_of(presence, reader.today),
        coverage=_coverage(dates, reader.now),
        upcoming=tuple(row for row, start in rows if start >= reader.now),
        past=tuple(row for row, start in reversed(rows) if start < reader.now),
        request=request.code,
        today=reader.today,
        can_change=not _is_over(presence, reader.today),
        called_away=tuple(
            (notice.created_at, dt.datetime.fromisoformat(str(notice.values["start"])))
            for notice in queries.calls_away(reader.session, request.id)
        ),
        values=values or FormValues(),
        errors=errors,
    )


def owner_of(presence: Presence) -> str:
    """The service in which it is, or the ambito to which it belongs."""
    if presence.desk is not None:
        return presence.desk.name
    return _("Ambito %(name)s") % {"name": presence.ambito.name if presence.ambito else ""}


def state_of(presence: Presence, today: dt.date) -> str:
    if _is_over(presence, today):
        return _("ended")
    return _("not begun yet") if presence.first_day > today else _("running")


def _is_over(presence: Presence, today: dt.date) -> bool:
    return last_day_of(presence) < today


def _row(reader: Reader, presence: Presence, dates: Sequence[Date]) -> PresenceRow:
    return PresenceRow(
        code=presence.code,
        name=presence.name,
        owner=owner_of(presence),
        place=presence.place.name,
        when=when(presence),
        cover=_(COVERS[Cover(presence.cover)]),
        state=state_of(presence, reader.today),
        next_days=tuple(answers.next_days(dates, reader.now)),
        coverage=_coverage(dates, reader.now),
    )


def _coverage(dates: Sequence[Date], now: dt.datetime) -> Coverage:
    found = answers.coverage(dates, now)
    return Coverage(found.booked, found.dates)


def _date(one: Date, now: dt.datetime) -> DateRow:
    start = one.appointment.first_start
    passed = start < now and one.slot.status in MISSING
    return DateRow(
        start=start,
        end=start + dt.timedelta(minutes=one.appointment.duration),
        status=SlotStatus.UNFILLED if passed else one.slot.status,
        mediator=one.mediator or "",
    )

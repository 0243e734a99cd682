# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk's meetings as dates of a calendar file: language, kind, place and status, and nobody's name, note or case.

Each appointment has one name for ever: moved it moves, called off it is struck out, and what was asked anew is a new one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from dispatch.intake.form import title_of
from dispatch.intake.shown import Live, times_of
from dispatch.kit.calendar_file import Date, Standing
from dispatch.records.intake import Appointment
from dispatch.records.statuses import AppointmentStatus, Mode
from dispatch.web.choices import kind_word, mode_word
from dispatch.web.i18n import gettext as _
from dispatch.web.status_words import status_word

FELL_AWAY = (AppointmentStatus.CANCELLED, AppointmentStatus.NOT_HELD)


def dates_in_calendar(rows: Iterable[Appointment], live: Live, base_url: str) -> tuple[Date, ...]:
    return tuple(_date(row, live, base_url) for row in rows)


def _date(row: Appointment, live: Live, base_url: str) -> Date:
    start, end = times_of(row, live)
    called_off, request = row.status in FELL_AWAY, row.request
    asked = ", ".join(filter(None, [title_of(request), kind_word(row.kind)]))
    sure = Standing.TENTATIVE if row.status == AppointmentStatus.OPEN else Standing.CONFIRMED
    word = _(status_word("appointment", row.status).label)
    return Date(
        name=f"appointment-{row.id}",
        start=start,
        end=end,
        changed=max(_changes(row, live)),
        title=f"{word}: {asked}" if called_off else f"Ponte: {asked}",
        place=_where(row),
        about=f"{request.code} · {word}\n{base_url}/requests/{request.code}",
        standing=Standing.CANCELLED if called_off else sure,
    )


def _changes(row: Appointment, live: Live) -> Iterator[dt.datetime]:
    yield row.request.changed_at
    for slot in row.slots:
        yield slot.changed_at
        if (found := live.get(slot.id)) is not None:
            yield found.changed_at


def _where(row: Appointment) -> str:
    if row.mode != Mode.ONSITE or row.place is None:
        return mode_word(row.mode)
    return f"{row.place.name}, {row.place.address}, {row.place.comune.name}".replace(", , ", ", ")

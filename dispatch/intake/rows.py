# SPDX-License-Identifier: AGPL-3.0-or-later
"""The appointment rows of a request: written as a reading says, compared with it, softened where nobody need be asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from config.policy import IntakePolicy
from dispatch.appointments.moving import agreed_slots, follow
from dispatch.intake.decisions import Occurrence
from dispatch.intake.needs import value_of
from dispatch.intake.reading import Answers, Reader, Reading
from dispatch.intake.windows import Window, cut
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.planning import Assignment
from dispatch.records.statuses import Priority, SlotStatus

ASK_AGAIN = (SlotStatus.OPEN, SlotStatus.UNFILLED)
NEEDS = slice(2, None)  # of what is asked, all but where and how long: what nobody can be moved along with


def fresh(reader: Reader, request: Request, reading: Reading, occurrence: Occurrence, number: int) -> Appointment:
    """A new appointment with its open slots."""
    now, policy, answers = reader.now, reader.policy, reading.of(occurrence)
    body = answers.body
    return Appointment(
        number=number,
        kind=body.kind,
        mode=body.mode,
        place_id=answers.place.id if answers.place else None,
        place=answers.place,
        duration=body.duration,
        windows=_stored(occurrence.windows),
        first_start=occurrence.windows[0][0],
        last_start=occurrence.windows[-1][1],
        asked_start=occurrence.asked,
        project_code=reading.project.code if reading.project else None,
        case_code=case_of(request, reading),
        line=occurrence.line,
        series_day=occurrence.day,
        slots=[
            Slot(
                number=place,
                needs=needs,
                value=value_of(body.priority, occurrence.asked, now, policy),
                replan_due=now if _is_pressing(body.priority, occurrence, now, policy) else None,
                changed_at=now,
            )
            for place, needs in enumerate(answers.needs, start=1)
        ],
    )


def case_of(request: Request, reading: Reading) -> str | None:
    """The case the desk gave; a series without one is its own case: it serves one person, and the mediator stays."""
    return reading.body.case or (f"serie-{request.code}" if reading.body.repeat else None)


def soften(appointment: Appointment, reader: Reader, request: Request, reading: Reading, date: Occurrence) -> None:
    """What may change without asking anybody: who pays, the case, the slack, wishes and value of slots without a person."""
    answers = reading.of(date)
    pay(appointment, request, reading)
    appointment.asked_start = date.asked
    if _still(appointment, reader) != date.windows:
        appointment.windows = _stored(date.windows)
        appointment.first_start, appointment.last_start = date.windows[0][0], date.windows[-1][1]
    for slot, needs in zip(appointment.slots, answers.needs, strict=True):
        if slot.status in ASK_AGAIN:
            slot.needs = needs
            slot.value = value_of(answers.body.priority, date.asked, reader.now, reader.policy)
            slot.changed_at = reader.now
            if _is_pressing(answers.body.priority, date, reader.now, reader.policy):
                slot.replan_due = reader.now


def move(
    row: Appointment,
    reader: Reader,
    request: Request,
    reading: Reading,
    date: Occurrence,
    live: Mapping[int, Assignment],
) -> None:
    """The date takes its new time and place, and whoever said yes to it comes along, is asked anew, or is freed."""
    answers, place_before = reading.of(date), row.place_id
    start = _kept_start(row, reader, date, live) or date.asked
    row.place, row.place_id = answers.place, answers.place.id if answers.place else None
    row.duration, row.windows, row.asked_start = answers.body.duration, _stored(date.windows), date.asked
    row.first_start, row.last_start = date.windows[0][0], date.windows[-1][1]
    row.line, row.series_day = date.line, date.day
    follow(reader.session, row, start, place_before, reader.now)
    soften(row, reader, request, reading, date)


def moves(row: Appointment, reading: Reading, date: Occurrence, live: Mapping[int, Assignment]) -> bool:
    """Whether only the time, the length or the place changes of what somebody said yes to."""
    asked, asks = _asked_of(row), _asks(reading.of(date))
    return asked[NEEDS] == asks[NEEDS] and bool(agreed_slots(live) & {slot.id for slot in row.slots})


def pay(appointment: Appointment, request: Request, reading: Reading) -> None:
    """What is said of the whole request holds for every date of it, also for one that was changed by itself."""
    appointment.project_code = reading.project.code if reading.project else None
    appointment.case_code = case_of(request, reading)


def stays(
    appointment: Appointment, reader: Reader, reading: Reading, date: Occurrence, live: Mapping[int, Assignment]
) -> bool:
    """Whether nothing changes that a mediator says yes to: where, how long, for whom, and the start.

    Only another slack is no reason to ask anew, as long as the starts given to somebody are still allowed.
    """
    if _asked_of(appointment) != _asks(reading.of(date)):
        return False
    if _still(appointment, reader) == date.windows:
        return True
    step = dt.timedelta(minutes=reader.policy.start_step)
    given = [found.during.lower for slot in appointment.slots if (found := live.get(slot.id)) is not None]
    return appointment.asked_start == date.asked and all(
        start is not None and _allows(date.windows, start, step) for start in given
    )


def _stored(windows: Sequence[Window]) -> list[list[str]]:
    return [[low.isoformat(), high.isoformat()] for low, high in windows]


def _kept_start(
    row: Appointment, reader: Reader, date: Occurrence, live: Mapping[int, Assignment]
) -> dt.datetime | None:
    """The start that somebody was given within the slack, where the same is asked and it is still allowed."""
    step = dt.timedelta(minutes=reader.policy.start_step)
    starts = {found.during.lower for slot in row.slots if (found := live.get(slot.id)) is not None}
    given = starts.pop() if len(starts) == 1 else None
    stays = given is not None and row.asked_start == date.asked and _allows(date.windows, given, step)
    return given if stays else None


def _allows(windows: Sequence[Window], start: dt.datetime, step: dt.timedelta) -> bool:
    return any(low <= start <= high and (start - low) % step == dt.timedelta() for low, high in windows)


def _still(appointment: Appointment, reader: Reader) -> tuple[Window, ...]:
    """Its windows less what has passed."""
    step = dt.timedelta(minutes=reader.policy.start_step)
    stored = [(dt.datetime.fromisoformat(low), dt.datetime.fromisoformat(high)) for low, high in appointment.windows]
    still = [cut(window, reader.now, step) for window in stored]
    return tuple((low, high) for low, high in still if low <= high)


def _asked_of(row: Appointment) -> tuple[object, ...]:
    return (row.place_id, row.duration, row.kind, row.mode, *(_hard(slot.needs) for slot in row.slots))


def _asks(answers: Answers) -> tuple[object, ...]:
    body, place_id = answers.body, answers.place.id if answers.place else None
    return (place_id, body.duration, body.kind, body.mode, *(_hard(needs) for needs in answers.needs))


def _hard(needs: dict[str, Any]) -> tuple[object, ...]:
    languages: Sequence[tuple[str, int]] = sorted(needs["languages"].items())
    only = None if needs["only"] is None else tuple(needs["only"])
    return (tuple(languages), needs["any_language"], tuple(sorted(needs["skills"])), needs["gender"], only)


def _is_pressing(priority: str, occurrence: Occurrence, now: dt.datetime, policy: IntakePolicy) -> bool:
    """Whether a repair looks for somebody at once instead of waiting for the week plan."""
    # An urgent series presses for the days ahead; its later weeks wait for their own plan.
    hours = policy.urgent_within_hours if priority == Priority.URGENT else policy.repair_within_hours
    return occurrence.asked <= now + dt.timedelta(hours=hours)

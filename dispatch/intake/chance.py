# SPDX-License-Identifier: AGPL-3.0-or-later
"""How likely a request is to be filled, said while it is written: who speaks the language, and who is free then.

A quick count, not a plan: it knows shifts, absences and what stands, but neither travel nor weekly hours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, cast, exists, func, select
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import Session

from config.territory.languages import find_language
from dispatch.appointments.findings import Refused
from dispatch.appointments.wall import instant, read_day, read_time
from dispatch.intake.reading import Reader
from dispatch.intake.understood import LEVELS
from dispatch.kit.clock import at_home
from dispatch.records.planning import Assignment
from dispatch.records.roster import Absence, Availability, Commitment, Mediator, MediatorLanguage
from dispatch.records.statuses import COUNTED_ASSIGNMENT, Mode
from dispatch.web.i18n import gettext as _
from dispatch.web.i18n import ngettext
from dispatch.web.moments import clock_time
from dispatch.web.views.intake import Chance

SHIFTS_TRIED = (60, -60, 120, -120)  # minutes earlier or later that a desk may well accept


@dataclass(frozen=True)
class Question:
    """A language at a level, how they meet, and when."""

    language: str
    level: int
    mode: str
    start: dt.datetime
    minutes: int


def chance(reader: Reader, body: dict[str, Any]) -> Chance | None:
    """The counts for a half-written form, or None as long as it says neither language nor time."""
    question = _question(reader, body)
    if question is None:
        return None
    suitable = reader.session.scalar(_count(_suitable(question))) or 0
    free = free_at(reader.session, question, question.start)
    return Chance(suitable, free, tuple(_alternatives(reader, question, free)))


def free_at(session: Session, question: Question, start: dt.datetime) -> int:
    """How many suitable mediators are on shift and not taken from ``start`` for as long as it lasts."""
    end = start + dt.timedelta(minutes=question.minutes)
    begin, day = at_home(start), at_home(start).date()
    minute = begin.hour * 60 + begin.minute
    during = cast(Range(start, end), TSTZRANGE)
    on_shift = exists().where(
        Availability.mediator_id == Mediator.id,
        Availability.weekday == day.weekday(),
        Availability.from_minute <= minute,
        Availability.to_minute >= minute + question.minutes,
        func.coalesce(Availability.valid_from, day) <= day,
        func.coalesce(Availability.valid_until, day) >= day,
    )
    away = exists().where(Absence.mediator_id == Mediator.id, Absence.during.op("&&")(during))
    busy = exists().where(Commitment.mediator_id == Mediator.id, Commitment.during.op("&&")(during))
    taken = exists().where(
        Assignment.mediator_id == Mediator.id,
        Assignment.status.in_(COUNTED_ASSIGNMENT),
        Assignment.during.op("&&")(during),
    )
    return session.scalar(_count(_suitable(question).where(on_shift, ~away, ~busy, ~taken))) or 0


def _suitable(question: Question) -> Select[int]:
    return (
        select(Mediator.id)
        .join(MediatorLanguage)
        .where(
            Mediator.active,
            Mediator.modes.contains([question.mode]),
            MediatorLanguage.language_code == question.language,
            MediatorLanguage.level >= question.level,
        )
    )


def _count(query: Select[int]) -> Select[int]:
    return select(func.count()).select_from(query.subquery())


def _question(reader: Reader, body: dict[str, Any]) -> Question | None:
    """The question in a body that may still be wrong anywhere; what cannot be read is not asked yet."""
    try:
        first, entry = body["languages"][0], body["when"][0]
        language = find_language(str(first["code"]))
        day = read_day("", str(entry["day"]), reader.now, reader.policy.furthest_days)
        start = instant("", day, read_time("", str(entry["from"])))
        minutes, level = int(body.get("duration", 60)), int(first.get("level", 1))
        mode = Mode(body.get("mode", Mode.ONSITE))
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, Refused):
        return None
    if language is None or not 0 < minutes <= reader.policy.longest or level not in LEVELS:
        return None
    return Question(language.code, level, mode, start, minutes)


def _alternatives(reader: Reader, question: Question, free: int) -> Iterator[str]:
    """The nearest time at which more are free, and how many could do it by phone."""
    for minutes in SHIFTS_TRIED:
        start = question.start + dt.timedelta(minutes=minutes)
        if start > reader.now and (more := free_at(reader.session, question, start)) > free:
            yield ngettext("at %(time)s there would be one", "at %(time)s there would be %(num)d", more) % {
                "time": clock_time(start),
                "num": more,
            }
            break
    if question.mode != "phone":
        by_phone = Question(question.language, question.level, "phone", question.start, question.minutes)
        if (count := free_at(reader.session, by_phone, question.start)) > free:
            yield _("by phone %(num)d") % {"num": count}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""One line of the board as the pages draw it: a visit of somebody's, or a slot that still has nobody."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

from config.territory import load_specialisations
from dispatch.planning.board import OPEN, Line
from dispatch.planning.words import why_nobody
from dispatch.records.statuses import AssignmentStatus, SlotStatus
from dispatch.web.i18n import current_locale, gettext
from dispatch.web.views.agenda import Visit
from dispatch.web.views.planning import Unassigned

URGENCY = {"urgent": 0, "important": 1}


def pending(lines: Iterable[Line], names: Mapping[str, str], now: dt.datetime) -> tuple[Unassigned, ...]:
    """What can still get somebody: the urgent first, then by when it begins."""
    left = [line for line in lines if _has_nobody(line) and line.appointment.last_start > now]
    left.sort(key=lambda line: (URGENCY.get(line.request.priority, len(URGENCY)), line.start))
    return tuple(unassigned(line, names, now) for line in left)


def passed(lines: Iterable[Line], names: Mapping[str, str], now: dt.datetime) -> tuple[Unassigned, ...]:
    """What nobody came to."""
    return tuple(
        unassigned(line, names, now) for line in lines if _has_nobody(line) and line.appointment.last_start <= now
    )


def standing(lines: Iterable[Line]) -> dict[str, int]:
    """How many of the lines are confirmed, wait for an answer, or stand in the draft alone."""
    found = Counter(
        "draft" if line.assignment is not None and line.slot.status in OPEN else line.slot.status for line in lines
    )
    return {"booked": found[SlotStatus.BOOKED], "waiting": found[SlotStatus.OFFERED], "draft": found["draft"]}


def _has_nobody(line: Line) -> bool:
    return line.slot.status in OPEN and line.assignment is None


def visit_of(line: Line, names: Mapping[str, str], now: dt.datetime) -> Visit:
    assert line.assignment is not None
    return Visit(
        code=line.request.code,
        start=line.start,
        end=line.end,
        desk=line.desk.name,
        status=AssignmentStatus(line.assignment.status),
        href=f"/requests/{line.request.code}",
        language=spoken_words(line, names),
        project=line.appointment.project_code or "",
        mode=line.appointment.mode,
        is_presence=line.request.presence_id is not None,
        key=f"slot-{line.slot.id}",
        choose=mediators_of(line) if line.start > now else "",
        town=line.town if line.appointment.mode == "onsite" else "",
    )


def unassigned(line: Line, names: Mapping[str, str], now: dt.datetime | None = None) -> Unassigned:
    """A card for a slot without a person, at the first of its allowed times; of those after ``now`` if there are any."""
    start = line.start
    if now is not None and start <= now < line.appointment.last_start:
        firsts = (dt.datetime.fromisoformat(first) for first, _last in line.appointment.windows)
        start = min((first for first in firsts if first > now), default=line.appointment.last_start)
    return Unassigned(
        code=line.request.code,
        href=f"/requests/{line.request.code}",
        language=spoken_words(line, names),
        desk=line.desk.name,
        start=start,
        end=start + dt.timedelta(minutes=line.appointment.duration),
        status=line.slot.status,
        urgent=line.request.priority == "urgent",
        asks=tuple(asks(line)),
        reasons=why_nobody(line.slot.reasons),
        key=f"slot-{line.slot.id}",
        find="" if now is None or line.appointment.last_start <= now else mediators_of(line),
    )


def mediators_of(line: Line) -> str:
    """The page on which somebody is found for the slot."""
    address = f"/requests/{line.request.code}/appointments/{line.appointment.number}/mediators"
    return address if line.slot.number == 1 else f"{address}?slot={line.slot.number}"


def asks(line: Line) -> list[str]:
    """What makes the slot hard, in a few words."""
    needs = line.slot.needs
    said = []
    if line.request.presence_id is not None:
        said.append(gettext("presence"))
    if needs.get("gender") == "f":
        said.append(gettext("a woman"))
    if needs.get("gender") == "m":
        said.append(gettext("a man"))
    if needs.get("skills"):
        said.append(gettext("skills: %(skills)s") % {"skills": ", ".join(skill_words(needs["skills"]))})
    if line.appointment.mode == "phone":
        said.append(gettext("by phone"))
    if line.appointment.mode == "video":
        said.append(gettext("by video"))
    return said


def skill_words(codes: Iterable[str]) -> list[str]:
    """The skills' names in the page's language; a code that is not in the list is shown as it is."""
    names = {one.code: one.name_it if current_locale() == "it" else one.name_en for one in load_specialisations()}
    return [names.get(code, code).lower() for code in codes]


def spoken_words(line: Line, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in line.languages)

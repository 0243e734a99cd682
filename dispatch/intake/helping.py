# SPDX-License-Identifier: AGPL-3.0-or-later
"""What would help a request that finds few: another hour, another day, another way to meet, one requirement less.

Each is said with how many could come then, and with what it sets in the form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from dispatch.appointments.feasibility import Room
from dispatch.intake.schemas import RequestIn
from dispatch.kit.clock import at_home
from dispatch.web import moments
from dispatch.web.i18n import gettext as _
from dispatch.web.i18n import ngettext
from dispatch.web.views.intake import Way

OTHER_DAYS = 2
Setting = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Change:
    """The same request with one answer changed; ``lasts``: worth saying also where somebody is free anyway."""

    name: str
    body: RequestIn
    sets: Setting
    lasts: bool = False


def changes_of(body: RequestIn) -> list[Change]:
    """What the desk could answer otherwise: how they meet, and every requirement that could be a wish."""
    return [*_modes(body), *_wishes(body)]


def way_of(change: Change, count: int) -> Way:
    """The change in words, with how many it would bring."""
    words = {
        "phone": _("by phone %(num)d"),
        "video": _("by video %(num)d"),
        "gender": _("if a woman or a man is only preferred %(num)d"),
        "same_mediator": _("with another mediator too %(num)d"),
        "skills": _("if the specialisation is only preferred %(num)d"),
        "any_language": _("with one of the two languages %(num)d"),
    }
    return Way(words[change.name] % {"num": count}, change.sets, lasts=change.lasts)


def times_of(start: dt.datetime, room: Room) -> Iterator[Way]:
    """The nearest better start of that day and, where a farther one is better still, that one; else other days."""
    free, day = room.at(start), at_home(start).date()
    better = {when: count for when, count in room.free.items() if at_home(when).date() == day and count > free}
    if better:
        yield from _hours(start, better)
    elif not free:
        yield from _days(start, room)


def _hours(start: dt.datetime, better: dict[dt.datetime, int]) -> Iterator[Way]:
    nearest = min(better, key=lambda when: (abs(when - start), when))
    best = min(better, key=lambda when: (-better[when], abs(when - start), when))
    for when in dict.fromkeys((nearest, best)):
        if when == nearest or better[when] > better[nearest]:
            count = better[when]
            words = ngettext("at %(time)s there would be one", "at %(time)s there would be %(num)d", count)
            said = words % {"time": moments.clock_time(when), "num": count}
            yield Way(said, (("when-0-from", moments.clock_input(when)),), lasts=True)


def _days(start: dt.datetime, room: Room) -> Iterator[Way]:
    """On the nearest other days of that week, the start nearest to the same hour."""
    wall = at_home(start)
    by_day: dict[dt.date, dt.datetime] = {}
    for when in sorted(room.free, key=lambda when: abs(_minute(when) - _minute(start))):
        by_day.setdefault(at_home(when).date(), when)
    for day in sorted(by_day, key=lambda day: (abs((day - wall.date()).days), day))[:OTHER_DAYS]:
        when, count = by_day[day], room.at(by_day[day])
        words = ngettext("%(moment)s there would be one", "%(moment)s there would be %(num)d", count)
        sets = (("when-0-day", day.isoformat()), ("when-0-from", moments.clock_input(when)))
        yield Way(words % {"moment": moments.moment(when), "num": count}, sets, lasts=True)


def _modes(body: RequestIn) -> Iterator[Change]:
    for mode in ("phone", "video"):
        if mode != body.mode:
            there = body.model_copy(update={"mode": mode, "place": None})
            yield Change(mode, there, (("mode", mode),), lasts=body.mode == "onsite")


def _wishes(body: RequestIn) -> Iterator[Change]:
    if body.gender and body.gender.must:
        wish = body.gender.model_copy(update={"must": False})
        yield Change("gender", body.model_copy(update={"gender": wish}), (("gender-must", "false"),))
    if body.same_mediator and body.same_mediator.must:
        anybody = body.same_mediator.model_copy(update={"must": False})
        yield Change(
            "same_mediator", body.model_copy(update={"same_mediator": anybody}), (("same_mediator-must", "false"),)
        )
    if any(skill.must for skill in body.skills):
        skills = [skill.model_copy(update={"must": False}) for skill in body.skills]
        yield Change("skills", body.model_copy(update={"skills": skills}), (("skills-0-must", "false"),))
    if len(body.languages) > 1 and not body.any_language:
        yield Change("any_language", body.model_copy(update={"any_language": True}), (("any_language", "true"),))


def _minute(when: dt.datetime) -> int:
    wall = at_home(when)
    return wall.hour * 60 + wall.minute

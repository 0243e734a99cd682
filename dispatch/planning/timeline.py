# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's day as lanes: each mediator's visits, roads, courses and free hours under the hours of the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from dispatch.kit.clock import from_wall, monday_of, wall_minute
from dispatch.kit.policy import policy_in_force
from dispatch.planning.agenda import feasts_of, idle, share_of, spoken_by, with_visits
from dispatch.planning.agenda_head import DAY, agenda_head
from dispatch.planning.board import Line, Sieve, language_names, local_day, minutes_used, roster_of, week_lines
from dispatch.planning.cards import passed, pending, standing, visit_of
from dispatch.planning.lanes import HOUR, STEP, Block, axis, lines_of_lane
from dispatch.planning.words import hours
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Mode
from dispatch.records.territory import Place
from dispatch.roster.spans import Span, on_the_wall
from dispatch.roster.week import Known, Week, days_off, planner_policy, read_known, shifts_of
from dispatch.web.i18n import gettext
from dispatch.web.moments import long_date, span, weekday
from dispatch.web.views.agenda import DayPage, Idle, Lane
from solver import problem as planner
from solver.travel import Roads


def day_page(session: Session, day: dt.date, now: dt.datetime, sieve: Sieve, territory: str) -> DayPage:
    """Everything the agenda shows of one day."""
    lines = week_lines(session, Week(day, 1), sieve)
    names, roster, on_the_day = language_names(session), roster_of(session, sieve), with_visits(lines)
    spoken, used = spoken_by(session, names), minutes_used(session, Week(monday_of(day), 7))
    known = Day.read(session, day, roster)
    blocks = {one.id: known.blocks(one, lines, names, now) for one in on_the_day}
    shown = axis((block.start, block.end) for hers in blocks.values() for block in hers)
    return DayPage(
        title=f"{weekday(day.weekday()).capitalize()} {long_date(day)}",
        head=agenda_head(session, DAY, day, local_day(now), sieve, names),
        hours=tuple(f"{minute // HOUR}:00" for minute in range(*shown, HOUR)),
        steps=HOUR // STEP,
        lanes=tuple(
            Lane(
                mediator=one.name,
                languages=spoken.get(one.id, ""),
                used_hours=hours(used.get(one.id, 0)),
                limit_hours="" if one.max_week is None else hours(one.max_week),
                lines=lines_of_lane(blocks[one.id], known.shifts.get(one.id, ()), shown),
                href=f"/roster/{one.code}",
                key=one.code,
                share=share_of(one, used),
            )
            for one in on_the_day
        ),
        unassigned=pending(lines, names, now),
        missed=passed(lines, names, now),
        idle=known.free(roster, idle(roster, blocks, spoken, sieve)),
        holiday=feasts_of(territory, {day.year}).get(day, ""),
        **standing(lines),
    )


@dataclass(frozen=True)
class Day:
    """What is known of everybody's day: shifts, courses, and how long the roads take."""

    date: dt.date
    known: Known
    shifts: Mapping[int, Sequence[Span]]
    policy: planner.Policy

    @classmethod
    def read(cls, session: Session, date: dt.date, people: Sequence[Mediator]) -> Day:
        day, policy = Week(date, 1), policy_in_force(session)
        known = read_known(session, day, people)
        off = days_off(day, policy.offers, policy.planning)
        shifts = {one.id: shifts_of(one.id, day, known, off) for one in people}
        return cls(date, known, shifts, planner_policy(policy.planning))

    def blocks(self, one: Mediator, lines: Iterable[Line], names: Mapping[str, str], now: dt.datetime) -> list[Block]:
        """Her visits and courses of the day in order, each with the road from where she was before."""
        found: list[tuple[Block, Place | None]] = []
        for line in lines:
            if line.mediator is not None and line.mediator.id == one.id:
                begins = wall_minute(line.start, self.date)
                at = line.place if line.appointment.mode == Mode.ONSITE else None
                visit = visit_of(line, names, now)
                found.append((Block(begins, begins + line.appointment.duration, visit), at))
        for course, place in self.known.commitments.get(one.id, []):
            if stretch := on_the_wall(course.during, self.date, 1):
                found.append((Block(*stretch, text=course.title or gettext("course")), place))
        return list(self._with_roads(one, sorted(found, key=lambda pair: (pair[0].start, pair[0].end))))

    def _with_roads(self, one: Mediator, found: Sequence[tuple[Block, Place | None]]) -> Iterable[Block]:
        met = {place.code: place for _block, place in found if place is not None}
        places = tuple(planner.Place(id=p.code, lat=p.lat, lon=p.lon, ambito=p.ambito_code) for p in met.values())
        roads = Roads(places, None, self.policy)
        minutes, number = roads.rows(one.travel_factor), roads.place_index
        before: Place | None = None
        for block, place in found:
            if before is not None and place is not None:
                block = replace(block, road=minutes[number[before.code]][number[place.code]])
            yield block
            before = place or before

    def shift_words(self, mediator: int) -> str:
        """When she works that day: "8:00–13:00, 14:00–18:00"."""
        return ", ".join(
            span(from_wall(self.date, low), from_wall(self.date, high)) for low, high in self.shifts[mediator]
        )

    def free(self, roster: Iterable[Mediator], idle: Iterable[Idle]) -> tuple[Idle, ...]:
        """Those without a visit who have a shift, with its hours."""
        at_work = {f"/roster/{one.code}": self.shift_words(one.id) for one in roster}
        return tuple(replace(one, note=at_work[one.href]) for one in idle if at_work.get(one.href))

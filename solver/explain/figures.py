# SPDX-License-Identifier: AGPL-3.0-or-later
"""The figures behind a refusal: 38 minutes where 30 are allowed, 810 minutes of 720, the visit that is in the way."""

from __future__ import annotations

from collections.abc import Callable

from solver.explain.answer import Figures
from solver.explain.calendar import Calendar, Line
from solver.explain.refusals import collisions, short_purses, week_work
from solver.goals.travel import measure
from solver.index import Post, day_of, week_of
from solver.problem import Mediator, Span
from solver.visits import BUSY, REMOTE, Visit


def figures_of(calendar: Calendar, rule: str, line: Line) -> Figures:
    """The figures of any rule that forbids this line."""
    if rule in TIMED_FIGURES:
        return timed_figures(calendar, rule, line)
    return personal_figures(calendar, rule, line.post, line.mediator)


def personal_figures(calendar: Calendar, rule: str, post: Post, number: int) -> Figures:
    """The figures of a rule that bars her from a slot at any time; empty where the name of the rule says it all."""
    figures = PERSONAL_FIGURES.get(rule)
    return {} if figures is None else figures(calendar, post, calendar.index.mediators[number])


def _language(_: Calendar, post: Post, mediator: Mediator) -> Figures:
    short = {name: level for name, level in post.slot.languages.items() if mediator.languages.get(name, 0) < level}
    name = min(short, key=lambda language: mediator.languages.get(language, 0) - short[language])
    return {"language": name, "level": mediator.languages.get(name, 0), "needed": short[name]}


def _distance(calendar: Calendar, post: Post, mediator: Mediator) -> Figures:
    minutes = calendar.index.roads.leg(mediator, None, post.appointment.place)
    return {"minutes": minutes, "limit": mediator.max_travel}


def _skills(_: Calendar, post: Post, mediator: Mediator) -> Figures:
    return {"missing": ", ".join(skill for skill in post.slot.skills if skill not in mediator.skills)}


def _ambito(calendar: Calendar, post: Post, _: Mediator) -> Figures:
    place = post.appointment.place
    return {"ambito": None if place is None else calendar.index.places[place].ambito}


PERSONAL_FIGURES: dict[str, Callable[[Calendar, Post, Mediator], Figures]] = {
    "language": _language,
    "kind": lambda _, post, __: {"kind": post.appointment.kind},
    "mode": lambda _, post, __: {"mode": post.appointment.mode},
    "skills": _skills,
    "gender": lambda _, post, mediator: {"is": mediator.gender, "needed": post.slot.gender},
    "ambito": _ambito,
    "distance": _distance,
}


def timed_figures(calendar: Calendar, rule: str, line: Line) -> Figures:
    """The figures of a rule that forbids this line in the plan as it stands."""
    return TIMED_FIGURES[rule](calendar, line)


def _shift(calendar: Calendar, line: Line) -> Figures:
    found = extension(calendar, line)
    return {"minutes": None if found is None else found[1]}


def _one_place(calendar: Calendar, line: Line) -> Figures:
    met = collisions(calendar, line)
    if not met:
        return {"visit": "driving"}
    first = met[0]
    slot = None if first.post == BUSY else calendar.index.posts[first.post].slot.id
    return {"visit": slot, "start": first.start, "end": first.end, "visits": len(met)}


def _max_day(calendar: Calendar, line: Line) -> Figures:
    person = calendar.person(line.mediator)
    return {
        "minutes": measure(person, calendar.day_with(line, calendar.visit(line))).work,
        "limit": person.day_limit(line.day[1]),
    }


def _max_week(calendar: Calendar, line: Line) -> Figures:
    person = calendar.person(line.mediator)
    work = measure(person, calendar.day_with(line, calendar.visit(line))).work
    return {"minutes": week_work(calendar, line, work), "limit": person.week_limit(week_of(line.start))}


def _budget(calendar: Calendar, line: Line) -> Figures:
    short = short_purses(calendar, line.post)
    project, ambito = max(short, key=lambda purse: short[purse])
    return {"project": project, "ambito": ambito, "left": calendar.left[project, ambito], "needed": line.post.duration}


def _together(calendar: Calendar, line: Line) -> Figures:
    slot, number, start = next(
        (slot, number, start)
        for slot, number, start in calendar.partners(line.post)
        if start != line.start or number == line.mediator
    )
    return {"slot": slot, "mediator": calendar.index.mediators[number].id, "start": start}


TIMED_FIGURES: dict[str, Callable[[Calendar, Line], Figures]] = {
    "shift": _shift,
    "one_place": _one_place,
    "max_day": _max_day,
    "max_week": _max_week,
    "budget": _budget,
    "together": _together,
}


def excess(figures: Figures) -> int:
    """By how many minutes a limit would be passed; 0 where the figures know no limit."""
    minutes, limit = figures.get("minutes"), figures.get("limit", 0)
    return minutes - limit if isinstance(minutes, int) and isinstance(limit, int) else 0


def extension(calendar: Calendar, line: Line) -> tuple[tuple[Span, ...], int] | None:
    """Her shifts with one of them begun earlier or ended later so that the line fits, and the minutes added.

    The smallest such change of a shift on the day of the visit; null where there is none that would do. Shifts that
    come to touch are joined.
    """
    person, visit, day = calendar.person(line.mediator), calendar.visit(line), day_of(line.start)
    needed = _needed_span(calendar, line, visit)
    shifts = person.mediator.shifts
    best: tuple[tuple[Span, ...], int] | None = None
    for number, (low, high) in enumerate(shifts):
        away = day not in (day_of(low), day_of(high - 1))
        if away or (needed[0] < low and needed[1] > high):
            continue
        longer = _joined([*shifts[:number], (min(low, needed[0]), max(high, needed[1])), *shifts[number + 1 :]])
        added = sum(end - start for start, end in longer) - sum(end - start for start, end in shifts)
        if best is None or added < best[1]:
            best = longer, added
    return best if best is None or needed[0] >= 0 else None


def _needed_span(calendar: Calendar, line: Line, visit: Visit) -> Span:
    """From when to when a shift must last: the visit, and with ``shift_covers_travel`` the way from and to home."""
    person = calendar.person(line.mediator)
    if not person.covers or visit.place == REMOTE:
        return visit.start, visit.end
    stops = [stop for stop in calendar.day_with(line, calendar.visit(line)) if stop.place != REMOTE]
    come = person.from_home[visit.place] if visit == stops[0] else 0
    go = person.rows[visit.place][person.home] if visit == stops[-1] else 0
    return visit.start - come, visit.end + go


def _joined(shifts: list[Span]) -> tuple[Span, ...]:
    """The same minutes as sorted shifts that neither overlap nor touch."""
    whole: list[Span] = []
    for low, high in sorted(shifts):
        if whole and low <= whole[-1][1]:
            whole[-1] = whole[-1][0], max(high, whole[-1][1])
        else:
            whole.append((low, high))
    return tuple(whole)

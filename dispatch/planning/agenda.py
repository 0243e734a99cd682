# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's week as a table: mediators by days, and on the left what nobody has yet."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.territory import load_territory
from dispatch.planning.agenda_head import DAY, WEEK, agenda_head, turned
from dispatch.planning.board import Line, Sieve, language_names, local_day, minutes_used, roster_of, week_lines
from dispatch.planning.cards import passed, pending, standing, visit_of
from dispatch.planning.days import week_title
from dispatch.planning.words import hours
from dispatch.records.roster import Mediator, MediatorLanguage
from dispatch.roster.week import Week
from dispatch.web.i18n import current_locale
from dispatch.web.views.agenda import AgendaDay, AgendaPage, AgendaRow, Idle, Visit

FEASTS_IN = {"it": "it_IT", "en": "en_US"}


def agenda_page(session: Session, monday: dt.date, now: dt.datetime, sieve: Sieve, territory: str) -> AgendaPage:
    """Everything the agenda shows of the week that begins on ``monday``."""
    week, today = Week(monday, 7), local_day(now)
    lines = week_lines(session, week, sieve)
    names = language_names(session)
    days = agenda_days(monday, today, lines, territory)
    # Her hours are those of the whole week, whatever the filters or a coordinator's ambiti leave out.
    used, spoken = minutes_used(session, week), spoken_by(session, names)
    hers: dict[int, dict[dt.date, list[Visit]]] = defaultdict(lambda: defaultdict(list))
    for line in sorted(lines, key=lambda line: line.start):
        if line.mediator is not None:
            hers[line.mediator.id][local_day(line.start)].append(visit_of(line, names, now))
    return AgendaPage(
        title=week_title(monday, days[-1].date),
        head=agenda_head(session, WEEK, monday, today, sieve, names),
        days=days,
        rows=tuple(
            _row(one, [hers[one.id][day.date] for day in days], spoken.get(one.id, ""), used)
            for one in with_visits(lines)
        ),
        idle=idle(roster_of(session, sieve), hers, spoken, sieve),
        unassigned=pending(lines, names, now),
        missed=passed(lines, names, now),
        **standing(lines),
    )


def agenda_days(monday: dt.date, today: dt.date, lines: list[Line], territory: str) -> tuple[AgendaDay, ...]:
    """Monday to Friday, and the weekend when something happens there."""
    feasts = feasts_of(territory, {monday.year, (monday + dt.timedelta(days=6)).year})
    used = {local_day(line.start) for line in lines}
    all_days = [monday + dt.timedelta(days=offset) for offset in range(7)]
    last = max([4, *(day.weekday() for day in used)])
    return tuple(
        AgendaDay(day, day == today, feasts.get(day, ""), turned(DAY, day, ())) for day in all_days[: last + 1]
    )


def feasts_of(territory: str, years: Iterable[int]) -> Mapping[dt.date, str]:
    """The holidays of the territory's province by their names in the page's language."""
    # The calendar knows its languages by country: asked for plain "it" it would answer in English.
    language = FEASTS_IN.get(current_locale(), FEASTS_IN["it"])
    province = load_territory(territory).pack.province
    return holidays.country_holidays("IT", subdiv=province, years=years, language=language)


def with_visits(lines: Iterable[Line]) -> list[Mediator]:
    """Those who have a visit among the lines, by name; also who has left the roster meanwhile."""
    hers = {line.mediator.id: line.mediator for line in lines if line.mediator is not None}
    return sorted(hers.values(), key=lambda one: (one.name, one.id))


def idle(
    everybody: Sequence[Mediator], busy: Iterable[int], spoken: Mapping[int, str], sieve: Sieve
) -> tuple[Idle, ...]:
    """Who has nothing in what is shown: not where a filter looks at visits alone, by name where one is searched."""
    if sieve.status or sieve.ambito or sieve.ambiti is not None:
        return ()
    taken, text = set(busy), sieve.text.lower()
    return tuple(
        Idle(one.name, spoken.get(one.id, ""), f"/roster/{one.code}")
        for one in everybody
        if one.id not in taken and text in one.name.lower()
    )


def spoken_by(session: Session, names: Mapping[str, str]) -> dict[int, str]:
    """Each mediator's languages, the best first."""
    spoken: dict[int, list[str]] = defaultdict(list)
    query = select(MediatorLanguage.mediator_id, MediatorLanguage.language_code)
    for mediator, code in session.execute(
        query.order_by(MediatorLanguage.level.desc(), MediatorLanguage.language_code)
    ):
        spoken[mediator].append(names.get(code, code))
    return {mediator: ", ".join(languages) for mediator, languages in spoken.items()}


def share_of(mediator: Mediator, used: Mapping[int, int]) -> int:
    """How much of her limit is used, in per cent; nothing where she has none."""
    return round(100 * used.get(mediator.id, 0) / mediator.max_week) if mediator.max_week else 0


def _row(mediator: Mediator, cells: Iterable[list[Visit]], spoken: str, used: Mapping[int, int]) -> AgendaRow:
    return AgendaRow(
        mediator=mediator.name,
        languages=spoken,
        used_hours=hours(used.get(mediator.id, 0)),
        limit_hours="" if mediator.max_week is None else hours(mediator.max_week),
        cells=tuple(map(tuple, cells)),
        share=share_of(mediator, used),
        href=f"/roster/{mediator.code}",
        key=mediator.code,
    )

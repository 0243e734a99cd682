# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's week as a table: mediators by days, and on the left what nobody has yet."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.territory import load_specialisations, load_territory
from dispatch.planning.board import Line, Sieve, language_names, local_day, roster_of, week_lines
from dispatch.planning.queries import drafts_ready, latest_runs
from dispatch.planning.words import hours, why_nobody
from dispatch.records.roster import Mediator, MediatorLanguage
from dispatch.records.statuses import AssignmentStatus, PlanningRunStatus, SlotStatus
from dispatch.records.territory import Ambito
from dispatch.roster.week import Week
from dispatch.web.i18n import current_locale, gettext
from dispatch.web.moments import long_date
from dispatch.web.status_words import WORDS
from dispatch.web.views.page import Choice, Filter, Filters
from dispatch.web.views.planning import AgendaDay, AgendaPage, AgendaRow, DraftReady, RunHint, Unassigned, Visit

WITHOUT = (SlotStatus.OPEN, SlotStatus.UNFILLED)
FEASTS_IN = {"it": "it_IT", "en": "en_US"}
TO_LOOK_AT = (PlanningRunStatus.ASKED, PlanningRunStatus.RUNNING, PlanningRunStatus.DRAFT)


def agenda_page(session: Session, monday: dt.date, now: dt.datetime, sieve: Sieve, territory: str) -> AgendaPage:
    """Everything the agenda shows of the week that begins on ``monday``."""
    week, today = Week(monday, 7), local_day(now)
    lines = week_lines(session, week, sieve)
    names = language_names(session)
    days = agenda_days(monday, today, lines, territory)
    # Her hours are those of the whole week, whatever the filters or a coordinator's ambiti leave out.
    everything = lines if sieve == Sieve() else week_lines(session, week, Sieve())
    rows = mediator_rows(session, [day.date for day in days], lines, names, sieve, used_minutes(everything))
    without = [line for line in lines if line.slot.status in WITHOUT and line.assignment is None]
    return AgendaPage(
        title=week_title(monday),
        week=week_name(monday),
        previous=f"/agenda?week={week_name(monday - dt.timedelta(days=7))}",
        following=f"/agenda?week={week_name(monday + dt.timedelta(days=7))}",
        current="/agenda",
        days=days,
        rows=rows,
        unassigned=tuple(unassigned(line, names, now) for line in without if line.appointment.last_start > now),
        missed=tuple(unassigned(line, names, now) for line in without if line.appointment.last_start <= now),
        filters=agenda_filters(session, monday, sieve, names),
        booked=sum(line.slot.status == SlotStatus.BOOKED for line in lines),
        waiting=sum(line.slot.status == SlotStatus.OFFERED for line in lines),
        run=run_hint(session, monday),
        can_plan=monday + dt.timedelta(days=7) > today,
        ready=ready_drafts(session, today),
    )


def week_name(monday: dt.date) -> str:
    """The ISO name of a week: "2026-W48"."""
    year, number, _ = monday.isocalendar()
    return f"{year}-W{number:02d}"


def week_title(monday: dt.date) -> str:
    """The week in words: "Settimana dal 23 novembre 2026"."""
    return gettext("Week of %(day)s") % {"day": long_date(monday)}


def agenda_days(monday: dt.date, today: dt.date, lines: list[Line], territory: str) -> tuple[AgendaDay, ...]:
    """Monday to Friday, and the weekend when something happens there."""
    province, years = load_territory(territory).pack.province, {monday.year, monday.year + 1}
    # The calendar knows its languages by country: asked for plain "it" it would answer in English.
    language = FEASTS_IN.get(current_locale(), FEASTS_IN["it"])
    feasts = holidays.country_holidays("IT", subdiv=province, years=years, language=language)
    used = {local_day(line.start) for line in lines}
    all_days = [monday + dt.timedelta(days=offset) for offset in range(7)]
    shown = [day for day in all_days if day.weekday() < 5 or day in used]
    return tuple(AgendaDay(day, day == today, feasts.get(day, "")) for day in shown)


def mediator_rows(
    session: Session,
    days: list[dt.date],
    lines: list[Line],
    names: dict[str, str],
    sieve: Sieve,
    used: Counter[int],
) -> tuple[AgendaRow, ...]:
    """Those with visits first come by name; who has none is listed only when nothing is filtered by text or status."""
    hers: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.mediator is not None:
            hers[line.mediator.id].append(line)
    spoken = _spoken(session, names)
    everybody = roster_of(session, sieve)
    narrowed = bool(sieve.text or sieve.status or sieve.ambito or sieve.ambiti is not None)
    shown = [mediator for mediator in everybody if mediator.id in hers or not narrowed]
    shown.sort(key=lambda mediator: (mediator.id not in hers, mediator.name))
    return tuple(
        _row(mediator, days, hers[mediator.id], spoken.get(mediator.id, ""), names, used[mediator.id])
        for mediator in shown
    )


def used_minutes(lines: Iterable[Line]) -> Counter[int]:
    """Minutes of visits by mediator."""
    used: Counter[int] = Counter()
    for line in lines:
        if line.mediator is not None:
            used[line.mediator.id] += line.appointment.duration
    return used


def _spoken(session: Session, names: dict[str, str]) -> dict[int, str]:
    spoken: dict[int, list[str]] = defaultdict(list)
    query = select(MediatorLanguage).order_by(MediatorLanguage.level.desc(), MediatorLanguage.language_code)
    for row in session.scalars(query):
        spoken[row.mediator_id].append(names.get(row.language_code, row.language_code))
    return {mediator: ", ".join(languages) for mediator, languages in spoken.items()}


def _row(
    mediator: Mediator, days: list[dt.date], lines: list[Line], spoken: str, names: dict[str, str], used: int
) -> AgendaRow:
    by_day: dict[dt.date, list[Line]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: line.start):
        by_day[local_day(line.start)].append(line)
    limit = mediator.max_week
    return AgendaRow(
        mediator=mediator.name,
        languages=spoken,
        used_hours=hours(used),
        limit_hours="" if limit is None else hours(limit),
        cells=tuple(tuple(_visit(line, names) for line in by_day[day]) for day in days),
        share=round(100 * used / limit) if limit else 0,
    )


def _visit(line: Line, names: dict[str, str]) -> Visit:
    assert line.assignment is not None
    return Visit(
        code=line.request.code,
        start=line.start,
        end=line.end,
        desk=line.desk.name,
        status=AssignmentStatus(line.assignment.status),
        href=f"/requests/{line.request.code}",
        language=_languages(line, names),
        project=line.appointment.project_code or "",
        mode=line.appointment.mode,
        is_presence=line.request.presence_id is not None,
    )


def unassigned(line: Line, names: dict[str, str], now: dt.datetime | None = None) -> Unassigned:
    """A card for a slot without a person, at the first of its allowed times; of those after ``now`` if there are any."""
    start = line.start
    if now is not None and start <= now < line.appointment.last_start:
        firsts = (dt.datetime.fromisoformat(first) for first, _last in line.appointment.windows)
        start = min((first for first in firsts if first > now), default=line.appointment.last_start)
    return Unassigned(
        code=line.request.code,
        href=f"/requests/{line.request.code}",
        language=_languages(line, names),
        desk=line.desk.name,
        start=start,
        end=start + dt.timedelta(minutes=line.appointment.duration),
        status=line.slot.status,
        urgent=line.request.priority == "urgent",
        asks=tuple(asks(line)),
        reasons=why_nobody(line.slot.reasons),
        find="" if now is not None and start <= now else mediators_of(line),
    )


def mediators_of(line: Line) -> str:
    """The page on which somebody is found for the slot."""
    date = f"/requests/{line.request.code}/appointments/{line.appointment.number}"
    return f"{date}/mediators?slot={line.slot.number}"


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


def _languages(line: Line, names: dict[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in line.languages)


def agenda_filters(session: Session, monday: dt.date, sieve: Sieve, names: dict[str, str]) -> Filters:
    ambiti = session.scalars(select(Ambito).order_by(Ambito.name)).all()
    mine = [ambito for ambito in ambiti if sieve.ambiti is None or ambito.code in sieve.ambiti]
    spoken = session.scalars(select(MediatorLanguage.language_code).distinct()).all()
    by_name = sorted((names.get(code, code), code) for code in spoken)
    statuses = [status.value for status in SlotStatus if status != SlotStatus.CANCELLED]
    return Filters(
        action="/agenda",
        keep=(("week", week_name(monday)),),
        items=(
            Filter("ambito", gettext("Ambito"), sieve.ambito, tuple(Choice(a.code, a.name) for a in mine)),
            Filter(
                "language", gettext("Language"), sieve.language, tuple(Choice(code, name) for name, code in by_name)
            ),
            Filter(
                "status",
                gettext("Status"),
                sieve.status,
                tuple(Choice(status, gettext(WORDS["slot"][status].label)) for status in statuses),
            ),
            Filter("q", gettext("Search"), sieve.text),
        ),
    )


def run_hint(session: Session, monday: dt.date) -> RunHint | None:
    for run in latest_runs(session, monday):
        if run.kind == "week" and run.status in TO_LOOK_AT:
            return RunHint(f"/planning/runs/{run.id}", run.status)
    return None


def ready_drafts(session: Session, today: dt.date) -> tuple[DraftReady, ...]:
    """What the evening of the policy left to look at, whichever week is shown: mostly another one."""
    return tuple(
        DraftReady(f"/planning/runs/{run.id}", run.week_start, run.week_start + dt.timedelta(days=run.days - 1))
        for run in drafts_ready(session, today)
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agenda of a day on paper: who goes where and when, in what language, and what has nobody; drafts stay off it.

Mediators stand by their short names and places by their comune: what hangs on a wall is read by whoever passes.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from urllib.parse import urlencode

import msgspec
from sqlalchemy.orm import Session

from dispatch.planning.agenda_head import DAY, ambito_filter, turned
from dispatch.planning.board import OPEN, Line, Sieve, language_names, local_day, week_lines
from dispatch.records.statuses import LIVE_ASSIGNMENT, AssignmentStatus
from dispatch.roster.week import Week
from dispatch.web.i18n import current_locale, gettext, speaking
from dispatch.web.views.agenda import SheetDay, SheetLine, SheetPage, Turn
from dispatch.web.views.page import Filters

STATUS = {AssignmentStatus.BOOKED: "booked", AssignmentStatus.DONE: "booked", AssignmentStatus.PUBLISHED: "offered"}
# How many names and visits an A4 sheet holds in two columns, three, four; more take five, in the smallest print.
COLUMNS = ((56, 2), (90, 3), (200, 4))
MOST_COLUMNS = 5
NOBODY = 0  # no mediator has this id


class Entry(msgspec.Struct, frozen=True):
    """A visit as it stands on paper, in every language of the pages; ``who`` tells two of one short name apart.

    Where nobody goes, ``mediator`` is empty and ``who`` 0.
    """

    start: dt.datetime
    end: dt.datetime
    who: int
    mediator: str
    where: str
    language: dict[str, str]
    status: str
    mode: str
    ambito: str


def entries(session: Session, first: dt.date, days: int, sieve: Sieve, locales: Iterable[str]) -> list[Entry]:
    """What stands on these days, by its start."""
    names = {}
    for locale in locales:
        with speaking(locale):
            names[locale] = language_names(session)
    lines = week_lines(session, Week(first, days), sieve)
    kept = [_entry(line, names) for line in lines if _is_for_paper(line)]
    return sorted(kept, key=lambda entry: (entry.start, entry.mediator))


def _is_for_paper(line: Line) -> bool:
    if line.assignment is None:
        return line.slot.status in OPEN
    return line.assignment.status in (*LIVE_ASSIGNMENT, AssignmentStatus.DONE) or line.slot.status in OPEN


def _entry(line: Line, names: dict[str, dict[str, str]]) -> Entry:
    status = STATUS.get(AssignmentStatus(line.assignment.status)) if line.assignment else None
    her = line.mediator if status else None
    where = f"{line.desk.name}, {line.town}" if line.town and line.town not in line.desk.name else line.desk.name
    return Entry(
        start=line.start,
        end=line.end,
        who=her.id if her else NOBODY,
        mediator=short_name(her.name) if her else "",
        where=where if line.appointment.mode == "onsite" else line.desk.name,
        language={
            locale: ", ".join(known.get(code, code) for code in line.languages) for locale, known in names.items()
        },
        status=status or line.slot.status,
        mode=line.appointment.mode,
        ambito=line.place.ambito_code if line.place else "",
    )


def short_name(name: str) -> str:
    """The first name and an initial: "Amina B."."""
    first, _, last = name.partition(" ")
    return f"{first} {last[0]}." if last else first


def sheet_of(day: dt.date, found: Iterable[Entry], ambiti: Collection[str] | None = None) -> SheetDay:
    """The sheet of one day, of these ambiti alone or of all."""
    hers: dict[tuple[str, int], list[SheetLine]] = defaultdict(list)
    for entry in found:
        if local_day(entry.start) == day and (ambiti is None or entry.ambito in ambiti):
            hers[entry.mediator, entry.who].append(_line(entry))
    nobody, total = hers.pop(("", NOBODY), []), sum(map(len, hers.values()))
    rows = total + len(hers) + len(nobody)
    columns = next((many for most, many in COLUMNS if rows <= most), MOST_COLUMNS)
    people = tuple((name, tuple(lines)) for (name, _who), lines in sorted(hers.items()))
    return SheetDay(day, people, tuple(nobody), columns, total + len(nobody))


def _line(entry: Entry) -> SheetLine:
    language = entry.language.get(current_locale()) or next(iter(entry.language.values()), "")
    return SheetLine(entry.start, entry.end, entry.where, language, entry.status, entry.mode)


def sheet_page(session: Session, day: dt.date, now: dt.datetime, sieve: Sieve) -> SheetPage:
    """The sheet of a day as it stands, with the way to the days beside it."""
    ambiti = ambito_filter(session, sieve)
    chosen = next((choice.label for choice in ambiti.choices if choice.value == sieve.ambito), "")
    return SheetPage(
        days=(sheet_of(day, entries(session, day, 1, sieve, (current_locale(),))),),
        made_at=now,
        ambito=chosen,
        back=turned(DAY, day, (("ambito", sieve.ambito),) if sieve.ambito else ()),
        turns=tuple(_ways(day, local_day(now), sieve)),
        filters=Filters("/agenda/sheet", (ambiti,), (("day", day.isoformat()),)) if ambiti.choices else None,
    )


def _ways(day: dt.date, today: dt.date, sieve: Sieve) -> Iterable[Turn]:
    for other, label in ((today, gettext("today")), (today + dt.timedelta(days=1), gettext("tomorrow"))):
        query = {"day": other.isoformat()} | ({"ambito": sieve.ambito} if sieve.ambito else {})
        yield Turn(label, f"/agenda/sheet?{urlencode(query)}", other == day)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The visits behind one row of the workload: each with what it counts for, so that every figure can be followed."""

from __future__ import annotations

import re
from dataclasses import replace

from dispatch.kit.spreadsheet import Cell, Column, Sheet
from dispatch.reporting.asked import PLURAL_OF, WORKLOAD, Asked
from dispatch.reporting.facts import Facts
from dispatch.reporting.load_page import bar_text, named
from dispatch.reporting.service import Behind
from dispatch.reporting.visits import Visit
from dispatch.reporting.words import hours, number, period_title
from dispatch.web.i18n import gettext as _
from dispatch.web.status_words import status_word
from dispatch.web.views.workload import BehindPage, VisitLine

EXACT = 2  # decimals: a quarter of an hour is 0,25, and the column adds up
READABLE = re.compile(r"R-[0-9]{1,18}")  # the codes whose page the requests have


def behind_page(asked: Asked, found: Behind) -> BehindPage:
    row, figures, offers = found.row, found.row.figures, found.row.offers
    said = [
        (_("Hours counted"), bar_text(row, asked.by)),
        (_("Offers received"), number(offers.received)),
        (_("Accepted, refused, without an answer"), f"{offers.accepted} · {offers.refused} · {offers.silent}"),
    ]
    here = replace(asked, path=f"{WORKLOAD}/{PLURAL_OF[asked.by]}/{row.key}")
    return BehindPage(
        title=named(row, asked.by),
        about=row.about,
        back=asked.href(),
        period=here.periods(),
        visits=tuple(line(visit, found.facts, asked) for visit in found.visits),
        totals=(
            hours(figures.planned, EXACT),
            hours(figures.booked, EXACT),
            hours(figures.worked, EXACT),
            number(figures.km),
        ),
        facts=tuple(said),
        is_hers=asked.by == "mediator",
        csv=here.href(file="csv"),
        xlsx=here.href(file="xlsx"),
    )


def line(visit: Visit, facts: Facts, asked: Asked) -> VisitLine:
    """A visit elsewhere keeps its hours and loses its name: a mediator's hours are whole, the desk is not ours to see."""
    seen, person = asked.sieve.shows(visit.ambito), facts.people.get(visit.mediator_id or 0)
    language = facts.key("language")(visit)
    return VisitLine(
        start=visit.start,
        end=visit.end,
        code=visit.code if seen else "",
        href=f"/requests/{visit.code}" if seen and READABLE.fullmatch(visit.code) else "",
        desk=facts.desks[visit.desk_id].name if seen else _("in another ambito"),
        mediator=person.name if person else "",
        mediator_href=asked.row_href(person.code, "mediator") if person else "",
        language=facts.languages.get(str(language), "") if language else "",
        state=state_of(visit),
        outcome=outcome_of(visit),
        planned=hours(visit.minutes, EXACT) if visit.is_planned else "",
        booked=hours(visit.minutes, EXACT) if visit.is_booked else "",
        worked="" if visit.worked is None or not visit.is_told else hours(visit.worked, EXACT),
        km=number(facts.km.get(visit.assignment_id or 0, 0)),
        project=facts.projects[visit.project].name if visit.project else "",
    )


def state_of(visit: Visit) -> str:
    """Its attendance where there is one, else its assignment."""
    if visit.attendance is not None:
        return word("attendance", visit.attendance)
    return _("nobody yet") if visit.status is None else word("assignment", visit.status)


def outcome_of(visit: Visit) -> str:
    return word("outcome", visit.outcome) if visit.outcome else ""


def word(family: str, status: str) -> str:
    label = status_word(family, status).label
    return _(label)


def behind_sheet(asked: Asked, found: Behind) -> Sheet:
    """The same visits as a file, with minutes as hours and moments as moments."""
    columns = (
        Column(_("Start"), width=18),
        Column(_("End"), width=18),
        Column(_("Request")),
        Column(_("Service"), width=36),
        Column(_("Mediator"), width=28),
        Column(_("Language"), width=20),
        Column(_("Project"), width=20),
        Column(_("Status"), width=20),
        Column(_("Outcome"), width=20),
        Column(_("Planned hours"), 2),
        Column(_("Confirmed hours"), 2),
        Column(_("Worked hours"), 2),
        Column(_("Kilometres")),
    )
    rows = [_cells(visit, line(visit, found.facts, asked), found.facts) for visit in found.visits]
    return Sheet(f"{named(found.row, asked.by)} {period_title(asked.period)}", columns, rows)


def _cells(visit: Visit, said: VisitLine, facts: Facts) -> tuple[Cell, ...]:
    return (
        visit.start,
        visit.end,
        said.code,
        said.desk,
        said.mediator,
        said.language,
        said.project,
        said.state,
        said.outcome,
        visit.minutes / 60 if visit.is_planned else None,
        visit.minutes / 60 if visit.is_booked else None,
        visit.worked / 60 if visit.worked is not None and visit.is_told else None,
        round(facts.km.get(visit.assignment_id or 0, 0)),
    )

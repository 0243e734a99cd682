# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of requests as its page shows it: what waits for the clerk, the states with their counts, filters, rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from config.territory.languages import load_languages
from dispatch.intake import drafts, list_queries, queries
from dispatch.intake.form import title_of
from dispatch.intake.list_queries import State, Wanted
from dispatch.intake.reading import Reader
from dispatch.intake.shown import row_of, split
from dispatch.intake.tracking import visit_told
from dispatch.intake.understood import language_name
from dispatch.kit.clock import local_midnight
from dispatch.records.attendance import Attendance
from dispatch.web.choices import KINDS, choices
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import PER_PAGE, one_of, pager, search
from dispatch.web.views.intake import RequestsPage, StateTab, VisitTold
from dispatch.web.views.page import Choice, Filter, Filters

LIST = "/requests"
LABELS = {
    "": _l("All"),
    State.TO_TELL: _l("To tell how it went"),
    State.NOBODY: _l("Nobody found"),
    State.LOOKING: _l("Looking for a mediator"),
    State.CONFIRMED: _l("Confirmed"),
    State.PAST: _l("Past"),
    State.CANCELLED: _l("Cancelled"),
}
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2200, 1, 1)


def list_page(reader: Reader, typed: Mapping[str, str], page: int) -> RequestsPage:
    """``typed`` are the filters as the address has them; a value that is no choice filters nothing."""
    state = typed["state"] if typed["state"] in set(State) else ""
    filters = _filters(reader, typed, state)
    wanted = _wanted({item.name: item.value for item in filters.items}, state)
    rows, total = list_queries.list_requests(
        reader.session, reader.visitor, wanted, reader.now, page=page, size=PER_PAGE
    )
    counts = list_queries.count_states(reader.session, reader.visitor, wanted, reader.now)
    slots = [slot.id for row in rows for appointment in row.appointments for slot in appointment.slots]
    live = queries.live_assignments(reader.session, slots)
    # The database orders by the earliest start allowed; on the page stands the time that was agreed.
    upcoming, past = split([row_of(row, live, reader.now) for row in rows], reader.now)
    own = reader.visitor.desk_id
    to_tell = () if own is None else list_queries.visits_to_tell(reader.session, own)
    return RequestsPage(
        filters=filters,
        upcoming=upcoming,
        past=past,
        pager=pager(filters, page, total),
        shows_desk=own is None,
        state=state,
        tabs=tuple(_tab(one, counts[one], filters, state) for one in LABELS if one in ("", state) or counts[one]),
        drafts=drafts.listed(reader) if page == 1 and not (filters.active or state) else (),
        to_tell=tuple(_to_tell(row, reader) for row in to_tell),
    )


def _to_tell(row: Attendance, reader: Reader) -> VisitTold:
    asked = row.assignment.slot.appointment.request
    return replace(visit_told(row, reader), request=asked.code, title=f"{asked.code} {title_of(asked)}".strip())


def _tab(state: str, count: int, filters: Filters, chosen: str) -> StateTab:
    """The same filters with another state."""
    query = replace(filters, keep=(("state", state),) if state else ()).query
    return StateTab(_(LABELS[state]), count, f"{LIST}?{query}" if query else LIST, state == chosen)


def _filters(reader: Reader, typed: Mapping[str, str], state: str) -> Filters:
    languages = [Choice(one.code, language_name(one.code)) for one in load_languages()]
    items = [
        search(_("Search"), typed["q"]),
        one_of("language", _("Language"), tuple(sorted(languages, key=lambda one: one.label)), typed["language"]),
        one_of("kind", _("What for"), choices(KINDS), typed["kind"]),
        Filter("since", _("From day"), _day_text(typed["since"]), type="date"),
        Filter("until", _("To day"), _day_text(typed["until"]), type="date"),
    ]
    if reader.visitor.desk_id is None:
        desks = tuple(Choice(desk.code, desk.name) for desk in queries.desks_of(reader.session, reader.visitor))
        items.insert(1, one_of("desk", _("Service"), desks, typed["desk"]))
    return Filters(LIST, tuple(items), (("state", state),) if state else ())


def _wanted(chosen: Mapping[str, str], state: str) -> Wanted:
    since, until = chosen["since"], chosen["until"]
    a_day = dt.timedelta(days=1)
    return Wanted(
        desk=chosen.get("desk", ""),
        kind=chosen["kind"],
        language=chosen["language"],
        text=chosen["q"],
        state=state,
        since=local_midnight(dt.date.fromisoformat(since)) if since else None,
        until=local_midnight(dt.date.fromisoformat(until) + a_day) if until else None,
    )


def _day_text(text: str) -> str:
    """A day as an input holds it; what is none filters nothing, as a word that is no choice does."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return ""
    return day.isoformat() if EARLIEST <= day <= LATEST else ""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's pages: my requests, one request and its way, one of its dates; all of them work without JavaScript."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from dispatch.errors import NotUnderstood
from dispatch.intake import drafts, form_pages, queries, service
from dispatch.intake.api import Number, Reads
from dispatch.intake.date_page import change_in, date_page, shown_of
from dispatch.intake.dates import cancel_date, change_date
from dispatch.intake.form_pages import Code, look_for_others
from dispatch.intake.schemas import ScopeWord
from dispatch.intake.tracking import page_of, row_of, split
from dispatch.web.choices import KINDS, choices
from dispatch.web.i18n import gettext as _
from dispatch.web.shown import ChangedMeanwhile
from dispatch.web.status_words import WORDS
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.intake import RequestsPage
from dispatch.web.views.page import Choice, Filter, Filters, Pager

PER_PAGE = 25
router = APIRouter(include_in_schema=False, prefix="/requests")
router.include_router(form_pages.router)  # before the codes, so that none of its names is read as one
Text = Annotated[str, Query(max_length=80)]


@router.get("")
def list_requests(
    request: Request,
    reads: Reads,
    status: Text = "",
    kind: Text = "",
    desk: Text = "",
    q: Text = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """My requests, the next meeting first."""
    asked = {"status": status, "kind": kind, "desk": desk, "q": q}
    filters = _filters(reads, {name: value.replace("\x00", "") for name, value in asked.items()})
    chosen = {item.name: item.value for item in filters.items}
    wanted = queries.Wanted(status=chosen["status"], kind=chosen["kind"], desk=chosen.get("desk", ""), text=chosen["q"])
    rows, total = queries.list_requests(reads.session, reads.visitor, wanted, reads.now, page=page, size=PER_PAGE)
    slots = [slot.id for row in rows for appointment in row.appointments for slot in appointment.slots]
    live = queries.live_assignments(reads.session, slots)
    shown = [row_of(row, live, reads.now) for row in rows]
    # The database orders by the earliest start allowed; on the page stands the time that was agreed.
    upcoming, past = split(shown, reads.now)
    return render(
        request,
        "intake/requests.html",
        page=RequestsPage(
            filters,
            upcoming,
            past,
            Pager("/requests", page, max(1, -(-total // PER_PAGE)), total, filters.query),
            shows_desk=reads.visitor.desk_id is None,
            drafts=drafts.listed(reads) if page == 1 and not filters.active else (),
        ),
    )


@router.get("/{code}")
def read_request(request: Request, code: Code, reads: Reads, sent: Text = "") -> Response:
    """Where the request stands and what can still be done."""
    page = page_of(reads, service.find(reads, code), just_sent=bool(sent))
    return render(request, "intake/request.html", page=page)


@router.post("/{code}/cancel")
def cancel_request(code: Code, reads: Reads) -> Response:
    service.cancel(reads, code)
    return RedirectResponse(f"/requests/{code}", 303)


@router.get("/{code}/appointments/{appointment}")
def read_date(request: Request, code: Code, appointment: Number, reads: Reads) -> Response:
    """One date of a request, to change it or to call it off."""
    return render(request, "intake/date.html", page=date_page(reads, service.find(reads, code), appointment))


@router.post("/{code}/appointments/{appointment}/change")
def change_one(request: Request, code: Code, appointment: Number, reads: Reads, values: Typed) -> Response:
    """The tracking page again, or the form with everything that needs a change."""
    asked = service.find(reads, code)
    try:
        with reads.session.begin_nested():
            look = partial(look_for_others, reads, values, partial(shown_of, number=appointment))
            change_date(reads, code, appointment, change_in(asked, appointment, values), look)
    except ChangedMeanwhile as other:
        page = date_page(reads, service.find(reads, code), appointment, other.values)
        return render(request, "intake/date.html", status_code=other.status, page=page)
    except NotUnderstood as refused:
        page = date_page(reads, asked, appointment, values, refused.fields)
        return render(request, "intake/date.html", status_code=422, page=page)
    return RedirectResponse(f"/requests/{code}", 303)


@router.post("/{code}/appointments/{appointment}/cancel")
def cancel_one(code: Code, appointment: Number, reads: Reads, scope: Annotated[ScopeWord, Form()] = "this") -> Response:
    cancel_date(reads, code, appointment, scope)
    return RedirectResponse(f"/requests/{code}", 303)


def _filters(reads: Reads, chosen: dict[str, str]) -> Filters:
    """The filters of the list; a value that is no choice filters nothing."""
    statuses = [Choice(value, _(word.label)) for value, word in WORDS["request"].items() if value != "draft"]
    items = [
        _select("status", _("Status"), statuses, chosen),
        _select("kind", _("What for"), list(choices(KINDS)), chosen),
    ]
    if reads.visitor.desk_id is None:
        desks = [Choice(desk.code, desk.name) for desk in queries.desks_of(reads.session, reads.visitor)]
        items.append(_select("desk", _("Service"), desks, chosen))
    return Filters("/requests", (*items, Filter("q", _("Search"), chosen["q"])))


def _select(name: str, label: str, offered: list[Choice], chosen: dict[str, str]) -> Filter:
    known = {choice.value for choice in offered}
    value = chosen[name] if chosen[name] in known else ""
    return Filter(name, label, value, (Choice("", _("all")), *offered))

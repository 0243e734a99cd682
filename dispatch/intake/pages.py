# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's pages: a new request, my requests, one request and its way; all of them work without JavaScript."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from dispatch.access.audit import last_change
from dispatch.errors import NotUnderstood
from dispatch.intake import queries, service
from dispatch.intake.api import Number, Reads
from dispatch.intake.chance import chance
from dispatch.intake.date_page import change_in, date_page, shown_of
from dispatch.intake.dates import cancel_date, change_date
from dispatch.intake.form import form_page, typed, values_of
from dispatch.intake.preview import later_words, preview
from dispatch.intake.schemas import RequestChange, RequestIn, ScopeWord
from dispatch.intake.tracking import page_of, row_of, split
from dispatch.kit.problems import readable
from dispatch.records.intake import Request as Asked
from dispatch.web.choices import KINDS, choices
from dispatch.web.forms import FormValues, body_of
from dispatch.web.i18n import gettext as _
from dispatch.web.shown import ChangedMeanwhile, refuse_overwriting
from dispatch.web.status_words import WORDS
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.intake import RequestFormPage, RequestsPage
from dispatch.web.views.page import Choice, Filter, Filters, Pager

PER_PAGE = 25
router = APIRouter(include_in_schema=False, prefix="/requests")
Code = Annotated[str, Path(pattern=r"^R-[0-9]{1,18}$")]
Text = Annotated[str, Query(max_length=80)]
Earlier = Annotated[str, Query(pattern=r"^(R-[0-9]{1,18})?$")]


@router.get("/new")
def new_request(request: Request, reads: Reads, copy: Earlier = "", change: Earlier = "") -> Response:
    """An empty form, or one that starts from an earlier request."""
    if change:
        asked = service.find(reads, change)
        shown, dates = values_of(asked.body), preview(reads, asked.body)
        return _form(request, form_page(reads, shown, dates=dates, warnings=later_words(asked), code=change))
    values = values_of(service.find(reads, copy).body, copy=True) if copy else None
    return _form(request, form_page(reads, values))


@router.post("/new")
def send_request(request: Request, reads: Reads, values: Typed) -> Response:
    """The tracking page of the new request, or the form again with everything that needs a change."""
    try:
        code = service.submit(reads, _body(values)).code
    except NotUnderstood as refused:
        return _again(request, reads, values, refused)
    return RedirectResponse(f"/requests/{code}?sent=1", 303)


@router.post("/hint")
def hint(request: Request, reads: Reads, values: Typed) -> Response:
    """The line under the form that says how many mediators there are; asked again while the form is filled in."""
    page = RequestFormPage((), (), (), chance=chance(reads, typed(body_of(values))))
    return render(request, "intake/_chance.html", page=page)


@router.post("/dates")
def dates(request: Request, reads: Reads, values: Typed) -> Response:
    """The dates that a series makes, and those it leaves out; asked again while the form is filled in."""
    page = RequestFormPage((), (), (), dates=preview(reads, typed(body_of(values))))
    return render(request, "intake/_dates.html", page=page)


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
        ),
    )


@router.get("/{code}")
def read_request(request: Request, code: Code, reads: Reads, sent: Text = "") -> Response:
    """Where the request stands and what can still be done."""
    page = page_of(reads, service.find(reads, code), just_sent=bool(sent))
    return render(request, "intake/request.html", page=page)


@router.post("/{code}/change")
def change_request(request: Request, code: Code, reads: Reads, values: Typed) -> Response:
    """The tracking page again, or the form with everything that needs a change."""
    service.find(reads, code)
    try:
        body = _body(values)
        changes = RequestChange.model_validate(body.model_dump(by_alias=True, exclude={"desk"}))
        with reads.session.begin_nested():  # a refusal leaves nothing half written
            service.change(reads, code, changes, partial(_refuse_overwriting, reads, values, _shown))
    except ChangedMeanwhile as other:
        page = form_page(reads, other.values, dates=preview(reads, typed(body_of(values))), code=code)
        return _form(request, page, other.status)
    except NotUnderstood as refused:
        return _again(request, reads, values, refused, code)
    return RedirectResponse(f"/requests/{code}", 303)


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
            look = partial(_refuse_overwriting, reads, values, partial(shown_of, number=appointment))
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


def _shown(standing: Asked) -> FormValues:
    return values_of(standing.body)


def _refuse_overwriting(
    reads: Reads, values: FormValues, shown: Callable[[Asked], FormValues], standing: Asked
) -> None:
    refuse_overwriting(values, shown(standing), lambda: last_change(reads.session, "request", standing.code))


def _body(values: FormValues) -> RequestIn:
    body: dict[str, Any] = typed(body_of(values))
    try:
        return RequestIn.model_validate(body)
    except ValidationError as refused:
        raise NotUnderstood(_("Some fields cannot be accepted."), fields=readable(refused.errors(), _)) from refused


def _form(request: Request, page: RequestFormPage, status_code: int = 200) -> Response:
    return render(request, "intake/new_request.html", status_code=status_code, page=page)


def _again(request: Request, reads: Reads, values: FormValues, refused: NotUnderstood, code: str = "") -> Response:
    """The same form with what was typed, its problems, and the chance as it stands."""
    body = typed(body_of(values))
    likely, dates = chance(reads, body), preview(reads, body)
    page = form_page(reads, values, problems=refused.fields, chance=likely, dates=dates, code=code)
    return _form(request, page, 422)


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

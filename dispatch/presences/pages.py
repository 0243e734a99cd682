# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's pages of presences: the list, the form, one presence; all of them work without JavaScript."""

from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import RedirectResponse, Response

from dispatch.access.audit import last_change
from dispatch.errors import NotUnderstood
from dispatch.kit.problems import readable
from dispatch.presences import queries, service
from dispatch.presences.api import Reads
from dispatch.presences.board import page_of, rows_of
from dispatch.presences.form import form_page, typed, values_of
from dispatch.presences.schemas import PresenceChange, PresenceEnd, PresenceIn
from dispatch.presences.words import COVERS
from dispatch.records.presences import Presence
from dispatch.records.statuses import Cover
from dispatch.web.forms import FormValues
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.shown import ChangedMeanwhile, refuse_overwriting
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.page import Choice, FieldError, Filter, Filters, Pager
from dispatch.web.views.presences import PresenceFormPage, PresencesPage

PER_PAGE = 25
STATES = {"running": _l("running"), "ahead": _l("not begun yet"), "ended": _l("ended")}
router = APIRouter(include_in_schema=False, prefix="/presences")
Code = Annotated[str, Path(pattern=r"^P-[0-9]{1,18}$")]
Text = Annotated[str, Query(max_length=80)]
Shape = TypeVar("Shape", bound=BaseModel)


@router.get("")
def list_presences(
    request: Request,
    reads: Reads,
    ambito: Text = "",
    cover: Text = "",
    state: Text = "",
    q: Text = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The presences of the coordinator's ambiti, with their next dates and how well they are covered."""
    filters = _filters(reads, {"ambito": ambito, "cover": cover, "state": state, "q": q.replace("\x00", "").strip()})
    chosen = {item.name: item.value for item in filters.items}
    wanted = queries.Wanted(chosen["ambito"], chosen["cover"], chosen["state"], chosen["q"])
    rows, total = queries.list_presences(reads.session, reads.visitor, wanted, reads.today, page=page, size=PER_PAGE)
    pager = Pager("/presences", page, max(1, -(-total // PER_PAGE)), total, filters.query)
    return render(request, "presences/presences.html", page=PresencesPage(filters, rows_of(reads, rows), pager))


@router.get("/new")
def new_presence(request: Request, reads: Reads) -> Response:
    return _form(request, form_page(reads))


@router.post("/new")
def enter_presence(request: Request, reads: Reads, values: Typed) -> Response:
    """The page of the new presence, or the form again with everything that needs a change."""
    try:
        body = _read(PresenceIn, typed(values))
        with reads.session.begin_nested():  # a refusal leaves nothing half written
            code = service.enter(reads, body).code
    except NotUnderstood as refused:
        return _form(request, form_page(reads, values, problems=refused.fields), 422)
    return RedirectResponse(f"/presences/{code}", 303)


@router.get("/{presence}")
def read_presence(request: Request, presence: Code, reads: Reads) -> Response:
    """What it is, its dates with their state, and how to change or end it."""
    return render(request, "presences/presence.html", page=page_of(reads, service.find(reads, presence)))


@router.get("/{presence}/change")
def show_change(request: Request, presence: Code, reads: Reads) -> Response:
    found = service.find(reads, presence)
    return _form(request, form_page(reads, values_of(found, reads.today.isoformat()), presence=found))


@router.post("/{presence}/change")
def change_presence(request: Request, presence: Code, reads: Reads, values: Typed) -> Response:
    """Its page again, or the form with everything that needs a change."""
    found = service.find(reads, presence)
    try:
        changes = _read(PresenceChange, typed(values, whole=True))
        with reads.session.begin_nested():
            service.change(reads, presence, changes, partial(_refuse_overwriting, reads, values))
    except ChangedMeanwhile as other:
        return _form(request, form_page(reads, other.values, presence=found), other.status)
    except NotUnderstood as refused:
        return _form(request, form_page(reads, values, problems=refused.fields, presence=found), 422)
    return RedirectResponse(f"/presences/{presence}", 303)


@router.post("/{presence}/end")
def end_presence(request: Request, presence: Code, reads: Reads, values: Typed) -> Response:
    """Its page again; a day that cannot be its last is said beside the field."""
    found = service.find(reads, presence)
    try:
        body = _read(PresenceEnd, typed(values))
        with reads.session.begin_nested():
            service.end(reads, presence, body)
    except NotUnderstood as refused:
        errors = tuple(FieldError(one.field, f"{one.message} {one.remedy}".strip()) for one in refused.fields)
        page = page_of(reads, found, values=values, errors=errors)
        return render(request, "presences/presence.html", status_code=422, page=page)
    return RedirectResponse(f"/presences/{presence}", 303)


def _read(shape: type[Shape], body: dict[str, Any]) -> Shape:
    try:
        return shape.model_validate(body)
    except ValidationError as refused:
        raise NotUnderstood(_("Some fields cannot be accepted."), fields=readable(refused.errors(), _)) from refused


def _refuse_overwriting(reads: Reads, values: FormValues, standing: Presence) -> None:
    shown = values_of(standing, reads.today.isoformat())
    refuse_overwriting(values, shown, lambda: last_change(reads.session, "presence", standing.code))


def _form(request: Request, page: PresenceFormPage, status_code: int = 200) -> Response:
    return render(request, "presences/form.html", status_code=status_code, page=page)


def _filters(reads: Reads, chosen: dict[str, str]) -> Filters:
    """The filters of the list; a value that is no choice filters nothing."""
    ambiti = [Choice(one.code, one.name) for one in queries.ambiti_of(reads.session, reads.visitor)]
    covers = [Choice(cover, _(COVERS[cover])) for cover in Cover]
    states = [Choice(value, _(label)) for value, label in STATES.items()]
    selects = (
        _select("ambito", _("Ambito"), ambiti, chosen),
        _select("cover", _("Cover"), covers, chosen),
        _select("state", _("Status"), states, chosen),
    )
    return Filters("/presences", (*selects, Filter("q", _("Search"), chosen["q"])))


def _select(name: str, label: str, offered: list[Choice], chosen: dict[str, str]) -> Filter:
    known = {choice.value for choice in offered}
    value = chosen[name] if chosen[name] in known else ""
    return Filter(name, label, value, (Choice("", _("all")), *offered))

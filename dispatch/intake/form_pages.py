# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the request form: an empty one, a copy, a draft, a change; what it says while it is filled in; sending."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Path, Query, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from dispatch.access.audit import last_change
from dispatch.appointments.feasibility import FindRooms
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.intake import drafts, service
from dispatch.intake.api import Reads
from dispatch.intake.chance import chance
from dispatch.intake.form import another_day, form_page, in_the_forms_order, in_the_forms_words, typed, values_of
from dispatch.intake.half_written import also_wrong
from dispatch.intake.preview import later_words, preview
from dispatch.intake.reading import Reader
from dispatch.intake.schemas import RequestChange, RequestIn
from dispatch.kit.problems import readable
from dispatch.records.intake import Request as Asked
from dispatch.web.forms import FormValues, body_of
from dispatch.web.i18n import gettext as _
from dispatch.web.refill import Kept
from dispatch.web.shown import ChangedMeanwhile, refuse_overwriting
from dispatch.web.templating import render, wants_fragment
from dispatch.web.typed import Typed
from dispatch.web.views.intake import Chance, RequestFormPage

router = APIRouter()
Code = Annotated[str, Path(pattern=r"^R-[0-9]{1,18}$")]
Earlier = Annotated[str, Query(pattern=r"^(R-[0-9]{1,18})?$")]
ANOTHER_DAY = "day"  # what the button for one more row sends as ``pick``


@router.get("/new")
def new_request(
    request: Request,
    reads: Reads,
    copy: Earlier = "",
    change: Earlier = "",
    draft: Annotated[int, Query(ge=0, le=2**62)] = 0,
    saved: Annotated[str, Query(max_length=1)] = "",
) -> Response:
    """An empty form, or one that starts from an earlier request, goes on with a draft, or was sent without a session."""
    if (sent := _sent_before(request)) is not None:
        return _filled(request, reads, sent, code=change, draft=_draft(sent) or 0)
    if change:
        asked = service.find(reads, change)
        values, warnings = values_of(asked.body), later_words(asked)
        return _filled(request, reads, values, warnings=warnings, code=change)
    if draft:
        values = drafts.values_in(drafts.find(reads, draft))
        return _filled(request, reads, values, draft=draft, saved=bool(saved))
    copied = values_of(service.find(reads, copy).body, copy=True) if copy else None
    return _form(request, form_page(reads, copied))


@router.get("/hint")
@router.get("/drafts")
def go_to_the_form(request: Request) -> Response:
    """Where a form was shown again; the address opened anew is the form."""
    return RedirectResponse(f"/requests/new?{request.url.query}", 303)


@router.get("/{code}/change")
def go_to_the_change(request: Request, code: Code, reads: Reads) -> Response:
    service.find(reads, code)
    return RedirectResponse(f"/requests/new?{request.url.include_query_params(change=code).query}", 303)


@router.post("/new")
def send_request(request: Request, reads: Reads, values: Typed) -> Response:
    """The tracking page of the new request, or the form again with everything that needs a change; its draft is gone."""
    try:
        with reads.session.begin_nested():
            code = service.submit(reads, _body(reads, values)).code
    except NotUnderstood as refused:
        return _again(request, reads, values, refused.fields)
    if number := _draft(values):
        drafts.remove(reads, number)
    return RedirectResponse(f"/requests/{code}?sent=1", 303)


@router.post("/hint")
def hint(request: Request, reads: Reads, values: Typed, change: Earlier = "") -> Response:
    """How many could come, asked again while the form is filled in; without script it is the form with one answer picked."""
    pick = values.get("pick")
    picked = another_day(values) if pick == ANOTHER_DAY else values.put(parse_qsl(pick, keep_blank_values=True))
    if wants_fragment(request):
        url = f"/requests/hint?change={change}" if change else "/requests/hint"
        page = RequestFormPage((), (), (), chance=_chance(request, reads, picked), looked=True, chance_url=url)
        return render(request, "intake/_chance.html", page=page)
    return _filled(
        request, reads, picked.less({"pick"}), code=change, draft=_draft(values) or 0, looked=pick != ANOTHER_DAY
    )


@router.post("/dates")
def dates(request: Request, reads: Reads, values: Typed) -> Response:
    """The dates that a series makes, and those it leaves out; asked again while the form is filled in."""
    page = RequestFormPage((), (), (), dates=preview(reads, typed(body_of(values))))
    return render(request, "intake/_dates.html", page=page)


@router.post("/drafts")
def save_draft(request: Request, reads: Reads, values: Typed) -> Response:
    """The form as it is, put aside; nothing has to be complete for that."""
    number = _draft(values)
    try:
        row = drafts.save(reads, values, number)
    except ChangedMeanwhile as other:
        page = form_page(reads, other.values, draft=number or 0)
        return _form(request, page, other.status)
    except NotUnderstood as refused:
        return _again(request, reads, values, refused.fields)
    return RedirectResponse(f"/requests/new?draft={row.id}&saved=1", 303)


@router.post("/drafts/delete")
def delete_draft(reads: Reads, values: Typed) -> Response:
    if number := _draft(values):
        drafts.remove(reads, number)
    return RedirectResponse("/requests", 303)


@router.post("/{code}/change")
def change_request(request: Request, code: Code, reads: Reads, values: Typed) -> Response:
    """The tracking page again, or the form with everything that needs a change."""
    service.find(reads, code)
    try:
        body = _body(reads, values)
        changes = RequestChange.model_validate(body.model_dump(by_alias=True, exclude={"desk"}))
        with reads.session.begin_nested():  # a refusal leaves nothing half written
            service.change(reads, code, changes, partial(look_for_others, reads, values, _shown))
    except ChangedMeanwhile as other:
        page = form_page(reads, other.values, dates=preview(reads, typed(body_of(values))), code=code)
        return _form(request, page, other.status)
    except NotUnderstood as refused:
        return _again(request, reads, values, refused.fields, code)
    return RedirectResponse(f"/requests/{code}?said=1", 303)


def look_for_others(reads: Reader, values: FormValues, shown: Callable[[Asked], FormValues], standing: Asked) -> None:
    """Refuse what would overwrite somebody's change unseen; ``shown`` is the request as its form shows it."""
    refuse_overwriting(values, shown(standing), lambda: last_change(reads.session, "request", standing.code))


def _shown(standing: Asked) -> FormValues:
    return values_of(standing.body)


def _draft(values: FormValues) -> int | None:
    """The number of the draft that the form goes on with."""
    number = values.get("draft")
    return int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 19 else None


def _sent_before(request: Request) -> FormValues | None:
    """What was typed in this form when the session was over: it may have more rows than an empty one."""
    kept: Kept | None = getattr(request.state, "kept", None)
    return FormValues(kept.pairs) if kept is not None and kept.action.startswith("/requests/") else None


def _body(reads: Reader, values: FormValues) -> RequestIn:
    """The answers as the API takes them, or everything that needs a change, in the order of the form."""
    body = _answers(values)
    try:
        return RequestIn.model_validate(body)
    except ValidationError as refused:
        wrong = tuple(map(in_the_forms_words, readable(refused.errors(), _)))
    wrong += also_wrong(reads, body, {problem.field.partition(".")[0] for problem in wrong})
    raise NotUnderstood(_("Some fields cannot be accepted."), fields=in_the_forms_order(wrong))


def _answers(values: FormValues) -> dict[str, Any]:
    return typed(body_of(values.less(drafts.OF_THE_FORM)))


def _chance(request: Request, reads: Reader, values: FormValues) -> Chance | None:
    """Whoever makes the application says who knows the planner's rules."""
    find_rooms: FindRooms = request.app.state.find_rooms
    return chance(reads, _answers(values), find_rooms)


def _form(request: Request, page: RequestFormPage, status_code: int = 200) -> Response:
    return render(request, "intake/new_request.html", status_code=status_code, page=page)


def _filled(request: Request, reads: Reader, values: FormValues, **about: Any) -> Response:
    """The form with these values, the chance as it stands and the dates they make."""
    likely, found = _chance(request, reads, values), preview(reads, _answers(values))
    return _form(request, form_page(reads, values, chance=likely, dates=found, **about))


def _again(
    request: Request, reads: Reader, values: FormValues, problems: tuple[FieldProblem, ...], code: str = ""
) -> Response:
    """The same form with what was typed, its problems, and the chance as it stands."""
    likely, found = _chance(request, reads, values), preview(reads, _answers(values))
    number = _draft(values) or 0
    page = form_page(reads, values, problems=problems, chance=likely, dates=found, code=code, draft=number)
    return _form(request, page, 422)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the roster: the list, a new mediator, a changed one, one who leaves or comes back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dispatch.access.audit import last_change
from dispatch.access.visitor import Visitor, Who
from dispatch.errors import NotUnderstood
from dispatch.kit.clock import at_home, now
from dispatch.kit.doors import Work
from dispatch.kit.locks import lock_mediators
from dispatch.kit.saved import Outcome
from dispatch.records.roster import Mediator
from dispatch.roster import mediator_form, pages_availability, pages_mine, pages_my_calendar, pages_my_choices
from dispatch.roster.availability_page import as_booked
from dispatch.roster.entries import MediatorEntry
from dispatch.roster.leaving import Visits, VisitsInTheWay
from dispatch.roster.list_page import list_page
from dispatch.roster.numbers import try_numbers
from dispatch.roster.page_queries import hers, hers_to_change, only_hers, refuse_out_of_sight, untried, why_only_read
from dispatch.roster.queries import mediator
from dispatch.roster.saving import retire_mediator, save_mediator
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.i18n import ngettext
from dispatch.web.lists import Number, Text
from dispatch.web.register_forms import FormReader
from dispatch.web.register_pages import RowCode, Saved, hold, say_saved, see_saved
from dispatch.web.shown import ChangedMeanwhile, refuse_overwriting
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.page import Flash
from dispatch.web.views.roster import LeavingPage

router = APIRouter(include_in_schema=False)
Tested = Annotated[int | None, Query(ge=0, le=100_000)]
router.include_router(pages_availability.router)
router.include_router(pages_my_calendar.router)
router.include_router(pages_mine.router)
router.include_router(pages_my_choices.router)


@router.get("/roster")
def see_roster(
    request: Request,
    session: Work,
    who: Who,
    q: Text = "",
    language: Text = "",
    ambito: Text = "",
    state: Text = "",
    page: Number = 1,
    tested: Tested = None,
) -> Response:
    if tested is not None:
        words = ngettext("%(num)d test SMS is on its way.", "%(num)d test SMS are on their way.", tested)
        request.state.flashes = (Flash("success", words % {"num": tested}),)
    asked = {"q": q, "language": language, "ambito": ambito, "state": state}
    return render(request, "roster/list.html", page=list_page(session, who, asked, page, now(session)))


@router.post("/roster/test-numbers")
def try_all_numbers(session: Work, who: Who) -> Response:
    """The same for everybody of hers whose number nobody has confirmed yet: after an import, for instance."""
    asked = try_numbers(session, untried(session, who), now(session))
    return RedirectResponse(f"/roster?tested={asked}", 303)


@router.get("/roster/new")
def new_mediator(request: Request, session: Work) -> Response:
    return _form(request, session, mediator_form.fresh())


@router.post("/roster/new")
def create_mediator(request: Request, session: Work, who: Who, values: Typed) -> Response:
    return _save(request, session, who, values)


@router.get("/roster/{mediator_code}")
def edit_mediator(request: Request, mediator_code: RowCode, session: Work, who: Who, saved: Saved = "") -> Response:
    row = hers(session, who, mediator_code)
    if saved == "test":
        request.state.flashes = (Flash("success", _("The test SMS is on its way. She confirms her number with OK.")),)
    else:
        say_saved(request, saved)
    return _form(request, session, mediator_form.values_of(row), row, why_only_read(session, who, row))


@router.post("/roster/{mediator_code}")
def change_mediator(request: Request, mediator_code: RowCode, session: Work, who: Who, values: Typed) -> Response:
    return _save(request, session, who, values, hers_to_change(session, who, mediator_code))


@router.post("/roster/{mediator_code}/retire")
def retire(
    request: Request,
    mediator_code: RowCode,
    session: Work,
    who: Who,
    visits: Annotated[Visits, Form()] = Visits.REFUSE,
) -> Response:
    """She takes no new work; with visits ahead they are shown first, and somebody chooses what becomes of them."""
    row = hers_to_change(session, who, mediator_code)
    try:
        retire_mediator(session, row.code, who.actor, now(session), visits=visits)
    except VisitsInTheWay as asked:
        ahead = tuple(as_booked(visit) for visit in only_hers(session, who, asked.visits))
        last = max(at_home(visit.end).date() for visit in ahead)
        page = LeavingPage(mediator_form.head_of(row), ahead, last)
        return render(request, "roster/leaving.html", page=page, status_code=422)
    return see_saved(f"/roster/{row.code}")


@router.post("/roster/{mediator_code}/test-number")
def try_her_number(mediator_code: RowCode, session: Work, who: Who) -> Response:
    """Send her the SMS that she answers with OK."""
    row = hers_to_change(session, who, mediator_code)
    try_numbers(session, [row], now(session))
    return RedirectResponse(f"/roster/{row.code}?saved=test", 303)


@router.post("/roster/{mediator_code}/return")
def take_back(mediator_code: RowCode, session: Work, who: Who) -> Response:
    """A retired mediator works again, as she was."""
    row = hers_to_change(session, who, mediator_code)
    reader = FormReader(mediator_form.values_of(row))
    entry = reader.entry(MediatorEntry, mediator_form.read(reader) | {"code": row.code, "active": True})
    save_mediator(session, entry, who.actor, now(session))
    return see_saved(f"/roster/{row.code}")


def _save(
    request: Request, session: Session, who: Visitor, values: FormValues, row: Mediator | None = None
) -> Response:
    reader = FormReader(values)
    given = mediator_form.read(reader)
    if row is None:
        reader.refuse_known(reader.text("code"), mediator(session, reader.text("code") or ""))
    try:
        if row is not None:
            code = row.code
            lock_mediators(session, [row.id])
            hold(session, row)
            refuse_overwriting(values, mediator_form.values_of(row), lambda: last_change(session, "mediator", code))
        fixed = {"code": row.code, "active": row.active} if row else {}
        entry = reader.entry(MediatorEntry, given | fixed)
        saved = reader.save(session, lambda: _saved(session, who, entry))
    except ChangedMeanwhile as other:
        page = mediator_form.form_page(session, other.values, row)
        return render(request, "roster/mediator.html", page=page, status_code=other.status)
    except NotUnderstood as refused:
        page = mediator_form.form_page(session, values, row, refused.fields)
        return render(request, "roster/mediator.html", page=page, status_code=422)
    return see_saved(f"/roster/{saved.code}")


def _saved(session: Session, who: Visitor, entry: MediatorEntry) -> Mediator:
    saved = save_mediator(session, entry, who.actor, now(session))
    refuse_out_of_sight(session, who, saved.row)
    if saved.outcome is Outcome.CREATED or "phone" in saved.columns:
        try_numbers(session, [saved.row], now(session))
    return saved.row


def _form(
    request: Request, session: Session, values: FormValues, row: Mediator | None = None, only_read: str = ""
) -> Response:
    page = mediator_form.form_page(session, values, row, only_read=only_read)
    return render(request, "roster/mediator.html", page=page)

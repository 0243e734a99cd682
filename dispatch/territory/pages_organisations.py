# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the organisations: who asks for mediators, who employs them, who leads the network."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from dispatch.access.audit import last_change
from dispatch.access.visitor import Visitor, Who
from dispatch.errors import NotFound, NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.records.territory import Organisation
from dispatch.territory import page_queries, queries
from dispatch.territory.entries import OrganisationEntry
from dispatch.territory.saving import save_organisation
from dispatch.web.choices import choices
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import PER_PAGE, Number, Text, chosen, one_of, pager, search
from dispatch.web.register_forms import FormReader, shown
from dispatch.web.register_pages import RowCode, Saved, hold, say_saved, see_saved
from dispatch.web.register_words import BODIES
from dispatch.web.shown import ChangedMeanwhile, refuse_overwriting
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.page import Filters
from dispatch.web.views.registers import RegisterForm
from dispatch.web.views.territory import ListPage, OrganisationRow

router = APIRouter(include_in_schema=False, prefix="/organisations")


@router.get("")
def list_organisations(request: Request, session: Work, q: Text = "", role: Text = "", page: Number = 1) -> Response:
    roles = one_of("role", _("What it does"), choices(BODIES), role)
    filters = Filters("/organisations", (search(_("Name or code"), q), roles))
    wanted = chosen(filters)
    listed = page_queries.organisations(wanted["q"], wanted["role"])
    rows, found = page_queries.one_page(session, listed, page, PER_PAGE)
    desks, mediators = page_queries.desks_of(session), page_queries.mediators_of(session)
    view = ListPage(
        rows=tuple(
            OrganisationRow(row.code, row.name, _(BODIES[row.role]), desks.get(row.id, 0), mediators.get(row.id, 0))
            for row in rows
        ),
        filters=filters,
        pager=pager(filters, page, found),
        total=page_queries.count(session, page_queries.organisations()),
    )
    return render(request, "territory/organisations.html", page=view)


@router.get("/new")
def new_organisation(request: Request) -> Response:
    return _form(request, FormValues())


@router.post("/new")
def create_organisation(request: Request, session: Work, who: Who, values: Typed) -> Response:
    return _save(request, session, who, values)


@router.get("/{organisation_code}")
def edit_organisation(request: Request, organisation_code: RowCode, session: Work, saved: Saved = "") -> Response:
    row = _known(session, organisation_code)
    say_saved(request, saved)
    return _form(request, _values(row), row)


@router.post("/{organisation_code}")
def change_organisation(
    request: Request, organisation_code: RowCode, session: Work, who: Who, values: Typed
) -> Response:
    return _save(request, session, who, values, _known(session, organisation_code))


def _save(
    request: Request, session: Session, who: Visitor, values: FormValues, row: Organisation | None = None
) -> Response:
    reader = FormReader(values)
    given = reader.texts("code", "name", "role")
    if row is None:
        reader.refuse_known(given.get("code"), queries.organisation(session, given.get("code", "")))
    try:
        if row is not None:
            hold(session, row)
            refuse_overwriting(values, _values(row), lambda: last_change(session, "organisation", row.code))
        entry = reader.entry(OrganisationEntry, given | ({"code": row.code} if row else {}))
        saved = reader.save(session, lambda: save_organisation(session, entry, who.actor, now(session)).row)
    except ChangedMeanwhile as other:
        return _form(request, other.values, row, status_code=other.status)
    except NotUnderstood as refused:
        return _form(request, values, row, refused)
    return see_saved(f"/organisations/{saved.code}")


def _form(
    request: Request,
    values: FormValues,
    row: Organisation | None = None,
    refused: NotUnderstood | None = None,
    *,
    status_code: int = 200,
) -> Response:
    page = RegisterForm(
        action=f"/organisations/{row.code}" if row else "/organisations/new",
        values=values,
        errors=shown(refused.fields) if refused else (),
        code=row.code if row else "",
        name=row.name if row else "",
        options={"roles": choices(BODIES)},
    )
    return render(request, "territory/organisation.html", page=page, status_code=422 if refused else status_code)


def _values(row: Organisation) -> FormValues:
    return FormValues.of({"name": row.name, "role": row.role})


def _known(session: Session, code: str) -> Organisation:
    row = queries.organisation(session, code)
    if row is None:
        raise NotFound(_("There is no organisation %(code)s. Choose one from the list.") % {"code": code})
    return row

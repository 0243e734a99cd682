# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the places where people meet: the list, a new one, a changed one."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from dispatch.access.audit import last_change
from dispatch.access.visitor import Visitor, Who
from dispatch.errors import NotFound, NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.records.territory import Place
from dispatch.territory import page_queries, queries
from dispatch.territory.entries import PlaceEntry
from dispatch.territory.saving import save_place
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import PER_PAGE, Number, Text, chosen, one_of, pager, search
from dispatch.web.register_forms import FormReader, shown
from dispatch.web.register_pages import RowCode, Saved, hold, refuse_elsewhere, say_saved, see_saved
from dispatch.web.shown import ChangedMeanwhile, refuse_overwriting
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.page import Choice, Filters
from dispatch.web.views.registers import RegisterForm
from dispatch.web.views.territory import ListPage, PlaceRow

router = APIRouter(include_in_schema=False, prefix="/places")


@router.get("")
def list_places(
    request: Request, session: Work, who: Who, q: Text = "", ambito: Text = "", page: Number = 1
) -> Response:
    ambiti = tuple(Choice(row.code, f"{row.code} {row.name}") for row in page_queries.ambiti(session))
    filters = Filters("/places", (search(_("Name, comune or code"), q), one_of("ambito", _("Ambito"), ambiti, ambito)))
    wanted = chosen(filters)
    listed = page_queries.places(who, wanted["q"], wanted["ambito"])
    rows, found = page_queries.one_page(session, listed, page, PER_PAGE)
    houses = page_queries.desks_at(session, [row.id for row in rows])
    view = ListPage(
        rows=tuple(_row(row, houses.get(row.id, 0)) for row in rows),
        filters=filters,
        pager=pager(filters, page, found),
        total=page_queries.count(session, page_queries.places(who)),
    )
    return render(request, "territory/places.html", page=view)


@router.get("/new")
def new_place(request: Request, session: Work) -> Response:
    return _form(request, session, FormValues())


@router.post("/new")
def create_place(request: Request, session: Work, who: Who, values: Typed) -> Response:
    return _save(request, session, who, values)


@router.get("/{place_code}")
def edit_place(request: Request, place_code: RowCode, session: Work, who: Who, saved: Saved = "") -> Response:
    row = _hers(session, who, place_code)
    say_saved(request, saved)
    return _form(request, session, _values(row), row)


@router.post("/{place_code}")
def change_place(request: Request, place_code: RowCode, session: Work, who: Who, values: Typed) -> Response:
    return _save(request, session, who, values, _hers(session, who, place_code))


def _save(request: Request, session: Session, who: Visitor, values: FormValues, row: Place | None = None) -> Response:
    reader = FormReader(values)
    given = reader.texts("code", "name", "address", "comune")
    point = {"lat": reader.number("lat"), "lon": reader.number("lon")}
    if row is None:
        reader.refuse_known(given.get("code"), queries.place(session, given.get("code", "")))
    try:
        if row is not None:
            hold(session, row)
            refuse_overwriting(values, _values(row), lambda: last_change(session, "place", row.code))
        entry = reader.entry(PlaceEntry, given | point | ({"code": row.code} if row else {}))
        saved = reader.save(session, lambda: _saved(session, who, entry))
    except ChangedMeanwhile as other:
        return _form(request, session, other.values, row, status_code=other.status)
    except NotUnderstood as refused:
        return _form(request, session, values, row, refused)
    return see_saved(f"/places/{saved.code}")


def _saved(session: Session, who: Visitor, entry: PlaceEntry) -> Place:
    row = save_place(session, entry, who.actor, now(session)).row
    refuse_elsewhere(who.ambiti, "comune", entry.comune, row.ambito_code)
    return row


def _form(
    request: Request,
    session: Session,
    values: FormValues,
    row: Place | None = None,
    refused: NotUnderstood | None = None,
    *,
    status_code: int = 200,
) -> Response:
    page = RegisterForm(
        action=f"/places/{row.code}" if row else "/places/new",
        values=values,
        errors=shown(refused.fields) if refused else (),
        code=row.code if row else "",
        name=row.name if row else "",
        options={"comuni": tuple(Choice(one.name, one.ambito_code) for one in page_queries.comuni(session))},
    )
    return render(request, "territory/place.html", page=page, status_code=422 if refused else status_code)


def _values(row: Place) -> FormValues:
    given = {"name": row.name, "address": row.address, "comune": row.comune.name}
    return FormValues.of(given | {"lat": str(row.lat), "lon": str(row.lon)})


def _row(row: Place, houses: int) -> PlaceRow:
    return PlaceRow(row.code, row.name, row.address, row.comune.name, row.ambito_code, houses)


def _hers(session: Session, who: Visitor, code: str) -> Place:
    row = page_queries.by_code(session, page_queries.places(who), Place.code, code)
    if row is None:
        raise NotFound(_("There is no place %(code)s. Choose one from the list.") % {"code": code})
    return row

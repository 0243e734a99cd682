# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the services that ask: the list, a new one, a changed one. Their API keys stay on the command line."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from dispatch.access.audit import last_change
from dispatch.access.visitor import Visitor, Who
from dispatch.errors import NotFound, NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.records.territory import Desk, Place
from dispatch.territory import page_queries, queries
from dispatch.territory.entries import DeskEntry
from dispatch.territory.saving import save_desk
from dispatch.web.choices import choices
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import PER_PAGE, Number, Text, chosen, one_of, pager, search
from dispatch.web.register_forms import FormReader, shown
from dispatch.web.register_pages import RowCode, Saved, hold, refuse_elsewhere, say_saved, see_saved
from dispatch.web.register_words import SECTORS
from dispatch.web.shown import ChangedMeanwhile, refuse_overwriting
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.page import Choice, Filters
from dispatch.web.views.registers import RegisterForm
from dispatch.web.views.territory import DeskRow, ListPage

router = APIRouter(include_in_schema=False, prefix="/desks")
FIELDS = ("code", "name", "sector", "sms_label", "organisation", "place", "contact", "project", "ambito")


@router.get("")
def list_desks(
    request: Request, session: Work, who: Who, q: Text = "", sector: Text = "", state: Text = "", page: Number = 1
) -> Response:
    states = (Choice("", _("active")), Choice("closed", _("closed ones")), Choice("all", _("active and closed ones")))
    filters = Filters(
        "/desks",
        (
            search(_("Name or code"), q),
            one_of("sector", _("Kind of service"), choices(SECTORS), sector),
            one_of("state", _("Show"), states, state),
        ),
    )
    wanted = chosen(filters)
    listed = page_queries.desks(who, wanted["q"], wanted["sector"], wanted["state"])
    rows, found = page_queries.one_page(session, listed, page, PER_PAGE)
    view = ListPage(
        rows=tuple(_row(row) for row in rows),
        filters=filters,
        pager=pager(filters, page, found),
        total=page_queries.count(session, page_queries.desks(who, state="all")),
    )
    return render(request, "territory/desks.html", page=view)


@router.get("/new")
def new_desk(request: Request, session: Work, who: Who) -> Response:
    return _form(request, session, who, FormValues())


@router.post("/new")
def create_desk(request: Request, session: Work, who: Who, values: Typed) -> Response:
    return _save(request, session, who, values)


@router.get("/{desk_code}")
def edit_desk(request: Request, desk_code: RowCode, session: Work, who: Who, saved: Saved = "") -> Response:
    row = _hers(session, who, desk_code)
    say_saved(request, saved)
    return _form(request, session, who, _values(row), row)


@router.post("/{desk_code}")
def change_desk(request: Request, desk_code: RowCode, session: Work, who: Who, values: Typed) -> Response:
    return _save(request, session, who, values, _hers(session, who, desk_code))


def _save(request: Request, session: Session, who: Visitor, values: FormValues, row: Desk | None = None) -> Response:
    reader = FormReader(values)
    given = reader.texts(*FIELDS) | {"active": row is None or values.has("active", "true")}
    if row is None:
        reader.refuse_known(reader.text("code"), queries.desk(session, reader.text("code") or ""))
    try:
        if row is not None:
            hold(session, row)
            refuse_overwriting(values, _values(row), lambda: last_change(session, "desk", row.code))
        entry = reader.entry(DeskEntry, given | ({"code": row.code} if row else {}))
        saved = reader.save(session, lambda: _saved(session, who, entry))
    except ChangedMeanwhile as other:
        return _form(request, session, who, other.values, row, status_code=other.status)
    except NotUnderstood as refused:
        return _form(request, session, who, values, row, refused)
    return see_saved(f"/desks/{saved.code}")


def _saved(session: Session, who: Visitor, entry: DeskEntry) -> Desk:
    row = save_desk(session, entry, who.actor, now(session)).row
    refuse_elsewhere(who.ambiti, "place", entry.place, session.get_one(Place, row.place_id).ambito_code)
    if row.ambito_code is not None:  # the office of an ambito
        refuse_elsewhere(who.ambiti, "ambito", row.ambito_code, row.ambito_code)
    return row


def _form(
    request: Request,
    session: Session,
    who: Visitor,
    values: FormValues,
    row: Desk | None = None,
    refused: NotUnderstood | None = None,
    *,
    status_code: int = 200,
) -> Response:
    page = RegisterForm(
        action=f"/desks/{row.code}" if row else "/desks/new",
        values=values,
        errors=shown(refused.fields) if refused else (),
        code=row.code if row else "",
        name=row.name if row else "",
        options=_options(session, who),
    )
    return render(request, "territory/desk.html", page=page, status_code=422 if refused else status_code)


def _options(session: Session, who: Visitor) -> dict[str, tuple[Choice, ...]]:
    """What the fields of the form may choose from."""
    places = session.scalars(page_queries.places(who))
    organisations = session.scalars(page_queries.organisations())
    projects = session.scalars(page_queries.projects())
    ambiti = [row for row in page_queries.ambiti(session) if who.ambiti is None or row.code in who.ambiti]
    return {
        "places": tuple(Choice(row.code, f"{row.name}, {row.comune.name}") for row in places),
        "organisations": tuple(Choice(row.code, row.name) for row in organisations),
        "projects": tuple(Choice(row.code, row.name) for row in projects),
        "ambiti": tuple(Choice(row.code, f"{row.code} {row.name}") for row in ambiti),
        "sectors": choices(SECTORS),
    }


def _values(row: Desk) -> FormValues:
    optional = {"contact": row.contact, "project": row.project_code or "", "ambito": row.ambito_code or ""}
    needed = {"name": row.name, "sector": row.sector, "sms_label": row.sms_label}
    named = {"organisation": row.organisation.code, "place": row.place.code}
    return FormValues.of(needed | named | optional | ({"active": "true"} if row.active else {}))


def _row(row: Desk) -> DeskRow:
    return DeskRow(
        code=row.code,
        name=row.name,
        sector=_(SECTORS[row.sector]),
        organisation=row.organisation.name,
        place=row.place.name,
        comune=row.place.comune.name,
        project=row.project_code or "",
        office=row.ambito_code or "",
        active=row.active,
    )


def _hers(session: Session, who: Visitor, code: str) -> Desk:
    row = page_queries.by_code(session, page_queries.desks(who, state="all"), Desk.code, code)
    if row is None:
        raise NotFound(_("There is no service %(code)s. Choose one from the list.") % {"code": code})
    return row

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the projects that pay: the list with what each budget has left, a new one, a changed one."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from dispatch.access.audit import last_change
from dispatch.access.visitor import Visitor, Who
from dispatch.errors import NotFound, NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.records.territory import Project
from dispatch.territory import page_queries, project_form, queries
from dispatch.territory.entries import ProjectEntry
from dispatch.territory.saving import save_project
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import PER_PAGE, Number, Text, chosen, pager, search
from dispatch.web.register_forms import FormReader
from dispatch.web.register_pages import RowCode, Saved, hold, say_saved, see_saved
from dispatch.web.shown import ChangedMeanwhile, refuse_overwriting
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.page import Filters
from dispatch.web.views.territory import ListPage, ProjectRow

router = APIRouter(include_in_schema=False, prefix="/projects")


@router.get("")
def list_projects(request: Request, session: Work, q: Text = "", page: Number = 1) -> Response:
    filters = Filters("/projects", (search(_("Name or code"), q),))
    rows, found = page_queries.one_page(session, page_queries.projects(chosen(filters)["q"]), page, PER_PAGE)
    view = ListPage(
        rows=tuple(
            ProjectRow(row.code, row.name, row.starts, row.ends, project_form.budgets_of(session, row)) for row in rows
        ),
        filters=filters,
        pager=pager(filters, page, found),
        total=page_queries.count(session, page_queries.projects()),
    )
    return render(request, "territory/projects.html", page=view)


@router.get("/new")
def new_project(request: Request, session: Work) -> Response:
    return _form(request, session, FormValues())


@router.post("/new")
def create_project(request: Request, session: Work, who: Who, values: Typed) -> Response:
    return _save(request, session, who, values)


@router.get("/{project_code}")
def edit_project(request: Request, project_code: RowCode, session: Work, saved: Saved = "") -> Response:
    row = _known(session, project_code)
    say_saved(request, saved)
    return _form(request, session, project_form.values_of(session, row), row)


@router.post("/{project_code}")
def change_project(request: Request, project_code: RowCode, session: Work, who: Who, values: Typed) -> Response:
    return _save(request, session, who, values, _known(session, project_code))


def _save(request: Request, session: Session, who: Visitor, values: FormValues, row: Project | None = None) -> Response:
    reader = FormReader(values)
    given = project_form.read(reader)
    if row is None:
        reader.refuse_known(reader.text("code"), queries.project(session, reader.text("code") or ""))
    try:
        if row is not None:
            hold(session, row)
            refuse_overwriting(
                values, project_form.values_of(session, row), lambda: last_change(session, "project", row.code)
            )
        entry = reader.entry(ProjectEntry, given | ({"code": row.code} if row else {}))
        saved = reader.save(session, lambda: save_project(session, entry, who.actor, now(session)).row)
    except ChangedMeanwhile as other:
        return _form(request, session, other.values, row, status_code=other.status)
    except NotUnderstood as refused:
        return _form(request, session, values, row, refused)
    return see_saved(f"/projects/{saved.code}")


def _form(
    request: Request,
    session: Session,
    values: FormValues,
    row: Project | None = None,
    refused: NotUnderstood | None = None,
    *,
    status_code: int = 200,
) -> Response:
    page = project_form.form_page(session, values, row, refused.fields if refused else (), now(session))
    return render(request, "territory/project.html", page=page, status_code=422 if refused else status_code)


def _known(session: Session, code: str) -> Project:
    row = queries.project(session, code)
    if row is None:
        raise NotFound(_("There is no project %(code)s. Choose one from the list.") % {"code": code})
    return row

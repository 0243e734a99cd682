# SPDX-License-Identifier: AGPL-3.0-or-later
"""The set-up page of an empty installation, and the page of a running one: its name, its first steps, how it is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from config.territory import ReferenceFileError, load_territory
from dispatch.access.audit import last_change, record
from dispatch.access.lockout import DoorClosed
from dispatch.access.naming import ONLY, InstallationName, give_name
from dispatch.access.pages import let_in
from dispatch.access.visitor import Who
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import machine_now
from dispatch.kit.doors import Here, Work
from dispatch.kit.installation import Installation
from dispatch.kit.problems import headers_for
from dispatch.records.setup import SetUp
from dispatch.setup import queries
from dispatch.setup.checks import checks
from dispatch.setup.service import Asked, refuse_once_done, set_up, trouble_of_name
from dispatch.setup.steps import first_steps
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.register_forms import shown
from dispatch.web.register_pages import Saved, say_saved, see_saved
from dispatch.web.shown import ChangedMeanwhile, refuse_overwriting
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.page import FieldError
from dispatch.web.views.setup import InstallationPage, SetupPage, TerritoryTold

router = APIRouter(include_in_schema=False)


@router.get("/setup")
def see_setup(request: Request, here: Here) -> Response:
    """Open while nobody can sign in, and gone for ever with the first account."""
    with here.database.begin() as session:
        refuse_once_done(session)
    return _setup(request, here, FormValues())


@router.post("/setup")
def do_setup(request: Request, here: Here, values: Typed) -> Response:
    address = request.client.host if request.client else "unknown"
    try:
        token = set_up(here, machine_now(), Asked.typed(values), address)
    except DoorClosed as closed:
        told = _("Too many wrong codes. Try again in %(minutes)d minutes, or make the first account in the terminal.")
        errors = (FieldError("code", told % {"minutes": closed.minutes}),)
        return _setup(request, here, values, errors, status_code=closed.status, headers=headers_for(closed))
    except NotUnderstood as refused:
        return _setup(request, here, values, shown(refused.fields), status_code=refused.status)
    name: InstallationName = request.app.state.installation_name
    name.forget()
    return let_in(RedirectResponse("/installation", 303), here.settings, token)


@router.get("/installation")
def see_installation(request: Request, session: Work, here: Here, saved: Saved = "") -> Response:
    say_saved(request, saved)
    return _installation(request, session, here, _values(queries.named(session)))


@router.post("/installation")
def rename(request: Request, session: Work, here: Here, who: Who, values: Typed) -> Response:
    """Another name; who saved first is not overwritten unseen."""
    text, now = values.get("place").strip(), machine_now()
    problem: FieldProblem | None = trouble_of_name("place", text)
    if problem:
        return _installation(request, session, here, values, shown((problem,)), status_code=422)
    row = queries.named(session, to_change=True)
    try:
        refuse_overwriting(values, _values(row), lambda: last_change(session, "installation", str(ONLY)))
    except ChangedMeanwhile as other:
        return _installation(request, session, here, other.values, status_code=other.status)
    give_name(session, text, now)
    record(session, now, who.actor, "rename", "installation", ONLY)
    name: InstallationName = request.app.state.installation_name
    name.forget()
    return see_saved("/installation")


def _setup(
    request: Request,
    here: Installation,
    values: FormValues,
    errors: tuple[FieldError, ...] = (),
    *,
    status_code: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    page = SetupPage(told_of(here.settings.territory), here.settings.providers[0], values, errors)
    return render(request, "setup/setup.html", page=page, status_code=status_code, headers=headers)


def told_of(name: str) -> TerritoryTold:
    """What the territory of the settings holds, before anything is loaded of it."""
    try:
        found = load_territory(name)
    except ReferenceFileError as trouble:
        return TerritoryTold(name, trouble=str(trouble))
    return TerritoryTold(name, found.pack.name, len(found.ambiti), len(found.comuni))


def _installation(
    request: Request,
    session: Session,
    here: Installation,
    values: FormValues,
    errors: tuple[FieldError, ...] = (),
    *,
    status_code: int = 200,
) -> Response:
    steps = first_steps(queries.count(session), here.settings.territory)
    page = InstallationPage(steps, checks(session, here), values, errors)
    return render(request, "setup/installation.html", page=page, status_code=status_code)


def _values(row: SetUp | None) -> FormValues:
    return FormValues.of({"place": row.name if row else ""})

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sign-in page, signing out, the way home by role, and what a browser sees instead of a problem document."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import RedirectResponse, Response

from config.settings import Settings
from dispatch.access import queries, service
from dispatch.access.door import cookie_name
from dispatch.access.lockout import DoorClosed
from dispatch.access.signing_in import sign_in
from dispatch.access.visitor import Who
from dispatch.errors import NotSignedIn, PonteError, Unavailable
from dispatch.kit.clock import machine_now
from dispatch.kit.doors import Here, Work
from dispatch.kit.problems import headers_for, printable
from dispatch.records.statuses import Role
from dispatch.web.forms import FormValues
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.templating import HER_PAGES, render, wants_fragment
from dispatch.web.views.doors import ErrorPage, LoginPage
from dispatch.web.views.page import Choice, FieldError

router = APIRouter(include_in_schema=False)
HOME = {
    Role.DESK: "/requests",
    Role.MEDIATOR: "/my/agenda",
    Role.COORDINATOR: "/agenda",
    Role.ADMIN: "/agenda",
}
ROLES = {
    Role.DESK: _l("Service"),
    Role.MEDIATOR: _l("Mediator"),
    Role.COORDINATOR: _l("Coordinator"),
    Role.ADMIN: _l("Administrator"),
}
MOST_DEMO_LOGINS = 8
API = "/api/"
LAST_COPY = "/agenda/copy"
Text = Annotated[str, Form(max_length=1000)]


@router.get("/")
def home(visitor: Who, session: Work) -> Response:
    """Each role starts at its own first page; who administers an installation without services, at what it needs."""
    assert visitor.role is not None  # the policy of this route lets nobody else in
    unfinished = visitor.role is Role.ADMIN and not queries.has_desks(session)
    return RedirectResponse("/installation" if unfinished else HOME[visitor.role], 303)


@router.get("/accessibility")
def accessibility(request: Request) -> Response:
    """What was tested of these pages, for a body that publishes no declaration of its own yet."""
    return render(request, "accessibility.html")


@router.get("/login")
def login_page(request: Request, here: Here) -> Response:
    """Where nobody can sign in yet, the way leads to the page that makes the first account."""
    if _is_empty(here):
        return RedirectResponse("/setup", 303)
    page = LoginPage(next=_inside(request.query_params.get("next", "/")), demo=_demo_logins(here))
    return render(request, "login.html", page=page)


@router.post("/login")
def log_in(request: Request, here: Here, login: Text = "", password: Text = "", next: Text = "/") -> Response:
    """A session for the right password; the page again for a wrong one, with what was typed in its place."""
    address = request.client.host if request.client else "unknown"
    try:
        token = sign_in(here.database, machine_now(), login, password, address)
    except DoorClosed as closed:
        message = _("Too many wrong passwords. Try again in %(minutes)d minutes.") % {"minutes": closed.minutes}
        return _again(request, here, login, next, message, closed)
    if token is None:
        return _again(request, here, login, next, _("User name or password is wrong. Check both and try again."))
    return let_in(RedirectResponse(_inside(next), 303), here.settings, token)


def let_in(answer: Response, settings: Settings, token: str) -> Response:
    """The answer with the session's cookie."""
    name = cookie_name(settings)
    secure = name.startswith("__Host-")
    seconds = int(service.ABSOLUTE.total_seconds())
    answer.set_cookie(name, token, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")
    return answer


@router.post("/logout")
def log_out(request: Request, here: Here, session: Work) -> Response:
    """The session ends on the server, so that a copy of the cookie is worth nothing either."""
    name = cookie_name(here.settings)
    service.close_session(session, machine_now(), request.cookies.get(name, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(name, path="/", secure=name.startswith("__Host-"), httponly=True, samesite="lax")
    return answer


def error_page(request: Request, error: PonteError) -> Response | None:
    """What a browser gets instead of a problem document; None for programs. Who is not signed in goes to sign in.

    A part of a page that refreshes itself gets the problem: the sign-in page has no place in the middle of another.
    """
    if not wants_page(request):
        return None
    if isinstance(error, NotSignedIn):
        return None if wants_fragment(request) else _to_sign_in(request)
    fields = tuple(
        FieldError(field.field, f"{field.message} {field.remedy}")
        for field in error.fields
        if field.message not in error.detail
    )
    back = _asked(request) if error.status == Unavailable.status and request.method == "GET" else "/"
    page = ErrorPage(error.status, printable(error.detail), fields, back, _copy_address(request, error))
    template = "offers/phone_error.html" if request.url.path.startswith(HER_PAGES) else "error.html"
    return render(request, template, status_code=error.status, headers=headers_for(error), page=page)


def _copy_address(request: Request, error: PonteError) -> str:
    """Where to read the agenda all the same while the database is away, for who may; whoever makes the application knows."""
    copy: Callable[[Request], object | None] | None = getattr(request.app.state, "last_copy", None)
    return LAST_COPY if error.status == Unavailable.status and copy and copy(request) is not None else ""


def wants_page(request: Request) -> bool:
    """Whether somebody with a browser asks, for a page."""
    return not request.url.path.startswith(API) and "text/html" in request.headers.get("accept", "")


def _to_sign_in(request: Request) -> Response:
    if request.method != "GET":
        return RedirectResponse("/login", 303)
    return RedirectResponse(f"/login?{urlencode({'next': _asked(request)})}", 303)


def _asked(request: Request) -> str:
    """The address that was asked for, with its query."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _again(
    request: Request, here: Here, login: str, target: str, message: str, closed: DoorClosed | None = None
) -> Response:
    values, errors = FormValues((("login", login),)), (FieldError("login", message),)
    page = LoginPage(values=values, errors=errors, next=_inside(target), demo=_demo_logins(here))
    headers = headers_for(closed) if closed else {}
    return render(request, "login.html", status_code=closed.status if closed else 422, headers=headers, page=page)


def _is_empty(here: Here) -> bool:
    """No account at all; where the database is away that is not known, and signing in will say so."""
    try:
        with here.database.begin() as session:
            return not service.has_accounts(session)
    except SQLAlchemyError:
        return False


def _demo_logins(here: Here) -> tuple[Choice, ...]:
    """The logins of a rehearsal with the password they share; nothing where people really work."""
    password = here.settings.demo_password
    if not password:
        return ()
    with here.database.begin() as session:
        return tuple(
            Choice(account.login, _(ROLES[Role(account.role)]), password)
            for account in queries.accounts(session, MOST_DEMO_LOGINS)
        )


def _inside(target: str) -> str:
    """A path of ours; what could lead to another site (//host, a scheme, a backslash) leads home instead."""
    fine = target.startswith("/") and not target.startswith("//") and target.isprintable() and "\\" not in target
    return target if fine and target.isascii() else "/"

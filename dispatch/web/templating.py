# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a page is made: `render(request, "intake/requests.html", page=...)`.

The access layer leaves who is looking in `request.state.viewer` (a `views.page.Viewer`), what to say once in
`request.state.flashes` (a sequence of `views.page.Flash`), in `request.state.csrf` the mark of whose page it is, and in
`request.state.kept` what she had typed when her session ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.web import choices, i18n, moments
from dispatch.web.forms import MARK
from dispatch.web.navigation import items_for, registers
from dispatch.web.refill import Kept, refilled
from dispatch.web.register_words import WEEKDAYS
from dispatch.web.shown import marks_in
from dispatch.web.static_files import asset, mount_static
from dispatch.web.status_words import status_word
from dispatch.web.views.finding import Line
from dispatch.web.views.page import NO_LINKS, Flash, FooterLinks

TEMPLATES = Path(__file__).parent / "templates"
CHOICES = {
    "kinds": partial(choices.choices, choices.KINDS),
    "modes": partial(choices.choices, choices.MODES),
    "genders": partial(choices.choices, choices.GENDERS),
    "priorities": partial(choices.choices, choices.PRIORITIES),
    "tolerances": partial(choices.choices, choices.TOLERANCES),
    "weekly": partial(choices.choices, choices.WEEKLY),
    "durations": choices.durations,
    "weekdays": partial(choices.choices, WEEKDAYS),
}
LOCALE_COOKIE = "ponte_locale"
SMALL = 1024  # bytes that fit into one packet anyway
HER_PAGES = ("/m/", "/my/")
_csrf: ContextVar[str] = ContextVar("csrf", default="")


@cache
def environment() -> Environment:
    """The one Jinja environment: everything escaped, a forgotten variable is an error, words from our catalogs."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined] # added by the i18n extension
    env.filters |= moments.FILTERS
    env.globals |= {
        "asset": asset,
        "autonym": i18n.autonym,
        "choices": CHOICES,
        "csrf_field": csrf_field,
        "direction": i18n.direction,
        "items_for": items_for,
        "locale": i18n.current_locale,
        "locales": i18n.locales,
        "marks_in": marks_in,
        "phone_locales": i18n.phone_locales,
        "registers": registers,
        "span": moments.span,
        "status_word": status_word,
    }
    return env


def csrf_field() -> Markup:
    """The hidden field of every form of somebody signed in: for which account its page was made."""
    mark = _csrf.get()
    return Markup('<input type="hidden" name="{}" value="{}">').format(MARK, mark) if mark else Markup("")


def locale_of(request: Request) -> str:
    """The language of this request: chosen before, else the browser's, else Italian."""
    return i18n.negotiate(chosen_in(request), request.headers.get("accept-language"), known_in(request))


def chosen_in(request: Request) -> str | None:
    """What was asked for, now or before."""
    return request.query_params.get("lang") or request.cookies.get(LOCALE_COOKIE)


def known_in(request: Request) -> tuple[str, ...]:
    """The languages of this page: a mediator's own pages speak more of them."""
    return i18n.phone_locales() if request.url.path.startswith(HER_PAGES) else i18n.locales()


def here_in(request: Request, locale: str) -> str:
    """The address of this very page in another language, with everything else in its query kept."""
    return f"?{request.url.include_query_params(lang=locale).query}"


def render(
    request: Request,
    name: str,
    *,
    status_code: int = 200,
    headers: dict[str, str] | None = None,
    locale: str | None = None,
    **context: Any,
) -> HTMLResponse:
    """One page as an HTML response, in the request's language (or ``locale``, for a link that names its reader)."""
    everywhere = {
        "viewer": getattr(request.state, "viewer", None),
        "flashes": getattr(request.state, "flashes", ()),
        "path": request.url.path,
        "rehearses": getattr(request.state, "rehearses", False),
        "shut_line": getattr(request.state, "shut_line", None),
        "footer": _footer(request),
        "installation_name": partial(_installation_name, request),
        "badges": partial(_badges, request),
        "asked_about": partial(_asked_about, request),
        "here_in": partial(here_in, request),
    }
    with i18n.speaking(locale or i18n.being_read() or locale_of(request)):
        before = _csrf.set(getattr(request.state, "csrf", ""))
        try:
            text = _written(name, everywhere | context, getattr(request.state, "kept", None))
        finally:
            _csrf.reset(before)
    return HTMLResponse(text, status_code, {"Vary": "Cookie, Accept-Language"} | (headers or {}))


def _written(name: str, context: dict[str, Any], kept: Kept | None) -> str:
    """The page; a form that was sent when the session was over is filled in again, or its texts are shown to be copied."""
    template = environment().get_template(name)
    if kept is None:
        return template.render(context)
    again = i18n.gettext(
        "You were signed out before this was sent. What you typed is here again: look at it and send it."
    )
    page = refilled(template.render(context | {"flashes": (*context["flashes"], Flash("warning", again))}), kept)
    if page is not None:
        return page
    texts = " · ".join(dict.fromkeys(value.strip() for _name, value in kept.pairs if value.strip()))
    lost = i18n.gettext(
        "You were signed out before this was sent. Its page is no longer there; you had typed: %(texts)s"
    )
    return template.render(context | {"flashes": (*context["flashes"], Flash("warning", lost % {"texts": texts}))})


def _badges(request: Request) -> dict[str, int]:
    """Numbers beside the entries of the header, by address: whoever makes the application says how they are counted."""
    count: Callable[[Request], dict[str, int]] | None = None
    if "app" in request.scope:
        count = getattr(request.app.state, "badges", None)
    return count(request) if count else {}


def _asked_about(request: Request, code: str) -> Mapping[int, Sequence[Line]]:
    """Who is being asked about a request, by the number of its date: nothing where no application says it."""
    find: Callable[[Request, str], Mapping[int, Sequence[Line]]] | None = None
    if "app" in request.scope:
        find = getattr(request.app.state, "asked_about", None)
    return find(request, code) if find else {}


def _installation_name(request: Request) -> str:
    """What the installation is called; empty where it has no name."""
    name: Callable[[Request], str] | None = None
    if "app" in request.scope:
        name = getattr(request.app.state, "installation_name", None)
    return name(request) if name else ""


def _footer(request: Request) -> FooterLinks:
    """The links that a public body must show: whoever makes the application says where they lead."""
    links: FooterLinks = getattr(request.app.state, "footer", NO_LINKS) if "app" in request.scope else NO_LINKS
    return links


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of a page; without JavaScript the same address gives the whole page."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-request-type") != "full"


class SpeaksTheReadersLanguage:
    """ASGI middleware: `gettext` in any page's own code answers in the reader's language; `?lang=en` remembers a choice."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        known = known_in(request)

        async def remember(message: Message) -> None:
            asked = request.query_params.get("lang")
            if message["type"] == "http.response.start" and asked in known:
                cookie = f"{LOCALE_COOKIE}={asked}; Path=/; Max-Age=31536000; SameSite=Lax"
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        with i18n.speaking(locale_of(request), chosen=chosen_in(request) in known):
            await self.app(scope, receive, remember)


def install(app: Starlette) -> None:
    """Give an application what the pages need: static files, the reader's language, and few bytes on slow lines.

    Compression would let another site measure a secret beside words of its own choice; pages hold none: the session is
    in a cookie that no other site's request carries, and the door asks the browser where a form came from.
    """
    mount_static(app)
    app.add_middleware(GZipMiddleware, minimum_size=SMALL, compresslevel=6)  # leaves streams of events alone
    app.add_middleware(SpeaksTheReadersLanguage)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The app-wide dependency that lets a visitor in or not, by the policy of the route; it runs before every endpoint."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from fastapi import Request
from sqlalchemy import update
from sqlalchemy.orm import Session

from config.settings import Settings
from dispatch.access import keeping, links, queries, service, tokens
from dispatch.access.policy import Policy, policy_for
from dispatch.access.visitor import NOBODY, Credential, Visitor
from dispatch.errors import Forbidden, NotFound, NotSignedIn
from dispatch.kit.clock import machine_now
from dispatch.kit.doors import Here, route_template
from dispatch.line.queries import in_force, shut_line
from dispatch.records.access import ApiKey
from dispatch.records.access import Session as BrowserSession
from dispatch.records.statuses import Role
from dispatch.web.i18n import gettext as _
from dispatch.web.views.line import ShutLine, why_word
from dispatch.web.views.page import Viewer

BUILT_IN = "phone"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# A session or key is marked as used at most this often, so that reading a page does not mean writing a row.
TOUCH_EVERY = dt.timedelta(minutes=5)


def admit(request: Request, here: Here) -> None:
    """Let the request through with ``request.state.visitor`` set, or raise 401, 403 or 404."""
    policy = policy_for(request.method, route_template(request.scope) or "")
    if policy is None:
        raise Forbidden(_("This address is shut: no policy opens it yet."))
    if request.method not in SAFE and Credential.CARRIER not in policy.credentials:
        _refuse_cross_site(request, here.settings)
    request.state.visitor = visitor = _recognise(request, here, policy)
    if visitor.role is not None:
        everywhere = visitor.ambiti is None
        request.state.viewer = Viewer(visitor.name, visitor.role, visitor.organisation, everywhere=everywhere)
    if visitor.account_id is not None:
        _know_forms_of(request, here, visitor.account_id)
    if visitor.is_staff and visitor.credential is Credential.SESSION:
        _look_at_the_line(request, here)
    if policy.scope != "public" and visitor.role not in policy.roles:
        raise Forbidden(_("Your account does not open this. Ask who coordinates the service."))
    if policy.scope == "whole" and visitor.ambiti is not None:
        raise Forbidden(_("This concerns every ambito: ask who coordinates all of them, or who administers Ponte."))


def _know_forms_of(request: Request, here: Here, account_id: int) -> None:
    """Mark the forms of her page as hers; one that was sent when her session was over comes back filled in."""
    request.state.csrf = links.make(links.Purpose.FORM, account_id, here.settings.signing_secret())
    if request.method == "GET" and (key := request.query_params.get(keeping.AGAIN, "")):
        with here.database.begin() as session:
            request.state.kept = keeping.kept_for(session, account_id, key)


def _look_at_the_line(request: Request, here: Here) -> None:
    """What every page of the staff says while no SMS leaves, and whether its head leads to the built-in phones."""
    with here.database.begin() as session:
        provider = in_force(session, here.settings)
        line = shut_line(session, provider)
        shown = None if line is None else ShutLine(line.state, line.since, why_word(line.why or ""))
    request.state.rehearses = provider == BUILT_IN
    if request.method == "GET":
        request.state.shut_line = shown


def cookie_name(settings: Settings) -> str:
    """``__Host-`` binds the cookie to this host over https; a plain local installation cannot have it."""
    return "__Host-ponte" if settings.base_url.startswith("https://") else "ponte"


def _recognise(request: Request, here: Here, policy: Policy) -> Visitor:
    if policy.scope == "public":
        return NOBODY
    if Credential.LINK in policy.credentials:
        return _by_link(request, here, policy)
    scheme, _space, key = request.headers.get("authorization", "").partition(" ")
    token = request.cookies.get(cookie_name(here.settings), "")
    with here.database.begin() as session:
        if scheme:
            visitor = _by_key(session, key.strip()) if scheme.lower() == "bearer" else None
        else:
            visitor = _by_session(session, token) if token else None
    if visitor is None:
        raise NotSignedIn(_("This needs a session or a valid API key (Authorization: Bearer ponte_…)."))
    if visitor.credential not in policy.credentials:
        raise Forbidden(_("This is a page for people: an API key does not open it. Sign in instead."))
    return visitor


def _by_link(request: Request, here: Here, policy: Policy) -> Visitor:
    assert policy.purpose is not None
    number = links.read(policy.purpose, request.path_params["token"], here.settings.signing_secret())
    if number is None:
        raise NotFound(_("This link is not complete. Open it again from the message."))
    mediator_id = number if policy.purpose is links.Purpose.AGENDA else None
    return Visitor(
        f"link:{policy.purpose}:{number}", Credential.LINK, Role.MEDIATOR, mediator_id=mediator_id, link_id=number
    )


def _by_key(session: Session, key: str) -> Visitor | None:
    now = machine_now()
    found = queries.live_key(session, tokens.fingerprint(key))
    if found is None:
        return None
    stored, desk = found
    if stored.last_used_at is None or stored.last_used_at < now - TOUCH_EVERY:
        session.execute(update(ApiKey).where(ApiKey.key_hash == stored.key_hash).values(last_used_at=now))
    return Visitor(f"key:{desk.code}/{stored.label}", Credential.API_KEY, Role.DESK, desk_id=desk.id, name=desk.name)


def _by_session(session: Session, token: str) -> Visitor | None:
    now = machine_now()
    found = queries.live_session(session, tokens.fingerprint(token), now, service.IDLE)
    if found is None:
        return None
    if found.seen_at < now - TOUCH_EVERY:
        session.execute(update(BrowserSession).where(BrowserSession.token_hash == found.token_hash).values(seen_at=now))
    account = found.account
    return Visitor(
        f"account:{account.login}",
        Credential.SESSION,
        Role(account.role),
        account_id=account.id,
        desk_id=account.desk_id,
        mediator_id=account.mediator_id,
        ambiti=None if account.ambiti is None else tuple(account.ambiti),
        locale=account.locale,
        name=account.name,
        organisation=queries.desk_name(session, account.desk_id) if account.desk_id is not None else "",
    )


def _refuse_cross_site(request: Request, settings: Settings) -> None:
    """Another site's form or script may not act with our cookie: Sec-Fetch-Site decides, else Origin.

    A request with neither header comes from no browser that would carry a cookie along by itself.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site in {"same-origin", "none"}:
        return
    ours = {urlsplit(settings.base_url).netloc, request.headers.get("host", "")}
    if site is None and (origin is None or urlsplit(origin).netloc in ours):
        return
    raise Forbidden(_("This was sent from another site. Open the page here and send it again."))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A form that was sent when the session was over: kept for an hour, and shown again to the same account once it signs in.

Every form carries a mark that says for which account its page was made (``links.Purpose.FORM``): only what has a true one
is kept, so nobody without an account fills the table, and it is shown to no other. Nothing is sent by itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from dispatch.access import links, tokens
from dispatch.access.policy import TABLE
from dispatch.kit.clock import machine_now
from dispatch.kit.installation import Installation
from dispatch.kit.notes import storable
from dispatch.records.access import Account, KeptForm
from dispatch.web.forms import MARK
from dispatch.web.refill import Kept

KEPT = dt.timedelta(hours=1)
MOST = 20  # of one account: who presses again and again keeps the latest
MOST_FIELDS = 400
LONGEST = 1000  # of an address
AGAIN = "kept"  # in the address of the page that shows it again
SECRET = re.compile("password|secret|token", re.IGNORECASE)  # what is never kept, in a field's name
Otherwise = Callable[[Request, Exception], Response]


@dataclass(frozen=True)
class Sent:
    """What came in: for whom its page was made, where it stands, where it was sent, and its fields."""

    mark: str
    page: str
    action: str
    fields: list[list[str]]


def keeping(otherwise: Otherwise) -> Callable[[Request, Exception], Awaitable[Response]]:
    """How a visitor who is not signed in is answered: her form is kept first, everything else goes as before."""

    async def answer(request: Request, error: Exception) -> Response:
        sent = await _sent(request)
        key = await run_in_threadpool(keep, request.app.state.installation, sent) if sent else None
        if sent is None or key is None:
            return await run_in_threadpool(otherwise, request, error)
        back = sent.page + ("&" if "?" in sent.page else "?") + urlencode({AGAIN: key})
        return RedirectResponse(f"/login?{urlencode({'next': back})}", 303)

    return answer


def keep(here: Installation, sent: Sent) -> str | None:
    """The key under which the form waits; None for a mark that is not ours."""
    account_id = links.read(links.Purpose.FORM, sent.mark, here.settings.signing_secret())
    if account_id is None:
        return None
    key, now = tokens.new_token(), machine_now()
    with here.database.begin() as session:
        if session.get(Account, account_id) is None:
            return None
        forget(session, now)
        _make_room(session, account_id)
        session.add(
            KeptForm(
                key_hash=tokens.fingerprint(key),
                account_id=account_id,
                page=sent.page,
                action=sent.action,
                fields=sent.fields,
                kept_at=now,
            )
        )
    return key


def kept_for(session: Session, account_id: int, key: str) -> Kept | None:
    """The form that waits under this key, if it is this account's and its hour is not over."""
    row = session.get(KeptForm, tokens.fingerprint(key))
    if row is None or row.account_id != account_id or row.kept_at < machine_now() - KEPT:
        return None
    return Kept(row.action, tuple((name, value) for name, value in row.fields))


def forget(session: Session, now: dt.datetime) -> None:
    """Drop what has waited for its hour; ``now`` is the machine's clock."""
    session.execute(delete(KeptForm).where(KeptForm.kept_at < now - KEPT))


def _make_room(session: Session, account_id: int) -> None:
    hers = select(KeptForm.key_hash).where(KeptForm.account_id == account_id)
    if (session.scalar(select(func.count()).select_from(hers.subquery())) or 0) >= MOST:
        oldest = hers.order_by(KeptForm.kept_at).limit(1)
        session.execute(delete(KeptForm).where(KeptForm.key_hash.in_(oldest)))


async def _sent(request: Request) -> Sent | None:
    """The form in this request, where it is one that a person filled in and sent from a page of ours."""
    if request.method != "POST" or request.headers.get("hx-request") == "true":
        return None
    try:
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    except HTTPException:
        return None  # too much, or no form at all
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    fields = [
        [storable(name), storable(value)] for name, value in pairs if name != MARK and SECRET.search(name) is None
    ]
    page, mark = _page_of(request), next((value for name, value in pairs if name == MARK), "")
    if not fields or not mark or len(page) > LONGEST or len(request.url.path) > LONGEST:
        return None
    return Sent(mark, page, request.url.path, fields)


def _page_of(request: Request) -> str:
    """The page that the form stands on: where the browser says it comes from, else where it was sent, else home."""
    came_from = urlsplit(request.headers.get("referer", ""))
    query = urlencode([(name, value) for name, value in parse_qsl(came_from.query) if name != AGAIN])
    if came_from.netloc == request.headers.get("host") and _is_page(came_from.path):
        return came_from.path + (f"?{query}" if query else "")
    return request.url.path if _is_page(request.url.path) else "/"


def _is_page(path: str) -> bool:
    """Whether the address can be opened; what a refused form stands on often cannot."""
    return any(
        method == "GET" and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path) for method, template in TABLE
    )

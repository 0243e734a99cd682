# SPDX-License-Identifier: AGPL-3.0-or-later
"""The API as commands for a terminal, with this installation's own address in them: copied as they stand, they work."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from dispatch.kit.doors import Here
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.templating import render
from dispatch.web.views.docs import Command, CurlPage

router = APIRouter(include_in_schema=False)
Body = dict[str, Any]
LONGEST = 100  # signs of a body that stays on its line

ASK: Body = {
    "desk": "ic-trescore",
    "kind": "mediation",
    "languages": [{"code": "ar"}],
    "place": "ic-trescore",
    "when": [{"day": "2027-01-11", "from": "09:00", "tolerance": "same_day"}],
    "duration": 60,
}
SERIES: Body = ASK | {"repeat": {"every": "week", "until": "2027-02-28", "school_days": True}}
OTHER_HOUR: Body = {"scope": "following", "when": {"from": "11:00"}}


@dataclass(frozen=True)
class Call:
    """One example: what it does (msgids), the operation of the description, what fills its braces, what it sends."""

    title: str
    about: str
    method: str
    path: str
    filled: Mapping[str, str]
    body: Body | None = None
    query: str = ""
    once: str = ""


CALLS = (
    Call(
        _l("Ask for a mediator"),
        _l("The answer names the request (R-…) and says in words what was understood. Sent twice it asks once."),
        "POST",
        "/api/v1/requests",
        {},
        ASK,
        once="2027-0001",
    ),
    Call(
        _l("Ask every week"),
        _l("A series: the days without lessons are left out, the same mediator is looked for."),
        "POST",
        "/api/v1/requests",
        {},
        SERIES,
        once="2027-0002",
    ),
    Call(
        _l("Your requests"),
        _l("The next ones first, in pages."),
        "GET",
        "/api/v1/requests",
        {},
        query="?status=open",
    ),
    Call(
        _l("Follow one request"),
        _l("Its dates, and who comes."),
        "GET",
        "/api/v1/requests/{code}",
        {"code": "R-1"},
    ),
    Call(
        _l("Move a date and those after it"),
        _l("Who is booked is told, or asked again where the move is a large one."),
        "PATCH",
        "/api/v1/requests/{code}/appointments/{appointment}",
        {"code": "R-1", "appointment": "1"},
        OTHER_HOUR,
    ),
    Call(
        _l("Cancel a request"),
        _l("All its dates that are still to come; who is booked is told at once."),
        "POST",
        "/api/v1/requests/{code}/cancel",
        {"code": "R-1"},
        {},
    ),
    Call(
        _l("Visits that are over"),
        _l("Those of which nobody has told yet how they went."),
        "GET",
        "/api/v1/attendance",
        {},
        query="?status=awaited",
    ),
    Call(
        _l("Tell how a visit went"),
        _l("It took place, from when to when; local times."),
        "POST",
        "/api/v1/attendance/{attendance_id}",
        {"attendance_id": "1"},
        {"outcome": "held", "from": "09:05", "to": "10:10"},
    ),
)


@router.get("/api/v1/curl")
def curl(request: Request, here: Here) -> Response:
    return render(request, "curl.html", page=curl_page(here.settings.base_url))


def curl_page(address: str) -> CurlPage:
    """The commands for the installation at this address."""
    first = (
        Command(
            _("A key, once"),
            _("On the server, for the service whose code you name; it is shown this once. Each program has its own."),
            'ponte key create ic-trescore --label "registro elettronico"',
        ),
        Command(
            _("Where and who, in each terminal"),
            _("Put your key in the place of the points."),
            f"export PONTE={address}\nexport PONTE_KEY=ponte_…",
        ),
    )
    return CurlPage(first, tuple(Command(_(call.title), _(call.about), command(call)) for call in CALLS))


def command(call: Call) -> str:
    """The call as curl makes it, one option a line."""
    method = "" if call.method == ("GET" if call.body is None else "POST") else f"-X {call.method} "
    lines = [f'curl -sS {method}"$PONTE{call.path.format(**call.filled)}{call.query}"']
    lines.append('-H "Authorization: Bearer $PONTE_KEY"')
    if call.once:
        lines.append(f"-H 'Idempotency-Key: {call.once}'")
    if call.body is not None:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d '{_written(call.body)}'")
    return " \\\n  ".join(lines)


def _written(body: Body) -> str:
    text = json.dumps(body, ensure_ascii=False)
    if len(text) <= LONGEST:
        return text
    fields = (f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in body.items())
    return "{\n    " + ",\n    ".join(fields) + "\n  }"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of requests: a desk's own, or for a coordinator those of her ambiti; every filter stands in the address."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dispatch.intake.api import Reads
from dispatch.intake.list_page import list_page
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import Number, Text
from dispatch.web.templating import render
from dispatch.web.views.page import Flash

router = APIRouter()
DayText = Annotated[str, Query(max_length=10)]


@router.get("")
def list_requests(
    request: Request,
    reads: Reads,
    state: Text = "",
    language: Text = "",
    kind: Text = "",
    desk: Text = "",
    since: DayText = "",
    until: DayText = "",
    q: Text = "",
    page: Number = 1,
    told: Text = "",
) -> Response:
    """My requests, the next meeting first."""
    if told:
        request.state.flashes = (Flash("success", _("Thank you: what you told is noted.")),)
    typed = {"state": state, "language": language, "kind": kind, "desk": desk, "q": q}
    found = list_page(reads, typed | {"since": since, "until": until}, page)
    return render(request, "intake/requests.html", page=found)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page on which every SMS text is read before anybody gets it, one language at a time."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dispatch.kit.doors import Work
from dispatch.kit.policy import policy_in_force
from dispatch.policy.messages import messages_page
from dispatch.web.templating import render

router = APIRouter(include_in_schema=False)


@router.get("/messages")
def see_messages(
    request: Request, session: Work, language: Annotated[str, Query(max_length=16, pattern=r"^[^\x00]*$")] = ""
) -> Response:
    page = messages_page(language, policy_in_force(session).sms)
    return render(request, "policy/messages.html", page=page)

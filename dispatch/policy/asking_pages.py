# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of how people are asked, which the rules of the offers make."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.policy.asking import asking_page
from dispatch.web.templating import render

router = APIRouter(include_in_schema=False)


@router.get("/asking")
def see_asking(request: Request, session: Work) -> Response:
    return render(request, "policy/asking.html", page=asking_page(session, now(session)))

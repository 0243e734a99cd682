# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a calendar behind a secret address is answered: whole when something changed, with no bytes while nothing did."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from email.utils import format_datetime
from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response

from dispatch.kit.calendar_file import MEDIA_TYPE, Date, calendar_file

Secret = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
# Calendars ask again and again: a quarter of an hour without asking, then an answer of no bytes while nothing changed.
KEPT_FOR = "private, max-age=900"


def calendar_answer(request: Request, dates: Sequence[Date], title: str) -> Response:
    body = calendar_file(dates, title)
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": KEPT_FOR}
    if dates:
        headers["Last-Modified"] = format_datetime(max(date.changed for date in dates), usegmt=True)
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=MEDIA_TYPE, headers=headers)

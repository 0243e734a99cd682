# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's page for an old phone on a slow line: compressed whatever its size, where her browser takes it."""

from __future__ import annotations

import gzip

from fastapi import Request
from starlette.responses import HTMLResponse


def compressed(request: Request, page: HTMLResponse) -> HTMLResponse:
    """The same page, as gzip where the browser says that it reads that."""
    page.headers["Vary"] = f"{page.headers.get('Vary', '')}, Accept-Encoding".lstrip(", ")
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return page
    page.body = gzip.compress(bytes(page.body), mtime=0)
    page.headers["Content-Encoding"] = "gzip"
    page.headers["Content-Length"] = str(len(page.body))
    return page

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that browsers load: our own under static/, the built ones under static/vendor/, both named by their content."""

from __future__ import annotations

import hashlib
import logging
import os
from functools import cache
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
A_YEAR = "public, max-age=31536000, immutable"
log = logging.getLogger(__name__)


class NamedByContent(StaticFiles):
    """Static files that may be kept for a year when the address carries the hash of their content."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = A_YEAR if scope["query_string"].startswith(b"v=") else "no-cache"
        return response


@cache
def asset(name: str) -> str | None:
    """The address of a file under static/, or None where it was never built: the page then does without."""
    file = STATIC / name
    if not file.is_file():
        return None
    return f"/static/{name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:10]}"


def mount_static(app: Starlette) -> None:
    """Serve /static; say once, clearly, when the assets were not built."""
    if asset("vendor/ponte.css") is None:
        log.warning("no built assets: pages work without style; build them with dispatch/web/assets/build.py")
    app.mount("/static", NamedByContent(directory=STATIC), name="static")

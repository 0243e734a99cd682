# SPDX-License-Identifier: AGPL-3.0-or-later
"""GET /metrics, for who watches the installation: with the token, or from the machine itself where nobody else comes in."""

from __future__ import annotations

import hmac
import ipaddress

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.responses import Response

from config.settings import Settings
from dispatch.errors import Forbidden
from dispatch.kit.doors import Here
from dispatch.web.i18n import gettext as _

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def metrics(request: Request, here: Here) -> Response:
    """The figures of this process and of the rows, in Prometheus' text format."""
    if not may_watch(request, here.settings):
        raise Forbidden(_("These figures are for who watches the service. Send its token (PONTE_METRICS_TOKEN)."))
    registry: CollectorRegistry = request.app.state.figures
    return Response(
        generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
    )


def may_watch(request: Request, settings: Settings) -> bool:
    """Where a token is set it alone opens. Without one, only this machine, and only if no proxy stands before it:

    behind a proxy every visitor of the world comes from this machine, so a public address asks for a token.
    """
    token = settings.metrics_token.get_secret_value()
    if token:
        scheme, _space, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
    forwarded = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    return not settings.public_url and not forwarded and _is_loopback(request.client.host if request.client else "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The carrier's door: a signed webhook is stored and answered at once; whatever is not signed leaves no row."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from dispatch.errors import Forbidden
from dispatch.kit.clock import now
from dispatch.kit.doors import Here
from dispatch.offers.inbound import store
from dispatch.offers.receipts import report
from dispatch.offers.wire import door_of
from notifications.providers.port import BadWebhook
from notifications.providers.twilio_webhooks import TwilioDoor

router = APIRouter(include_in_schema=False, prefix="/webhooks/twilio")
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


async def raw_body(request: Request) -> bytes:
    """The form exactly as it came, because the signature is over it."""
    return await request.body()


Raw = Annotated[bytes, Depends(raw_body)]


@router.post("/inbound")
def take_inbound(request: Request, body: Raw, here: Here) -> Response:
    """A reply: verified, stored raw, its reading queued in the same transaction. A second delivery changes nothing."""
    try:
        sms = _door(here).inbound(_asked(request), body, request.headers.get("x-twilio-signature"))
    except BadWebhook as refusal:
        raise _refused(refusal) from refusal
    with here.database.begin() as session:
        store(session, "twilio", sms, now(session))
    return Response(EMPTY_TWIML, media_type="text/xml")


@router.post("/status/{reference}")
def take_status(request: Request, reference: Annotated[str, Path(max_length=40)], body: Raw, here: Here) -> Response:
    """A receipt for the message that the address names; one for a message we do not have is thanked for and dropped."""
    try:
        receipt = _door(here).receipt(_asked(request), body, request.headers.get("x-twilio-signature"))
    except BadWebhook as refusal:
        raise _refused(refusal) from refusal
    with here.database.begin() as session:
        report(session, reference, receipt.sid, receipt.status, receipt.error_code, now(session))
    return Response(status_code=204)


def _door(here: Here) -> TwilioDoor:
    door = door_of(here.settings)
    if door is None:
        raise BadWebhook("no carrier is configured here")
    return door


def _asked(request: Request) -> str:
    """The path and query of ours that the carrier called; the host comes from the settings, never from a header."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _refused(refusal: BadWebhook) -> Forbidden:
    return Forbidden(f"This webhook is not believed: {refusal}. Check PONTE_PUBLIC_URL and the account's token.")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What only the network can tell, asked with --online alone: does our address lead here, does the carrier know us."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from config.settings import Settings
from dispatch.doctor.finding import Finding, fine, wrong

PATIENCE = 10.0  # seconds
CARRIER = "https://api.twilio.com"


def examine_online(settings: Settings, client: httpx.Client) -> Iterator[Finding]:
    yield own_address(settings, client)
    if settings.sms_provider == "twilio":
        yield account(settings, client)


def own_address(settings: Settings, client: httpx.Client) -> Finding:
    """From outside, over the proxy and its certificate, as the carrier comes."""
    try:
        answer = client.get(f"{settings.base_url}/healthz", timeout=PATIENCE)
        ours = answer.status_code == 200 and answer.json() == {"status": "alive"}
    except (httpx.HTTPError, ValueError) as trouble:
        remedy = "See to name, certificate, proxy and `ponte serve`."
        return wrong("from outside", f"{settings.base_url} does not answer ({type(trouble).__name__})", remedy)
    if not ours:
        remedy = "Let the proxy pass every path to Ponte unchanged."
        return wrong("from outside", f"something else answers at {settings.base_url}", remedy)
    return fine("from outside", f"{settings.base_url} leads here")


def account(settings: Settings, client: httpx.Client) -> Finding:
    sid, token = settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value()
    where = f"{settings.twilio_base_url or CARRIER}/2010-04-01/Accounts/{sid}.json"
    try:
        answer = client.get(where, auth=(sid, token), timeout=PATIENCE)
        status = answer.json().get("status") if answer.status_code == 200 else None
    except (httpx.HTTPError, ValueError) as trouble:
        remedy = "Let this machine reach the carrier (port 443)."
        return wrong("account", f"the carrier does not answer ({type(trouble).__name__})", remedy)
    if status != "active":
        says = f"the carrier says {status or answer.status_code}"
        return wrong("account", says, "Look at the account: token, balance, suspension.")
    return fine("account", "the carrier knows it, and it is active")

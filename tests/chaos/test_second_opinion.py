# SPDX-License-Identifier: AGPL-3.0-or-later
"""A second opinion on our fake: our real client, our webhooks' doors and the contract, before two independent fakes.

Where they disagree the difference stands here with who is right by Twilio's own description.
"""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
import uvicorn
from sqlalchemy import select
from twilio.rest import Client

from dispatch.app import create_app
from dispatch.kit.session import Database
from dispatch.records.offers import Inbound, Message
from notifications.message import Sms
from notifications.providers.port import Refused
from notifications.providers.twilio_sms import TwilioSms, _OtherHost
from tests import make
from tests.chaos.figures import Write
from tests.chaos.second_opinion.emulate import NotHere, emulate
from tests.dispatch.offers.test_webhooks import CARRIER, a_sent_message
from tests.notifications.contract.check import Contract
from tests.notifications.contract.relay import Relay
from tests.notifications.fake_twilio import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, FakeTwilio

HER, OTHER = "+393331234567", "+393330000001"
TEXT, REPLY = "Ponte: prova è + & 😊", "Sì 412, grazie! è & + 😊"
Told = dict[str, Any]
Simulate = Callable[[str, dict[str, str]], None]

FIVE = ["testo 4", "testo 3", "testo 2", "testo 1", "testo 0"]
# What the two do differently: ours, theirs, and who is right.
DISAGREE: dict[str, tuple[object, object, str]] = {
    "listed, in pages of two": (
        [*FIVE, TEXT],
        ["testo 4", "testo 3", *FIVE[1:], TEXT],
        "ours: emulate's next_page_uri forgets the filter, which in the description's own example is kept",
    ),
    "after STOP": (21610, None, "ours: Twilio documents 21610 until START; emulate keeps no opt-outs"),
}


@contextmanager
def served(database: Database) -> Iterator[str]:
    """Our own service on a real socket; its public address, which the carriers are told."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    public = f"http://127.0.0.1:{port}"
    app = create_app(make.installation(database, **CARRIER | {"public_url": public}))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread, pause = threading.Thread(target=server.run, daemon=True), threading.Event()
    thread.start()
    while not server.started:
        pause.wait(0.01)
    try:
        yield public
    finally:
        server.should_exit = True
        thread.join()


def ask(database: Database, public: str, carrier: str, simulate: Simulate) -> tuple[Told, list[str]]:
    """The same conversation with either fake: what it said, and what of it is not as Twilio describes it."""
    began, told, before = datetime.now(UTC), Told(), len(inbound(database))
    with Relay(carrier) as relay:
        provider = client(relay.url)
        reference = a_sent_message(database)
        accepted = provider.send(sms(TEXT, f"{public}/webhooks/twilio/status/{reference}"))
        for number in range(5):
            provider.send(sms(f"testo {number}"))
        provider.send(sms("other", to=OTHER))
        official = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=_OtherHost(relay.url, 5))
        fetched = official.messages(accepted.sid).fetch()
        told["accepted"] = (accepted.sid[:2], len(accepted.sid), accepted.status.value, accepted.segments)
        told["fetched"] = (fetched.body, fetched.to, fetched.from_, fetched.direction, fetched.status)
        told["listed, in pages of two"] = [one.body for one in official.messages.list(to=HER, page_size=2)]
        found = provider.find(HER, began, TEXT)
        told["found again"] = found is not None and found.sid == accepted.sid
        told["another token"] = refusal(client(relay.url, "old"))
        simulate("message-status", {"MessageSid": accepted.sid, "Status": "delivered"})
        told["its report moves our message"] = status_of(database, reference)
        simulate("inbound-message", {"From": HER, "To": OUR_NUMBER, "Body": REPLY})
        told["its reply comes in"] = inbound(database)[before:]
        simulate("inbound-message", {"From": HER, "To": OUR_NUMBER, "Body": "STOP"})
        told["after STOP"] = refusal(provider)
        faults = {fault for exchange in relay.passed for fault in Contract().broken_by(exchange)}
    return told, sorted(faults)


def client(carrier: str, token: str = AUTH_TOKEN) -> TwilioSms:
    return TwilioSms(account_sid=ACCOUNT_SID, auth_token=token, sender=OUR_NUMBER, base_url=carrier)


def sms(body: str, callback: str | None = None, to: str = HER) -> Sms:
    return Sms(to_e164=to, body=body, reference="m1", callback_url=callback, validity_seconds=600)


def refusal(provider: TwilioSms) -> int | None:
    """The code with which one more SMS is refused; None when it is taken."""
    try:
        provider.send(sms("one more"))
    except Refused as refused:
        return refused.code
    return None


def status_of(database: Database, reference: str) -> str:
    with database.begin() as session:
        return session.scalars(select(Message.status).where(Message.reference == reference)).one()


def inbound(database: Database) -> list[tuple[str, str]]:
    with database.begin() as session:
        return [(one.from_phone, one.body) for one in session.scalars(select(Inbound).order_by(Inbound.id))]


def at_emulate(url: str) -> Simulate:
    """emulate's own door for tests."""

    def simulate(what: str, fields: dict[str, str]) -> None:
        request = urllib.request.Request(f"{url}/_twilio/simulate/{what}", urlencode(fields).encode())
        request.add_header("Authorization", "Basic " + b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode())
        urllib.request.urlopen(request, timeout=15).close()

    return simulate


def at_ours(fake: FakeTwilio, inbound_url: str) -> Simulate:
    def simulate(what: str, fields: dict[str, str]) -> None:
        if what == "message-status":
            fake.report(fields["MessageSid"], fields["Status"])
        else:
            fake.inbound(inbound_url, fields["From"], fields["Body"])

    return simulate


@pytest.mark.chaos
def test_two_fakes_tell_our_client_the_same(database: Database, chaos_figures: Write) -> None:
    """Create, fetch, list, find, refuse, report and reply: the same before both, but for what is named here."""
    clock = time.monotonic()
    with served(database) as public:
        inbound_url = f"{public}/webhooks/twilio/inbound"
        try:
            with emulate(inbound_url) as url:
                theirs, their_faults = ask(database, public, url, at_emulate(url))
        except NotHere as absent:
            pytest.skip(f"no second opinion: {absent}")
        with FakeTwilio() as fake:
            ours, our_faults = ask(database, public, fake.url, at_ours(fake, inbound_url))
    differences = {name: (ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]}
    assert (our_faults, their_faults) == ([], [])
    assert differences == {name: (mine, other) for name, (mine, other, _) in DISAGREE.items()}
    assert ours["its reply comes in"] == [(HER, REPLY)]
    chaos_figures(
        row="second opinion",
        size=f"emulate 0.12.2 beside our fake, {len(ours)} questions",
        result=f"{len(ours) - len(differences)} agreed, {len(differences)} explained, 0 faults by the OpenAPI",
        seconds=time.monotonic() - clock,
    )

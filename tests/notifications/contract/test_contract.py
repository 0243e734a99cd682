# SPDX-License-Identifier: AGPL-3.0-or-later
"""Our client and the fake keep the contract: all that passes between them fits Twilio's own OpenAPI description.

The real client talks to the fake through a relay that writes everything down; each request and each answer is judged.
"""

from __future__ import annotations

import contextlib
import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from notifications.message import Sms
from notifications.providers.port import InDoubt, Provider, Refused
from notifications.providers.twilio_sms import TwilioSms, _OtherHost
from tests.notifications.contract.check import Contract, Exchange
from tests.notifications.contract.relay import Relay
from tests.notifications.contract.trim import TRIMMED, USED, trim
from tests.notifications.fake_twilio import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, FakeTwilio

HER, DEAD = "+393331234567", "+393330000001"
SERVICE = "MG" + "1b" * 16
CONTRACT = Contract()
A_WHILE_AGO = datetime.now(UTC) - timedelta(hours=1)


def sms(to: str = HER, body: str = "Ponte: prova") -> Sms:
    return Sms(to_e164=to, body=body, reference="m1", callback_url="https://p.example/s/m1", validity_seconds=60)


CALLS: dict[str, tuple[object, ...]] = {
    "send": (sms(),),
    "find": (HER, A_WHILE_AGO, "Ponte: never sent"),
    "status_of": ("SM" + "0" * 31 + "1",),
    "inbound_since": (A_WHILE_AGO,),
}


def everything(carrier: str, fake: FakeTwilio, sender: str = OUR_NUMBER, token: str = AUTH_TOKEN) -> None:
    """Every operation of ours, each answer that the carrier may give to it."""
    provider = TwilioSms(account_sid=ACCOUNT_SID, auth_token=token, sender=sender, base_url=carrier, timeout=5)
    for body in ("Ponte: prova", "È già тут 你好 😊 " + "x" * 900, "+&=%;\n#"):
        end(provider.send, sms(body=body))
    for to in (DEAD, "+15005550001", "+15005550003"):
        end(provider.send, sms(to))
    fake.configure(mishaps=["too_many", "error_before", "error_after"])
    for _ in range(3):
        end(provider.send, sms())
    fake.inbound("", HER, "SI 412")
    for message in list(fake.sent())[:2]:
        fake.report(message.sid, "undelivered", 30003)
    for name in methods_of_the_port():
        end(getattr(provider, name), *CALLS[name])
    read(carrier, fake, token)


def methods_of_the_port() -> list[str]:
    """Whatever a provider can be asked; one that is new must be added to CALLS, or this scenario fails."""
    return [name for name, what in vars(Provider).items() if inspect.isfunction(what) and not name.startswith("_")]


def read(carrier: str, fake: FakeTwilio, token: str) -> None:
    """The official client's reading, as it fetches one message and filters a list over several pages."""
    client = Client(ACCOUNT_SID, token, http_client=_OtherHost(carrier, 5))
    for message in list(fake.messages.values()):
        end(client.messages(message.sid).fetch)
    end(client.messages("SM" + "ff" * 16).fetch)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    end(lambda: client.messages.list(to=HER, page_size=2))
    end(lambda: client.messages.list(from_=HER, date_sent_after=yesterday, date_sent_before=datetime.now(UTC)))


def end(act: Callable[..., object], *given: object) -> None:
    """However it ends: what passed on the wire is what counts here."""
    with contextlib.suppress(Refused, InDoubt, TwilioException):
        act(*given)


@pytest.fixture
def fake() -> Iterator[FakeTwilio]:
    nobody = {"https://p.example": "http://127.0.0.1:9"}
    with FakeTwilio(refused={DEAD: 21614}, reach=nobody) as running:
        yield running


@pytest.fixture
def wire(fake: FakeTwilio) -> list[Exchange]:
    """All that passed in a scenario that touches every operation, by number, by service and with a wrong token."""
    with Relay(fake.url) as relay:
        everything(relay.url, fake)
        everything(relay.url, fake, sender=SERVICE)
        everything(relay.url, fake, token="old")
        return relay.passed


def test_all_that_passes_on_the_wire_fits_the_description(wire: list[Exchange]) -> None:
    """Each request of our client and each answer of the fake is as Twilio describes it, and every kind was there."""
    faults = {f"{e.method} {e.target} → {e.status}": faults for e in wire if (faults := CONTRACT.broken_by(e))}
    assert faults == {}
    seen = {(e.method, e.status) for e in wire}
    assert seen == {
        (m, s) for m, many in {"POST": (201, 400, 401, 429, 500), "GET": (200, 401, 404)}.items() for s in many
    }
    assert sum("PageToken" in e.target for e in wire) >= 2
    assert len(wire) > 60


def test_what_our_client_may_use_is_all_of_the_description(wire: list[Exchange]) -> None:
    """The trimmed description has the three operations that were touched, and no other."""
    assert {(e.method.lower(), "Messages/" in e.target) for e in wire} == {
        ("post", False),
        ("get", False),
        ("get", True),
    }
    assert sum(map(len, USED.values())) == 3


def test_examples_of_twilio_themselves_fit() -> None:
    """The check is not stricter than the carrier: its own examples pass."""
    for path, verbs in CONTRACT.description["paths"].items():
        for verb, operation in verbs.items():
            for status, answer in operation["responses"].items():
                content = answer["content"]["application/json"]
                (example,) = content["examples"].values()
                faults = CONTRACT.value_faults(CONTRACT.strict(content["schema"]), example["value"])
                assert [fault for fault in faults if "subresource" not in fault] == [], (path, verb, status)


def posted(wire: list[Exchange], **changes: str | None) -> Exchange:
    """The first accepted request with other fields."""
    sent = next(e for e in wire if e.status == 201)
    form = {
        name: value for name, value in {**dict(parse_qsl(sent.body.decode())), **changes}.items() if value is not None
    }
    return replace(sent, body=urlencode(form).encode())


def answered(wire: list[Exchange], **changes: Any) -> Exchange:
    """The first accepted answer with other fields; one set to an ellipsis is left out."""
    sent = next(e for e in wire if e.status == 201)
    content = {name: value for name, value in {**json.loads(sent.answer), **changes}.items() if value is not ...}
    return replace(sent, answer=json.dumps(content).encode())


def test_a_wrong_request_is_caught(wire: list[Exchange]) -> None:
    """Control: wrong field, wrong enum, wrong type, wrong shape, missing field, twice, path, method, type, token."""
    good = posted(wire)
    assert CONTRACT.broken_by(good) == []
    wrong = [
        posted(wire, Reference="m1"),
        posted(wire, ScheduleType="soon"),
        posted(wire, ValidityPeriod="an hour"),
        posted(wire, ValidityPeriod="36001"),
        posted(wire, From="not a sender!"),
        posted(wire, StatusCallback="p.example"),
        posted(wire, MessagingServiceSid="MG1"),
        posted(wire, To=None),
        posted(wire, From=None),
        posted(wire, Body=None),
        replace(good, body=good.body + b"&To=%2B393331234567"),
        replace(good, target=good.target.replace("2010-04-01", "2008-08-01")),
        replace(good, target=good.target.replace(ACCOUNT_SID, "AC1")),
        replace(good, target=good.target + "?Body=x"),
        replace(good, method="PUT"),
        replace(good, headers={**good.headers, "content-type": "application/json"}),
        replace(good, headers={**good.headers, "authorization": "Bearer x"}),
        replace(next(e for e in wire if "PageSize" in e.target), body=b"x"),
    ]
    assert [at for at, exchange in enumerate(wrong) if not CONTRACT.request_faults(exchange)] == []


def test_a_wrong_answer_is_caught(wire: list[Exchange]) -> None:
    """Control: a key of our own, a wrong enum, a wrong shape, a missing field, a wrong type, status or error shape."""
    good, failed = answered(wire), next(e for e in wire if e.status == 400)
    assert CONTRACT.broken_by(good) == []
    error = json.loads(failed.answer)
    wrong = [
        answered(wire, reference="m1"),
        answered(wire, status="on_its_way"),
        answered(wire, direction="out"),
        answered(wire, sid="x"),
        answered(wire, sid=...),
        answered(wire, date_sent=...),
        answered(wire, num_segments=1),
        answered(wire, error_code="30003"),
        answered(wire, date_created="2026-11-24"),
        replace(good, status=200),
        replace(good, answer_headers={"content-type": "text/html"}),
        replace(good, answer=b'{"sid": "SM'),
        replace(failed, answer=json.dumps({**error, "status": 404}).encode()),
        replace(failed, answer=json.dumps({"code": 21211}).encode()),
    ]
    assert [at for at, exchange in enumerate(wrong) if not CONTRACT.answer_faults(exchange)] == []


def test_the_description_is_cut_as_the_script_cuts_it() -> None:
    """Cutting what was cut changes nothing, and nothing of the prose is left."""
    kept = json.loads(TRIMMED.read_text(encoding="utf-8"))
    assert trim(kept) == kept
    assert kept["info"]["license"]["name"] == "Apache 2.0"
    assert "x-twilio" not in json.dumps(kept)

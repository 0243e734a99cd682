# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fake is kept honest by Twilio's own OpenAPI description: the client's requests and the fake's answers fit it."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from jsonschema import Draft7Validator

from notifications.message import Sms
from notifications.providers.twilio_sms import TwilioSms
from tests.notifications.fake_twilio import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, FakeTwilio

NAME = "twilio_api_v2010.json"
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
MESSAGE = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"
HER = "+393331234567"


def shared_folder() -> Path:
    """Where the test inputs lie that are not part of the product: PONTE_SHARED, or beside the repository."""
    return Path(os.environ.get("PONTE_SHARED") or Path(__file__).parents[3] / "shared")


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    """Twilio's description, in the dialect of JSON Schema; the test is skipped where the file is not at hand."""
    path = shared_folder() / NAME
    if not path.exists():
        pytest.skip(f"{NAME} is not at hand: set PONTE_SHARED to the folder that has it")
    described: dict[str, Any] = _as_json_schema(json.loads(path.read_text(encoding="utf-8")))
    return described


def _as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0's `nullable` in the words of JSON Schema."""
    if isinstance(node, list):
        return [_as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _as_json_schema(value) for key, value in node.items()}
    if plain.pop("nullable", False) is True and isinstance(plain.get("type"), str):
        plain["type"] = [plain["type"], "null"]
    return plain


def check(api: dict[str, Any], schema: dict[str, Any], value: object) -> None:
    """Refuse a value that does not fit, and keys that the schema does not know: a fake must not invent any."""
    target = schema if "$ref" not in schema else api["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    strict = {**target, "additionalProperties": False, "components": api["components"]}
    errors = [f"{list(error.path)}: {error.message}" for error in Draft7Validator(strict).iter_errors(value)]
    assert errors == []


def answer_schema(api: dict[str, Any], path: str, verb: str, status: int) -> dict[str, Any]:
    """The schema of an answer."""
    schema: dict[str, Any] = api["paths"][path][verb]["responses"][str(status)]["content"]["application/json"]["schema"]
    return schema


def call(fake: FakeTwilio, path: str, form: dict[str, str] | None = None) -> tuple[int, Any]:
    """One request without the client, so that the raw answer is seen."""
    request = urllib.request.Request(
        fake.url + path.replace("{AccountSid}", ACCOUNT_SID), urlencode(form).encode() if form else None
    )
    request.add_header("Authorization", "Basic " + b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.fixture
def fake() -> Iterator[FakeTwilio]:
    """A fresh account."""
    with FakeTwilio() as running:
        yield running


def test_answers_fit_the_description(api: dict[str, Any], fake: FakeTwilio) -> None:
    """Created, listed and fetched messages have the fields and shapes that Twilio describes."""
    status, created = call(fake, MESSAGES, {"To": HER, "From": OUR_NUMBER, "Body": "ciao"})
    check(api, answer_schema(api, MESSAGES, "post", status), created)
    fake.report(created["sid"], "undelivered", 30003)
    fake.inbound("http://127.0.0.1:9/nobody", HER, "SI")
    status, fetched = call(fake, MESSAGE.replace("{Sid}", created["sid"]))
    check(api, answer_schema(api, MESSAGE, "get", status), fetched)
    status, listed = call(fake, MESSAGES)
    check(api, answer_schema(api, MESSAGES, "get", status), listed)
    assert len(listed["messages"]) == 2


def test_pages_of_the_list_fit_the_description(api: dict[str, Any], fake: FakeTwilio) -> None:
    """A list in several pages names the next one as Twilio does."""
    for at in range(5):
        fake.take(HER, str(at))
    _, first = call(fake, MESSAGES + "?PageSize=2")
    check(api, answer_schema(api, MESSAGES, "get", 200), first)
    _, second = call(fake, first["next_page_uri"])
    assert [message["body"] for message in first["messages"] + second["messages"]] == ["4", "3", "2", "1"]


def test_description_catches_a_wrong_answer(api: dict[str, Any], fake: FakeTwilio) -> None:
    """Control: an answer with a key of our own, or a status that Twilio has not, does not fit."""
    status, created = call(fake, MESSAGES, {"To": HER, "From": OUR_NUMBER, "Body": "ciao"})
    for wrong in ({"reference": "m1"}, {"status": "on_its_way"}, {"sid": "x"}):
        with pytest.raises(AssertionError):
            check(api, answer_schema(api, MESSAGES, "post", status), {**created, **wrong})


def test_requests_of_our_client_fit_the_description(api: dict[str, Any]) -> None:
    """What we post has only fields that Twilio knows, each in its shape."""
    seen: list[bytes] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_error(400)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Ear) as server:
        hearing = Thread(target=server.handle_request)
        hearing.start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        provider = TwilioSms(account_sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, sender=OUR_NUMBER, base_url=address)
        with pytest.raises(Exception, match="refused with status 400"):
            provider.send(
                Sms(to_e164=HER, body="x", reference="m1", callback_url="https://p.example/s", validity_seconds=60)
            )
        hearing.join()
    form: dict[str, Any] = dict(parse_qsl(seen[0].decode()))
    assert set(form) == {"To", "From", "Body", "StatusCallback", "ValidityPeriod"}
    form["ValidityPeriod"] = int(form["ValidityPeriod"])
    schema = api["paths"][MESSAGES]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    check(api, schema, form)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"From": OUR_NUMBER, "Body": "x"}, 21604),
        ({"To": HER, "Body": "x"}, 21603),
        ({"To": HER, "From": OUR_NUMBER}, 21602),
        ({"To": "333", "From": OUR_NUMBER, "Body": "x"}, 21211),
        ({"To": HER, "From": "+393310000000", "Body": "x"}, 21606),
        ({"To": HER, "From": OUR_NUMBER, "Body": "x" * 1601}, 21617),
        ({"To": HER, "From": OUR_NUMBER, "Body": "x", "StatusCallback": "ponte"}, 21609),
    ],
)
def test_fake_refuses_what_twilio_refuses(fake: FakeTwilio, form: dict[str, str], code: int) -> None:
    """A request with something missing or wrong gets Twilio's own code, and nothing is taken."""
    status, answer = call(fake, MESSAGES, form)
    assert (status, answer["code"]) == (400, code)
    assert fake.sent() == []


def test_statuses_are_reported_by_themselves(fake: FakeTwilio) -> None:
    """With `callbacks` set, each message reports on the address it was sent with, over HTTP and signed."""
    heard: list[tuple[str, dict[str, str]]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.append((self.path, dict(parse_qsl(form))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Ear) as server:
        here = f"http://127.0.0.1:{server.server_address[1]}"
        fake.configure(
            callbacks=("sent", "delivered"), undeliverable={HER: 30005}, reach={"https://ponte.example": here}
        )
        fake.take(HER, "x", callback="https://ponte.example/sms/status?ref=m1")
        server.handle_request()
        server.handle_request()
    assert [path for path, _ in heard] == ["/sms/status?ref=m1"] * 2
    assert [form["MessageStatus"] for _, form in heard] == ["sent", "undelivered"]
    assert heard[1][1]["ErrorCode"] == "30005"
    assert fake.taken_by_callback() == {"https://ponte.example/sms/status?ref=m1": 1}


def test_list_lags_as_long_as_told() -> None:
    """A message appears in the list only after the lag."""
    hour = [8]
    with FakeTwilio(clock=lambda: datetime(2026, 11, 24, hour[0], tzinfo=UTC), list_lag=1800) as fake:
        fake.take(HER, "x")
        assert fake.listed(HER) == []
        hour[0] = 9
        assert len(fake.listed(HER)) == 1


def test_unknown_setting_is_an_error_of_the_test(fake: FakeTwilio) -> None:
    """A misspelt setting must not make a test pass by doing nothing."""
    with pytest.raises(ValueError, match="setting 'lag' is unknown"):
        fake.configure(lag=5)

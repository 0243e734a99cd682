# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fake behaves as Twilio's documents say: refusals, statuses over time, opt-outs, reports that go wrong, lists."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.notifications import fake_twilio
from tests.notifications.fake_twilio import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, STOP_WORDS, FakeTwilio, sign

MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
HER = "+393331234567"
CALLBACK = "https://ponte.example/sms/status/m1"


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
        ({"To": HER, "From": OUR_NUMBER, "Body": "x", "ValidityPeriod": "36001"}, 21727),
        ({"To": HER, "MessagingServiceSid": "MG12", "Body": "x"}, 21701),
        ({"To": HER, "From": "+15005550001", "Body": "x"}, 21212),
        ({"To": HER, "From": "+15005550007", "Body": "x"}, 21606),
        ({"To": HER, "From": "+15005550008", "Body": "x"}, 21611),
        ({"To": "+15005550001", "From": OUR_NUMBER, "Body": "x"}, 21211),
        ({"To": "+15005550002", "From": OUR_NUMBER, "Body": "x"}, 21612),
        ({"To": "+15005550003", "From": OUR_NUMBER, "Body": "x"}, 21408),
        ({"To": "+15005550004", "From": OUR_NUMBER, "Body": "x"}, 21610),
        ({"To": "+15005550009", "From": OUR_NUMBER, "Body": "x"}, 21614),
    ],
)
def test_fake_refuses_what_twilio_refuses(fake: FakeTwilio, form: dict[str, str], code: int) -> None:
    """A request with something missing or wrong gets Twilio's own code, and nothing is taken."""
    status, answer = call(fake, MESSAGES, form)
    assert (status, answer["code"]) == (400, code)
    assert fake.sent() == []


@dataclass
class Ear:
    """Hears what the fake posts, at one address of this machine that stands for the public one."""

    heard: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def posted(self, reached: str, fields: dict[str, str], signature: str) -> int:
        """In place of the network."""
        assert signature == sign(AUTH_TOKEN, reached, fields)
        self.heard.append((reached, dict(fields)))
        return 204

    def statuses(self) -> list[str]:
        return [fields["MessageStatus"] for _, fields in self.heard]


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> Ear:
    """Everything the fake posts is heard here."""
    listening = Ear()
    monkeypatch.setattr(fake_twilio, "post_form", listening.posted)
    return listening


def test_statuses_are_reported_by_themselves(fake: FakeTwilio, ear: Ear) -> None:
    """With `callbacks` set, each message reports on the address it was sent with, signed."""
    fake.configure(callbacks=("sent", "delivered"), undeliverable={HER: 30005})
    fake.take(HER, "x", callback=CALLBACK)
    fake.__exit__()
    assert ear.statuses() == ["sent", "undelivered"]
    assert ear.heard[1][1]["ErrorCode"] == "30005"
    assert fake.taken_by_callback() == {CALLBACK: 1}


class Hours:
    """A clock that stands until it is moved on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


JOURNEY = ((1, "sending"), (2, "sent"), (60, "delivered"))


def test_statuses_move_on_over_virtual_time(ear: Ear) -> None:
    """A message goes its way by the clock alone: seen by whoever looks, reported step by step at a tick."""
    clock = Hours()
    with FakeTwilio(clock=clock, moves=JOURNEY, undeliverable={"+393330000001": 30003}) as fake:
        good, bad = (fake.take(to, "x", callback=CALLBACK) for to in (HER, "+393330000001"))
        assert fake.tick() == []
        clock.pass_by(3)
        assert fake.tick() == [204] * 4
        assert [call(fake, f"{MESSAGES[:-5]}/{m.sid}.json")[1]["status"] for m in (good, bad)] == ["sent", "sent"]
        clock.pass_by(60)
        assert fake.listed(HER)[0].status == "delivered"
        assert (fake.tick(), bad.status, bad.error_code) == ([204], "undelivered", 30003)
    assert ear.statuses().count("delivered") == 1
    assert good.sent_at is not None


def test_message_past_its_validity_is_not_sent(ear: Ear) -> None:
    """What still waits in the carrier's queue when its validity ends fails with 30036; what has left goes on."""
    clock = Hours()
    with FakeTwilio(clock=clock, moves=((1, "sending"), (600, "sent"), (700, "delivered"))) as fake:
        late = fake.take(HER, "x", callback=CALLBACK, validity=60)
        early = fake.take(HER, "y", callback=CALLBACK, validity=650)
        clock.pass_by(3600)
        fake.tick()
        assert fake.tick() == []
    assert (late.status, late.error_code, early.status) == ("failed", 30036, "delivered")


def test_reports_are_lost_doubled_and_swapped_as_told(fake: FakeTwilio, ear: Ear) -> None:
    """The next reports go wrong as the test says; one that is swapped comes after the next one."""
    fake.configure(report_mishaps=["lost", "twice", "swapped"])
    sid = fake.take(HER, "x", callback=CALLBACK).sid
    for status in ("queued", "sending", "sent", "delivered"):
        fake.report(sid, status)
    assert ear.statuses() == ["sending", "sending", "delivered", "sent"]


def test_mishaps_of_one_number_leave_the_others_alone(fake: FakeTwilio) -> None:
    """Errors on demand per number."""
    fake.configure(mishaps_of={HER: ["too_many"]})
    form = {"From": OUR_NUMBER, "Body": "x"}
    assert call(fake, MESSAGES, {**form, "To": "+393330000001"})[0] == 201
    assert [call(fake, MESSAGES, {**form, "To": HER})[0] for _ in range(2)] == [429, 201]


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("STOP", "STOP"),
        (" stop ", "STOP"),
        ("OptOut", "STOP"),
        ("Stop please", ""),
        ("start", "START"),
        ("YES", "START"),
        ("Info", "HELP"),
        ("ferma", "STOP"),
        ("sì", ""),
    ],
)
def test_only_a_keyword_alone_opts_out(fake: FakeTwilio, ear: Ear, text: str, choice: str) -> None:
    """In any case and with blanks around it; Advanced Opt-Out may know words of its own; without it nothing is told."""
    fake.configure(stop_words={*STOP_WORDS, "ferma"})
    fake.inbound(CALLBACK, HER, text)
    fake.configure(tells_opt_out=False)
    fake.inbound(CALLBACK, HER, text)
    assert [fields.get("OptOutType", "") for _, fields in ear.heard] == [choice, ""]
    assert (HER in fake.opted_out) is (choice == "STOP")


def test_messaging_service_picks_the_sender_later(ear: Ear) -> None:
    """A service has no sender and no segments yet; its number comes with the first status, its id with each report."""
    service = "MG" + "1b" * 16
    with FakeTwilio(services={service: ["+393399900001"]}) as fake:
        form = {"To": HER, "MessagingServiceSid": service, "Body": "x", "StatusCallback": CALLBACK}
        _, created = call(fake, MESSAGES, form)
        assert (created["status"], created["from"], created["num_segments"]) == ("accepted", None, "0")
        fake.report(created["sid"], "sent")
        assert call(fake, MESSAGES, {**form, "MessagingServiceSid": "MG" + "2c" * 16})[1]["code"] == 21701
    (_, report) = ear.heard[0]
    assert (report["From"], report["MessagingServiceSid"]) == ("+393399900001", service)


def test_list_is_filtered_as_asked(ear: Ear) -> None:
    """By recipient, by sender, and by the day or the instant it was sent; what was not sent has no such day."""
    clock = Hours()
    with FakeTwilio(clock=clock) as fake:
        old = fake.take(HER, "old", callback=CALLBACK)
        fake.report(old.sid, "sent")
        clock.pass_by(86_400)
        fake.inbound(CALLBACK, HER, "new")
        fake.take(HER, "waits")

        def bodies(**asked: str) -> list[str]:
            _, listed = call(fake, f"{MESSAGES}?{urlencode(asked)}")
            return [message["body"] for message in listed["messages"]]

        assert bodies() == ["waits", "new", "old"]
        assert bodies(To=OUR_NUMBER) == bodies(From=HER) == ["new"]
        assert bodies(DateSent="2026-11-24") == bodies(**{"DateSent<": "2026-11-24T09:00:00Z"}) == ["old"]
        assert bodies(**{"DateSent>": "2026-11-25"}) == ["new"]
        assert bodies(**{"DateSent>": "2026-11-24", "DateSent<": "2026-11-25"}) == ["new", "old"]


def test_pages_hold_still_while_new_messages_come(fake: FakeTwilio) -> None:
    """The next page goes on where this one ended, whatever was taken between."""
    for at in range(5):
        fake.take(HER, str(at))
    _, first = call(fake, MESSAGES + "?PageSize=2")
    fake.take(HER, "new")
    _, second = call(fake, first["next_page_uri"])
    _, third = call(fake, second["next_page_uri"])
    bodies = [message["body"] for page in (first, second, third) for message in page["messages"]]
    assert (bodies, third["next_page_uri"]) == (["4", "3", "2", "1", "0"], None)


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

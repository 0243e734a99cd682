# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real Twilio client against the local fake: three endings of a send, and finding what was taken after all."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from notifications.message import Sms
from notifications.providers.port import Accepted, FailureClass, Found, InDoubt, Provider, Refused, WireStatus
from notifications.providers.twilio_sms import LONGEST_VALIDITY_SECONDS, TwilioSms
from tests.notifications.fake_twilio import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, FakeTwilio
from tests.notifications.fake_twilio_state import TAKEN_ALL_THE_SAME, Mishap

HER = "+393331234567"
PATIENCE = 1.0  # seconds; long enough for a busy machine to take the message, shorter than the fake hangs
CALLBACK = "https://ponte.example/sms/status/m1"


def sms(body: str = "Ponte: prova", **changes: Any) -> Sms:
    """An ordinary SMS with these changes."""
    return Sms(**{"to_e164": HER, "body": body, "reference": "m1", "callback_url": CALLBACK, **changes})


def client(fake: FakeTwilio, **changes: Any) -> TwilioSms:
    """The real client, pointed at the fake."""
    details = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN, "sender": OUR_NUMBER, "timeout": 5.0}
    return TwilioSms(base_url=fake.url, **{**details, **changes})


@pytest.fixture
def fake() -> Iterator[FakeTwilio]:
    """A fresh account."""
    with FakeTwilio(hang_seconds=10) as running:
        yield running


def test_accepted_message_has_all_it_needs(fake: FakeTwilio) -> None:
    """Sender, callback with our reference and validity travel with the text; id and segments come back."""
    provider: Provider = client(fake)
    accepted = provider.send(sms("È" * 71, validity_seconds=1800))
    (message,) = fake.sent()
    assert accepted == Accepted(message.sid, WireStatus.ACCEPTED, 2)
    assert (message.to, message.sender, message.callback, message.validity) == (HER, OUR_NUMBER, CALLBACK, 1800)


def test_validity_is_capped_at_what_twilio_takes(fake: FakeTwilio) -> None:
    """An offer open for four working days is valid for Twilio's ten hours: no more can be asked."""
    client(fake).send(sms(validity_seconds=4 * 86_400))
    assert fake.sent()[0].validity == LONGEST_VALIDITY_SECONDS


def test_messaging_service_may_be_the_sender(fake: FakeTwilio) -> None:
    """A sender that begins with MG is a service; Twilio then counts no segments yet."""
    accepted = client(fake, sender="MG" + "1b" * 16).send(sms())
    assert (fake.sent()[0].sender, fake.sent()[0].service) == (None, "MG" + "1b" * 16)
    assert accepted.segments is None


@pytest.mark.parametrize("mishap", [mishap for mishap in Mishap if mishap is not Mishap.TOO_MANY])
def test_whatever_may_have_been_taken_is_in_doubt(fake: FakeTwilio, mishap: Mishap) -> None:
    """A 500, a silence, a reset and an unreadable answer are all in doubt, and are posted once only."""
    fake.configure(mishaps=[mishap])
    with pytest.raises(InDoubt):
        client(fake, timeout=PATIENCE).send(sms())
    assert fake.requests == 1
    assert len(fake.sent()) == (1 if mishap in TAKEN_ALL_THE_SAME else 0)


@pytest.mark.parametrize("mishap", sorted(TAKEN_ALL_THE_SAME))
def test_message_in_doubt_is_found_again(fake: FakeTwilio, mishap: Mishap) -> None:
    """What was taken although its answer was lost is found by number, text and time."""
    began = datetime.now(UTC)
    fake.configure(mishaps=[mishap])
    with pytest.raises(InDoubt):
        client(fake, timeout=PATIENCE).send(sms())
    assert client(fake).find(HER, began, "Ponte: prova") == Found(fake.sent()[0].sid, WireStatus.ACCEPTED)


def test_too_many_requests_were_never_taken(fake: FakeTwilio) -> None:
    """A 429 may be tried again."""
    fake.configure(mishaps=[Mishap.TOO_MANY])
    with pytest.raises(Refused) as refused:
        client(fake).send(sms())
    assert (refused.value.code, refused.value.klass) == (20429, FailureClass.TRY_AGAIN)
    assert fake.sent() == []


@pytest.mark.parametrize(
    ("code", "klass"),
    [
        (21610, FailureClass.NEVER_AGAIN),
        (21614, FailureClass.NEVER_AGAIN),
        (21408, FailureClass.ALARM),
        (21999, FailureClass.UNKNOWN),
    ],
)
def test_refusal_carries_its_class(fake: FakeTwilio, code: int, klass: FailureClass) -> None:
    """Every code of a 4xx comes with what to do about it."""
    fake.configure(refused={HER: code})
    with pytest.raises(Refused) as refused:
        client(fake).send(sms())
    assert (refused.value.code, refused.value.klass) == (code, klass)


def test_wrong_token_is_an_alarm(fake: FakeTwilio) -> None:
    """A refused account stops the line instead of trying each message."""
    with pytest.raises(Refused) as refused:
        client(fake, auth_token="old").send(sms())
    assert (refused.value.code, refused.value.klass) == (20003, FailureClass.ALARM)


def test_after_stop_nothing_is_taken(fake: FakeTwilio) -> None:
    """The carrier refuses a number that opted out, until it opts in again."""
    fake.inbound("http://127.0.0.1:9/nobody", HER, "Stop")
    with pytest.raises(Refused) as refused:
        client(fake).send(sms())
    assert refused.value.code == 21610
    fake.inbound("http://127.0.0.1:9/nobody", HER, "START")
    assert client(fake).send(sms()).status is WireStatus.ACCEPTED


def test_connection_never_made_is_no_doubt(fake: FakeTwilio) -> None:
    """Where nobody listens, nothing was taken: it may be tried again."""
    provider = client(fake)
    fake.__exit__()
    with pytest.raises(Refused, match="no connection to Twilio was made") as refused:
        provider.send(sms())
    assert refused.value.klass is FailureClass.TRY_AGAIN
    with pytest.raises(InDoubt, match="cannot be read"):
        provider.find(HER, datetime.now(UTC), "Ponte: prova")


@pytest.fixture
def listed(fake: FakeTwilio) -> FakeTwilio:
    """An account with one message to her, and some that are not the one looked for."""
    client(fake).send(sms("un altro testo"))
    client(fake).send(sms(to_e164="+393330000001"))
    client(fake).send(sms())
    fake.inbound("http://127.0.0.1:9/nobody", HER, "Ponte: prova")
    return fake


def test_find_matches_number_text_direction_and_time(listed: FakeTwilio) -> None:
    """Another number's, another text, an inbound one and yesterday's are not the message in doubt."""
    now = datetime.now(UTC)
    wanted = listed.sent(to=HER, body="Ponte: prova")[0].sid
    assert client(listed).find(HER, now, "Ponte: prova") == Found(wanted, WireStatus.ACCEPTED)
    assert client(listed).find(HER, now, "un testo mai mandato") is None
    assert client(listed).find(HER, now + timedelta(hours=1), "Ponte: prova") is None


def test_find_passes_over_messages_that_are_accounted_for(listed: FakeTwilio) -> None:
    """The same text sent twice on purpose is not taken for the one in doubt."""
    sid = listed.sent(to=HER, body="Ponte: prova")[0].sid
    assert client(listed).find(HER, datetime.now(UTC), "Ponte: prova", known_sids={sid}) is None


def test_find_sees_what_became_of_it(listed: FakeTwilio) -> None:
    """A message that failed meanwhile is found with its status and code."""
    sid = listed.sent(to=HER, body="Ponte: prova")[0].sid
    listed.messages[sid].status, listed.messages[sid].error_code = "undelivered", 30005
    assert client(listed).find(HER, datetime.now(UTC), "Ponte: prova") == Found(sid, WireStatus.FAILED, 30005)


def test_find_reads_more_than_one_page(fake: FakeTwilio) -> None:
    """The message looked for may be hundreds back."""
    wanted = fake.take(HER, "Ponte: prova").sid
    for at in range(230):
        fake.take(HER, f"testo {at}")
    assert client(fake, timeout=5).find(HER, datetime.now(UTC), "Ponte: prova") == Found(wanted, WireStatus.ACCEPTED)


def test_list_that_lags_or_breaks_is_not_taken_for_absence(fake: FakeTwilio) -> None:
    """None while the list lags is what the port warns of; a list that cannot be read is in doubt."""
    began = datetime.now(UTC)
    client(fake).send(sms())
    fake.configure(list_lag=60)
    assert client(fake).find(HER, began, "Ponte: prova") is None
    fake.configure(list_lag=0, list_broken=True)
    with pytest.raises(InDoubt, match="cannot be read"):
        client(fake).find(HER, began, "Ponte: prova")


def test_many_threads_post_each_message_once(fake: FakeTwilio) -> None:
    """One client serves all workers of a process; whatever goes wrong, it posts each message once and no more."""
    fake.configure(mishaps=["too_many", "error_after", "reset_after", "reset_before", "garbled"] * 8)
    provider = client(fake)

    def send(at: int) -> str:
        try:
            return provider.send(sms(f"testo {at}", callback_url=f"{CALLBACK}/{at}")).status
        except (Refused, InDoubt) as ending:
            return type(ending).__name__

    with ThreadPoolExecutor(8) as threads:
        endings = Counter(threads.map(send, range(100)))
    assert endings == {"accepted": 60, "Refused": 8, "InDoubt": 32}
    assert fake.requests == 100
    assert set(fake.taken_by_callback().values()) == {1}
    assert len(fake.sent()) == 60 + 24


def test_numbers_and_texts_stay_out_of_the_log(fake: FakeTwilio, caplog: pytest.LogCaptureFixture) -> None:
    """The client's own log of requests would hold numbers and texts: nothing of them is written."""
    with caplog.at_level("DEBUG"):
        client(fake).send(sms())
        client(fake).find(HER, datetime.now(UTC), "Ponte: prova")
    assert "333" not in caplog.text
    assert "prova" not in caplog.text


def test_fake_runs_as_a_process_of_its_own() -> None:
    """Tests that kill workers reach the fake from several processes, and steer it over HTTP."""
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.notifications.fake_twilio"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with running:
        assert running.stdout is not None
        url = running.stdout.readline().strip()
        _post(f"{url}/_fake/settings", {"mishaps": ["error_after"]})
        provider = TwilioSms(account_sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, sender=OUR_NUMBER, base_url=url)
        with pytest.raises(InDoubt):
            provider.send(sms())
        with urllib.request.urlopen(f"{url}/_fake/messages", timeout=5) as answer:
            assert [message["callback"] for message in json.load(answer)] == [CALLBACK]
        running.communicate(timeout=10)


def _post(url: str, content: object) -> None:
    request = urllib.request.Request(url, json.dumps(content).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=5) as answer:
        answer.read()

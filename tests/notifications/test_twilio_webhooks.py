# SPDX-License-Identifier: AGPL-3.0-or-later
"""Webhooks: what Twilio signed comes in whole, and nothing else comes in at all."""

from __future__ import annotations

import random
from itertools import permutations
from urllib.parse import urlencode

import pytest

from notifications.providers.port import BadWebhook, OptChoice, Receipt, WireStatus, later_status
from notifications.providers.twilio_sms import TwilioSignature
from notifications.providers.twilio_webhooks import TwilioDoor
from tests.notifications.fake_twilio import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, FakeTwilio, sign

PUBLIC = "https://ponte.example"
HER, SID = "+393331234567", "SM" + "2c" * 16
INBOUND = {
    "AccountSid": ACCOUNT_SID,
    "ApiVersion": "2010-04-01",
    "Body": "Sì 412 😊",
    "From": HER,
    "FromCity": "ROMANO DI LOMBARDIA",
    "MessageSid": SID,
    "NumMedia": "0",
    "SmsSid": SID,
    "To": OUR_NUMBER,
}
STATUS = {
    "AccountSid": ACCOUNT_SID,
    "From": OUR_NUMBER,
    "MessageSid": SID,
    "MessageStatus": "delivered",
    "SmsSid": SID,
    "SmsStatus": "delivered",
    "To": HER,
}


def door(token: str = AUTH_TOKEN, public_url: str = PUBLIC) -> TwilioDoor:
    """The door of an installation."""
    signature = TwilioSignature(token, public_url)
    return TwilioDoor(account_sid=ACCOUNT_SID, own_senders={OUR_NUMBER}, signature=signature)


def signed(fields: dict[str, str], path: str = "/sms/in") -> tuple[str, bytes, str]:
    """Path, form and signature as Twilio would send them."""
    return path, urlencode(fields).encode(), sign(AUTH_TOKEN, PUBLIC + path, fields)


def test_signed_sms_comes_in_whole() -> None:
    """Number, text and id come in as sent, and the raw fields with them."""
    sms = door().inbound(*signed(INBOUND))
    assert (sms.sid, sms.from_phone, sms.to_phone, sms.body) == (SID, HER, OUR_NUMBER, "Sì 412 😊")
    assert (sms.media, sms.opt_choice, dict(sms.raw)) == (0, None, INBOUND)


def test_query_belongs_to_the_signed_address() -> None:
    """Our reference in the address is covered: another one makes the signature wrong."""
    path, body, signature = signed(STATUS, "/sms/status?ref=m1")
    assert door().receipt(path, body, signature).status is WireStatus.DELIVERED
    with pytest.raises(BadWebhook):
        door().receipt("/sms/status?ref=m2", body, signature)


def test_public_address_may_have_a_path() -> None:
    """Behind a proxy with a prefix the configured address is what counts."""
    signature = sign(AUTH_TOKEN, "https://ente.example/ponte/sms/in", INBOUND)
    inside = door(public_url="https://ente.example/ponte/").inbound("/sms/in", urlencode(INBOUND).encode(), signature)
    assert inside.sid == SID


@pytest.mark.parametrize(
    ("word", "choice"), [("STOP", OptChoice.OUT), ("START", OptChoice.IN), ("HELP", OptChoice.HELP)]
)
def test_carrier_tells_who_opted_out(word: str, choice: OptChoice) -> None:
    """OptOutType is believed whatever the text says."""
    assert door().inbound(*signed({**INBOUND, "OptOutType": word})).opt_choice is choice


def test_new_fields_of_twilio_are_let_through() -> None:
    """A field nobody knows yet does not stop the line."""
    assert door().inbound(*signed({**INBOUND, "NewField2027": "x"})).sid == SID


def test_nul_characters_never_reach_the_database() -> None:
    """PostgreSQL stores no NUL: it is taken out of the text and of the raw fields."""
    sms = door().inbound(*signed({**INBOUND, "Body": "sì\0 412"}))
    assert sms.body == "sì 412" == sms.raw["Body"]


def test_short_codes_and_names_may_write_too() -> None:
    """Networks write from names: stored like any unknown sender."""
    assert door().inbound(*signed({**INBOUND, "From": "Vodafone"})).from_phone == "Vodafone"


WRONG_FIELDS: dict[str, dict[str, str | None]] = {
    "without account": {"AccountSid": None},
    "without text": {"Body": None},
    "without sender": {"From": None},
    "without id": {"MessageSid": None},
    "without number": {"To": None},
    "account of others": {"AccountSid": "AC" + "ff" * 16},
    "number of others": {"To": "+393399911111"},
    "id without shape": {"MessageSid": "SM12", "SmsSid": "SM12"},
    "two ids": {"SmsSid": "SM" + "ee" * 16},
    "sender without shape": {"From": "+39333From+39444"},
    "swallowed sender": {"FromCity": "From+393330000000"},
    "swallowed id": {"NumMedia": "0MessageSid" + SID},
    "odd field name": {"body more": "x"},
}


@pytest.mark.parametrize("wrong", sorted(WRONG_FIELDS))
def test_signed_but_wrong_fields_are_refused(wrong: str) -> None:
    """Even with a right signature each field must be there, have its shape and be ours."""
    fields = {name: value for name, value in {**INBOUND, **WRONG_FIELDS[wrong]}.items() if value is not None}
    with pytest.raises(BadWebhook):
        door().inbound(*signed(fields))


def test_field_shift_of_a_captured_webhook_is_refused() -> None:
    """A sender who wrote "SIFrom+39…" cannot have her signed text cut into another sender's SI."""
    victim = "+393330000000"
    captured = {**INBOUND, "Body": f"SIFrom{victim}FromCity"}
    path, _, signature = signed(captured)
    shifted = {**INBOUND, "Body": "SI", "From": victim, "FromCity": f"From{HER}FromCityROMANO DI LOMBARDIA"}
    assert sign(AUTH_TOKEN, PUBLIC + path, shifted) == signature
    with pytest.raises(BadWebhook, match="swallowed"):
        door().inbound(path, urlencode(shifted).encode(), signature)


VICTIM = "+393330000000"
HERS = f"{HER}FromCityROMANO DI LOMBARDIA"
CUT_OUT = {
    f"SI 412From{VICTIM}Fz": {"Body": "SI 412", "From": VICTIM, "FzFro": f"m{HERS}"},
    f"SIFrom{VICTIM}FromCity": {"Body": "SI", "From": VICTIM, "FromCityFrom": HERS},
    "SI Ciao a tutti": {"Body": "SI ", "Ciao": " a tutti", "From": HER, "FromCity": "ROMANO DI LOMBARDIA"},
}


@pytest.mark.parametrize("written", CUT_OUT)
def test_field_cut_out_of_a_text_is_refused(written: str) -> None:
    """The end of a text may read like the name of a field that nobody knows, with the sender's own number behind it."""
    path, _, signature = signed({**INBOUND, "Body": written})
    machine_made = {name: value for name, value in INBOUND.items() if name not in ("Body", "From", "FromCity")}
    shifted = machine_made | CUT_OUT[written]
    assert sign(AUTH_TOKEN, PUBLIC + path, shifted) == signature
    with pytest.raises(BadWebhook, match="cut out of the text"):
        door().inbound(path, urlencode(shifted).encode(), signature)


def test_field_that_comes_twice_is_refused() -> None:
    """The signature does not see a field that comes twice with one value."""
    path, body, signature = signed(INBOUND)
    with pytest.raises(BadWebhook, match="comes twice"):
        door().inbound(path, body + b"&Body=S%C3%AC+412+%F0%9F%98%8A", signature)


@pytest.mark.parametrize("body", [b"Body=%ff%fe", b"\xff", b"&".join(b"a%d=1" % at for at in range(200)), b""])
def test_form_that_cannot_be_read_is_refused(body: bytes) -> None:
    """Broken bytes and hundreds of fields are refused before anything else is done with them."""
    with pytest.raises(BadWebhook):
        door().inbound("/sms/in", body, "x")


@pytest.mark.parametrize("signature", [None, "", "x", "é", "A" * 28])
def test_missing_or_invented_signature_is_refused(signature: str | None) -> None:
    """Without Twilio's signature nothing comes in."""
    path, body, _ = signed(INBOUND)
    with pytest.raises(BadWebhook, match="signature"):
        door().inbound(path, body, signature)


@pytest.mark.parametrize(
    ("token", "address"),
    [
        ("old", f"{PUBLIC}/sms/in"),
        (AUTH_TOKEN, "https://other.example/sms/in"),
        (AUTH_TOKEN, "http://ponte.example/sms/in"),
        (AUTH_TOKEN, "https://ponte.example:8443/sms/in"),
        (AUTH_TOKEN, f"{PUBLIC}/sms/in/"),
        (AUTH_TOKEN, f"{PUBLIC}/sms/other"),
        (AUTH_TOKEN, f"{PUBLIC}/sms/in?x=1"),
    ],
)
def test_signature_for_another_address_or_token_is_refused(token: str, address: str) -> None:
    """Token, scheme, host, port and path are all part of what was signed."""
    with pytest.raises(BadWebhook, match="signature"):
        door().inbound("/sms/in", urlencode(INBOUND).encode(), sign(token, address, INBOUND))


def test_five_hundred_mutations_let_nothing_else_in() -> None:
    """A captured webhook with any byte of its form changed is refused, or says exactly the same."""
    path, body, signature = signed(INBOUND)
    dice, whole = random.Random(1), door().inbound(path, body, signature)
    for _ in range(500):
        at = dice.randrange(len(body))
        changed = body[:at] + bytes([dice.randrange(256)]) + body[at + dice.randrange(2) :]
        try:
            assert door().inbound(path, changed, signature) == whole
        except BadWebhook:
            continue


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("queued", WireStatus.ACCEPTED),
        ("sending", WireStatus.ACCEPTED),
        ("sent", WireStatus.SENT),
        ("delivered", WireStatus.DELIVERED),
        ("undelivered", WireStatus.FAILED),
        ("failed", WireStatus.FAILED),
        ("canceled", WireStatus.FAILED),
    ],
)
def test_status_is_said_in_our_words(word: str, status: WireStatus) -> None:
    """Twilio's many words become four of ours, with the code of a failure."""
    fields = {**STATUS, "MessageStatus": word, "SmsStatus": word, "ErrorCode": "30003"}
    assert door().receipt(*signed(fields)) == Receipt(SID, status, HER, 30003)


@pytest.mark.parametrize(
    "change",
    [
        {"MessageStatus": "won"},
        {"SmsStatus": "sent"},
        {"From": "+393399911111"},
        {"To": "x" * 40},
        {"AccountSid": "AC1"},
    ],
)
def test_status_report_of_others_is_refused(change: dict[str, str]) -> None:
    """A report must be about a message of ours and say one thing."""
    with pytest.raises(BadWebhook):
        door().receipt(*signed({**STATUS, **change}))


def test_status_reports_in_any_order_end_the_same() -> None:
    """Whatever the order, and however often, the reports of one message end in one status."""
    reports = [WireStatus.ACCEPTED, WireStatus.SENT, WireStatus.FAILED, WireStatus.DELIVERED]
    for order in permutations(reports):
        standing = WireStatus.ACCEPTED
        for report in (*order, *order[:2]):
            assert later_status(standing, report).rank >= standing.rank
            standing = later_status(standing, report)
        assert standing is WireStatus.DELIVERED


def test_fake_signs_what_the_door_believes() -> None:
    """The fake's own signature code and the client's check agree: two accounts of one document."""
    fields = {"Body": "à € 😊", "AccountSid": ACCOUNT_SID}
    signature = sign(AUTH_TOKEN, f"{PUBLIC}/x?y=1", fields)
    assert TwilioSignature(AUTH_TOKEN, PUBLIC).verify("/x?y=1", fields, signature)


def test_fake_reports_a_message_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the fake posts, as status and as inbound, is what the door lets in."""
    seen: list[tuple[str, dict[str, str]]] = []

    def note(_: FakeTwilio, url: str, fields: dict[str, str]) -> None:
        seen.append((url, fields))

    monkeypatch.setattr(FakeTwilio, "post", note)
    with FakeTwilio() as fake:
        message = fake.take(HER, "x", callback=f"{PUBLIC}/sms/status/m1")
        fake.report(message.sid, "undelivered", 30005)
        fake.inbound(f"{PUBLIC}/sms/in", HER, "STOP")
    report, inbound = seen
    assert door().receipt(*signed(report[1], "/sms/status/m1")).error_code == 30005
    assert door().inbound(*signed(inbound[1])).opt_choice is OptChoice.OUT

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The carrier's door: forged webhooks leave no row, replays have one effect, receipts end the same in any order."""

from __future__ import annotations

from itertools import permutations
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from dispatch.kit.session import Database
from dispatch.offers import webhooks
from dispatch.records.offers import Inbound, Message
from dispatch.records.statuses import MessageStatus
from notifications.providers.twilio_webhooks import TwilioDoor
from tests import make
from tests.dispatch.offers import scene
from tests.notifications.fake_twilio import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, sign

PUBLIC = "https://ponte.example"
CARRIER: dict[str, Any] = {
    "sms_provider": "twilio",
    "twilio_account_sid": ACCOUNT_SID,
    "twilio_auth_token": AUTH_TOKEN,
    "twilio_from": OUR_NUMBER,
    "public_url": PUBLIC,
}
SID = "SM" + "1" * 32


def reply(**changes: str) -> dict[str, str]:
    fields = {"AccountSid": ACCOUNT_SID, "Body": "SI", "From": "+393331234567", "To": OUR_NUMBER, "MessageSid": SID}
    return fields | changes


def post(
    visitor: TestClient, path: str, fields: dict[str, str], *, token: str = AUTH_TOKEN, signed: str = "", **headers: str
) -> int:
    """Post the fields with a signature over ``signed`` (the public address unless told otherwise)."""
    signature = sign(token, signed or PUBLIC + path, fields)
    sent = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return visitor.post(path, content=urlencode(fields), headers=sent).status_code


def rows(database: Database) -> int:
    with database.begin() as session:
        return session.scalars(select(func.count()).select_from(Inbound)).one()


def test_a_signed_reply_is_stored_once_however_often_it_comes(database: Database) -> None:
    """The carrier delivers three times, and somebody replays it: one row, one reading."""
    visitor = make.client(database, **CARRIER)
    assert [post(visitor, "/webhooks/twilio/inbound", reply()) for _ in range(3)] == [200] * 3
    with database.begin() as session:
        stored = session.scalars(select(Inbound)).one()
        jobs = session.execute(scene.READING_JOBS).scalar()
    assert (stored.sid, stored.body, stored.raw["From"]) == (SID, "SI", "+393331234567")
    assert jobs == 1


FORGERIES: list[dict[str, Any]] = [
    {"token": "another token"},
    {"signed": "https://other.example/webhooks/twilio/inbound"},
    {"signed": f"{PUBLIC}:8443/webhooks/twilio/inbound"},
    {"signed": f"{PUBLIC}/webhooks/twilio/inbound/"},
    {"signed": "http://testserver/webhooks/twilio/inbound"},
    {"fields": reply(AccountSid="AC" + "f" * 32)},
    {"fields": reply(To="+393390000000")},
    {"fields": reply(MessageSid="SM1")},
    {"fields": {name: value for name, value in reply().items() if name != "Body"}},
    {"X_Twilio_Signature": ""},
    {"X_Twilio_Signature": "bm8="},
]


@pytest.mark.parametrize("forgery", FORGERIES, ids=str)
def test_a_forged_reply_is_refused_and_leaves_no_row(database: Database, forgery: dict[str, Any]) -> None:
    """C4: no, other or old token, host, port, slash, another account, another number, a missing field: 403 and 0 rows."""
    forged = dict(forgery)
    fields = forged.pop("fields", reply())
    assert post(make.client(database, **CARRIER), "/webhooks/twilio/inbound", fields, **forged) == 403
    assert rows(database) == 0


def test_a_field_shift_under_a_valid_signature_is_refused(database: Database) -> None:
    """The signature has no separators: `Body="SIFrom+39…"` signs like two fields, and is not believed."""
    honest = reply()
    shifted = {"AccountSid": ACCOUNT_SID, "Body": "SIFrom+393331234567", "To": OUR_NUMBER, "MessageSid": SID}
    signature = sign(AUTH_TOKEN, f"{PUBLIC}/webhooks/twilio/inbound", honest)
    visitor = make.client(database, **CARRIER)
    assert post(visitor, "/webhooks/twilio/inbound", shifted, X_Twilio_Signature=signature) == 403
    assert rows(database) == 0


def test_where_no_carrier_is_configured_every_webhook_is_refused(database: Database) -> None:
    """With the built-in phone nobody may knock as the carrier."""
    assert post(make.client(database), "/webhooks/twilio/inbound", reply()) == 403
    assert rows(database) == 0


def test_without_the_signature_check_a_forgery_would_come_in(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the same forged reply is stored when nobody checks signatures."""

    class Believes:
        def verify(self, *_: object) -> bool:
            return True

    gullible = TwilioDoor(account_sid=ACCOUNT_SID, own_senders=[OUR_NUMBER], signature=Believes())
    monkeypatch.setattr(webhooks, "door_of", lambda _: gullible)
    assert post(make.client(database, **CARRIER), "/webhooks/twilio/inbound", reply(), token="x") == 200
    assert rows(database) == 1


def a_sent_message(database: Database, status: MessageStatus = MessageStatus.SENDING) -> str:
    with database.begin() as session:
        reference = f"{scene.CHANCE.getrandbits(128):032x}"
        moment = scene.MONDAY_MORNING
        session.add(
            Message(
                reference=reference,
                kind="help",
                to_phone="+393331234567",
                body="Ponte",
                segments=1,
                status=status,
                attempt=1,
                created_at=moment,
                send_after=moment,
                sending_at=moment,
            )
        )
    return reference


def receipt(sid: str, status: str) -> dict[str, str]:
    return {
        "AccountSid": ACCOUNT_SID,
        "From": OUR_NUMBER,
        "To": "+393331234567",
        "MessageSid": sid,
        "MessageStatus": status,
    } | ({"ErrorCode": "30008"} if status == "undelivered" else {})


def test_receipts_in_every_order_end_the_same(database: Database) -> None:
    """B12 over HTTP: six orders of sent, undelivered, delivered, each twice; the last is always delivered."""
    visitor = make.client(database, **CARRIER)
    for number, order in enumerate(permutations(("sent", "undelivered", "delivered"))):
        reference, sid = a_sent_message(database), f"SM{number:032x}"
        for status in (status for status in order for _ in range(2)):
            assert post(visitor, f"/webhooks/twilio/status/{reference}", receipt(sid, status)) == 204
        with database.begin() as session:
            message = session.scalars(select(Message).where(Message.reference == reference)).one()
            assert (message.status, message.sid) == (MessageStatus.DELIVERED, sid)


def test_an_unseen_answer_reports_itself(database: Database) -> None:
    """The post was killed before its answer: the receipt names our reference and settles the doubt, with the id."""
    reference = a_sent_message(database, MessageStatus.IN_DOUBT)
    assert post(make.client(database, **CARRIER), f"/webhooks/twilio/status/{reference}", receipt(SID, "sent")) == 204
    with database.begin() as session:
        message = session.scalars(select(Message)).one()
        assert (message.status, message.sid) == (MessageStatus.SENT, SID)


def test_a_receipt_for_another_sms_or_for_nobodys_changes_nothing(database: Database) -> None:
    """An unknown reference is thanked for; a second id for one message is not believed; a forged one is refused."""
    visitor = make.client(database, **CARRIER)
    reference = a_sent_message(database)
    assert post(visitor, f"/webhooks/twilio/status/{'0' * 32}", receipt(SID, "delivered")) == 204
    assert post(visitor, f"/webhooks/twilio/status/{reference}", receipt(SID, "sent")) == 204
    assert post(visitor, f"/webhooks/twilio/status/{reference}", receipt("SM" + "2" * 32, "delivered")) == 204
    forged = post(visitor, f"/webhooks/twilio/status/{reference}", receipt(SID, "delivered"), token="x")
    assert forged == 403
    with database.begin() as session:
        assert session.scalars(select(Message.status)).one() == MessageStatus.SENT

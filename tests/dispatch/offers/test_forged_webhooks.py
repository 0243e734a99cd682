# SPDX-License-Identifier: AGPL-3.0-or-later
"""C4 at a tenth: of five hundred forged webhooks none is accepted, and none leaves a row."""

from __future__ import annotations

from collections import Counter

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from dispatch.kit.session import Database
from dispatch.offers import webhooks
from notifications.providers import twilio_webhooks
from notifications.providers.twilio_webhooks import TwilioDoor
from tests import make
from tests.dispatch.offers.forgeries import KINDS, VICTIM, Forgery, captured, forgeries
from tests.dispatch.offers.test_webhooks import CARRIER
from tests.notifications.fake_twilio import ACCOUNT_SID, OUR_NUMBER

TENTH, FULL, SEED = 500, 5_000, 4


def knock(visitor: TestClient, lie: Forgery) -> int:
    """Send it as it is; the status of the answer."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", **lie.headers}
    if lie.signature is not None:
        headers["X-Twilio-Signature"] = lie.signature
    sent = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    return visitor.post(lie.path, content=lie.body, headers=sent, follow_redirects=False).status_code


def none_is_accepted(database: Database, size: int, seed: int = SEED) -> Counter[str]:
    """Send so many; whatever is accepted or leaves a row breaks the promise. Returns how many of each kind were sent."""
    visitor, sent, accepted = make.client(database, **CARRIER), Counter[str](), list[Forgery]()
    for lie in forgeries(seed, size):
        sent[lie.kind] += 1
        status = knock(visitor, lie)
        assert status < 500, lie
        accepted += [lie] if status < 300 else []
    assert [(lie.kind, lie.body) for lie in accepted] == []
    assert rows(database) == {"inbound": 0, "message": 0, "notice": 0, "procrastinate_jobs": 0}
    return sent


def rows(database: Database) -> dict[str, int]:
    """How many rows a webhook could have left."""
    tables = ("inbound", "message", "notice", "procrastinate_jobs")
    with database.begin() as session:
        return {table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables}


def test_no_forged_webhook_is_accepted(database: Database) -> None:
    """Every kind of lie, from a seed: no, other or old token, other address, path, fields, cuts, bytes, sizes."""
    sent = none_is_accepted(database, TENTH)
    assert len(sent) == len(set(KINDS))


def test_the_captured_webhook_itself_is_accepted(database: Database) -> None:
    """Control: what the forger captured was good, so it is the lies that are refused."""
    held = captured("SI 412")
    assert knock(make.client(database, **CARRIER), Forgery("honest", held.form(), held.signature)) == 200
    assert rows(database)["inbound"] == 1


class Believes:
    """A signature check that is switched off."""

    def verify(self, *_: object) -> bool:
        return True


def test_without_the_signature_check_rows_appear(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the same lies come in when nobody checks signatures."""
    gullible = TwilioDoor(account_sid=ACCOUNT_SID, own_senders=[OUR_NUMBER], signature=Believes())
    monkeypatch.setattr(webhooks, "door_of", lambda _: gullible)
    with pytest.raises(AssertionError):
        none_is_accepted(database, 60)
    assert rows(database)["inbound"] > 0


def test_without_the_strict_fields_a_field_shift_gets_through(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the signed text cut anew speaks with the victim's number when nobody looks at the fields."""
    monkeypatch.setattr(twilio_webhooks, "_refuse_cut_anew", lambda _: None)
    with pytest.raises(AssertionError):
        none_is_accepted(database, TENTH)
    with database.begin() as session:
        victims = session.execute(text("SELECT count(*) FROM inbound WHERE from_phone = :victim"), {"victim": VICTIM})
        assert victims.scalar_one() > 0

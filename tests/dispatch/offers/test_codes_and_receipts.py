# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every code of the table has one outcome (B6), and receipts in any order, doubled, lost or unknown, one end (B12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import permutations
from random import Random

import pytest
from sqlalchemy import select

from dispatch.kit.session import Database
from dispatch.offers import sending
from dispatch.offers.receipts import report
from dispatch.offers.undelivered import settle_undelivered
from dispatch.offers.wire_states import OF_WIRE, RANK
from dispatch.records.line import Line
from dispatch.records.offers import Message
from dispatch.records.roster import Mediator
from dispatch.records.statuses import LineState, MessageStatus
from notifications.providers.codes import CodeTable
from notifications.providers.port import FailureClass, Refused, WireStatus
from notifications.providers.recording import Recording
from notifications.providers.twilio_webhooks import wire_status
from tests import make
from tests.dispatch.offers import scene
from tests.dispatch.offers.line_trials import BEGAN

CODES = CodeTable.load()
UNKNOWN_CODE = 39_999
ALL_CODES = (*CODES.entries, UNKNOWN_CODE)
# What the row, the person's phone and the line are after one try.
REFUSED = {
    FailureClass.NEVER_AGAIN: ("failed", True, LineState.RUNNING),
    FailureClass.TRY_AGAIN: ("queued", False, LineState.RUNNING),
    FailureClass.UNKNOWN: ("queued", False, LineState.RUNNING),
    FailureClass.ALARM: ("queued", False, LineState.STOPPED),
}
REPORTED = {
    FailureClass.NEVER_AGAIN: ("failed", True, LineState.RUNNING),
    FailureClass.TRY_AGAIN: ("failed", False, LineState.RUNNING),
    FailureClass.UNKNOWN: ("failed", False, LineState.RUNNING),
    FailureClass.ALARM: ("failed", False, LineState.STOPPED),
}


def outcome(database: Database, line: Recording, code: int | None) -> tuple[str, bool, str]:
    """One SMS to a mediator: refused as the line's script says, or taken and reported as failed with this code."""
    message_id = one_sms(database)
    sending.drain(database, scene.office(), line)
    with database.begin() as session:
        if code is not None:
            sent = session.get_one(Message, message_id)
            report(session, sent.reference, sent.sid or "", WireStatus.FAILED, code, BEGAN)
    assert len(line.tried) == 1
    return told(database, message_id, line.name)


def one_sms(database: Database) -> int:
    with database.begin() as session:
        scene.set_time(session, BEGAN)
        person = make.mediator(session)
        message = Message(reference=f"{person.id:032x}", kind="help", to_phone=person.phone, mediator_id=person.id)
        message.body, message.segments, message.created_at, message.send_after = "x", 1, BEGAN, BEGAN
        return make.kept(session, message).id


def told(database: Database, message_id: int, provider: str) -> tuple[str, bool, str]:
    """What the row, the person's phone and the line have become; then all three are as before."""
    with database.begin() as session:
        settle_undelivered(session, scene.office(), CODES, message_id, BEGAN)
    with database.begin() as session:
        row, standing = session.get_one(Message, message_id), session.get_one(Line, provider)
        owner = session.get_one(Mediator, row.mediator_id)
        seen = (row.status, owner.sms_blocked is not None, standing.state)
        owner.sms_blocked = None
        row.status, row.sid, standing.state = MessageStatus.FAILED, None, LineState.RUNNING
    return seen


def test_every_code_has_one_outcome_refused_or_reported(database: Database) -> None:
    """B6: one try, and by class: the phone flagged, tried later, the line stopped; a code nobody knows is tried later."""
    for code in ALL_CODES:
        klass = CODES.classify(code)
        assert outcome(database, Recording([Refused(code, klass, "no")]), None) == REFUSED[klass], code
        assert outcome(database, Recording(), code) == REPORTED[klass], code


def test_who_takes_every_code_for_a_passing_one_is_noticed(database: Database) -> None:
    """Control: a reader that knows one class only leaves a dead number open and a refused account at work."""
    for klass in (FailureClass.NEVER_AGAIN, FailureClass.ALARM):
        code = next(code for code in ALL_CODES if CODES.classify(code) is klass)
        naive = Recording([Refused(code, FailureClass.TRY_AGAIN, "no")])
        assert outcome(database, naive, None) != REFUSED[klass]


WORDS = ("queued", "sending", "sent", "undelivered", "delivered")
TENTH = 12


def ends(
    database: Database, orders: Sequence[Sequence[str]], apply: Callable[[Message, str], None] | None = None
) -> Counter[str]:
    """One message for each order of receipts, each doubled, some twice over: where they end."""
    with database.begin() as session:
        session.add_all(
            Message(
                reference=f"{number:032x}", kind="help", to_phone="+393401234567", body="x", segments=1,
                status=MessageStatus.SENDING, attempt=1, created_at=BEGAN, send_after=BEGAN,
            )
            for number in range(len(orders))
        )  # fmt: skip
    chance = Random(12)
    for number, order in enumerate(orders):
        reports = [word for word in order for _ in range(chance.choice((1, 2, 3)))] + [chance.choice(order)]
        _report(database, number, reports, apply)
    with database.begin() as session:
        return Counter(session.scalars(select(Message.status)))


def _report(
    database: Database, number: int, reports: Sequence[str], apply: Callable[[Message, str], None] | None
) -> None:
    reference, rank = f"{number:032x}", -1
    for word in reports:
        with database.begin() as session:
            if apply is None:
                assert report(session, reference, f"SM{number}", wire_status(word), None, BEGAN)
                # Another SMS than the one that carries this reference, and a message that is not ours.
                assert report(session, reference, "SM-another", WireStatus.FAILED, 30003, BEGAN)
                assert not report(session, "nobody", f"SM{number}", WireStatus.DELIVERED, None, BEGAN)
            message = session.scalars(select(Message).where(Message.reference == reference)).one()
            if apply is not None:
                apply(message, word)
                continue
            assert RANK[MessageStatus(message.status)] >= rank
            rank = RANK[MessageStatus(message.status)]


def as_it_comes(message: Message, word: str) -> None:
    """The naive way: the last report wins."""
    message.status = OF_WIRE[wire_status(word)]


def test_receipts_in_any_order_end_in_the_same_place(database: Database) -> None:
    """B12: a tenth of the 120 orders of five receipts, doubled, with strangers between; never back."""
    orders = Random(1).sample(list(permutations(WORDS)), TENTH)
    assert ends(database, orders) == {MessageStatus.DELIVERED: TENTH}


@pytest.mark.parametrize(("kept", "end"), [(("sent", "undelivered"), "failed"), (("queued", "sent"), "sent")])
def test_missing_receipts_leave_it_where_the_others_say(database: Database, kept: tuple[str, ...], end: str) -> None:
    """What never came moves nothing."""
    assert ends(database, list(permutations(kept))) == {end: 2}


def test_who_believes_the_last_receipt_ends_anywhere(database: Database) -> None:
    """Control: the same orders, the last report wins."""
    orders = Random(1).sample(list(permutations(WORDS)), TENTH)
    assert len(ends(database, orders, as_it_comes)) > 1

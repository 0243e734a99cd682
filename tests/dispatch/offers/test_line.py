# SPDX-License-Identifier: AGPL-3.0-or-later
"""The line under load and in trouble, a tenth or less of what tests/chaos does: an outage, one urgent SMS, slow posts."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest

from dispatch.kit.clock import machine_now, now
from dispatch.kit.session import Database
from dispatch.line.breaker import Event
from dispatch.line.gate import Gate
from dispatch.offers import sending
from dispatch.offers.claiming import Claimed, claim
from dispatch.offers.hands import Hands, OneAtATime
from dispatch.records.line import Line
from dispatch.records.statuses import LineState
from notifications.message import Sms
from notifications.providers.port import Accepted
from notifications.providers.recording import Recording
from tests.dispatch.offers import scene
from tests.dispatch.offers.line_trials import BEGAN, NO_BREAKER, outage, queue, urgent_among

TENTH = 60
MOST_IN_VAIN = 5 + 10 * 60 // 30 + 5  # the first five, then a trial each half minute, however many SMS wait
DRAINED = 120  # seconds
LONGEST_URGENT = 2.0


def test_an_outage_of_ten_minutes_costs_few_posts_and_is_over_soon_after(database: Database) -> None:
    """B2: a few posts and then a trial each half minute, drained within two minutes, nothing late, nothing twice."""
    seen = outage(database, TENTH)
    assert seen.posts_in_vain <= MOST_IN_VAIN
    assert seen.drained <= DRAINED
    assert (seen.too_late, seen.taken_twice) == (0, 0)
    assert seen.sent + seen.kept_at_home == TENTH
    assert seen.kept_at_home >= TENTH // 5  # those whose time was over before the carrier was back


def test_without_the_breaker_the_same_outage_is_hammered(database: Database) -> None:
    """Control: every SMS is tried again as soon as the list has shown that it was not taken."""
    assert outage(database, 12, NO_BREAKER).posts_in_vain > MOST_IN_VAIN


def test_an_urgent_sms_waits_for_the_pace_and_for_nobody_before_it(database: Database) -> None:
    """B5: ordinary ones are queued for twenty seconds of the sender's pace; the urgent one is next."""
    assert urgent_among(database, 200, priority=0) <= LONGEST_URGENT


def test_without_priority_it_waits_for_its_turn(database: Database) -> None:
    """Control: the same SMS as one of many."""
    assert urgent_among(database, 100, priority=5) > LONGEST_URGENT


class Slow(Recording):
    """All posts are under way at once; then it is seen how many connections of the pool are out."""

    def __init__(self, database: Database, posts: int) -> None:
        super().__init__()
        self.database, self.together = database, threading.Barrier(posts)
        self.held: list[int] = []

    def send(self, sms: Sms) -> Accepted:
        self.together.wait(20)
        self.held.append(self.database.engine.pool.checkedout())  # type: ignore[attr-defined]  # a QueuePool has it
        self.together.wait(20)
        return super().send(sms)


def test_slow_posts_hold_no_connection(database: Database) -> None:
    """B3: eight posts hang at the carrier together, and every connection is in the pool."""
    queue(database, 8)
    with database.begin() as session:
        scene.set_time(session, BEGAN)
    slow = Slow(database, 8)
    assert sending.drain(database, scene.office(), slow, posts=8) == 8
    assert slow.held == [0] * 8


def test_a_post_within_the_transaction_would_hold_one_each(database: Database) -> None:
    """Control: the same posts, made by who has not committed yet."""
    queue(database, 4)
    with database.begin() as session:
        scene.set_time(session, BEGAN)
    slow = Slow(database, 4)

    def claim_and_post() -> None:
        with database.begin() as session:
            claimed = claim(session, scene.office(), slow, now(session), machine_now())
            assert isinstance(claimed, Claimed)
            slow.send(claimed.sms)

    with Hands(4) as hands:
        for _ in range(4):
            hands.wait_for_one()
            hands.give(claim_and_post)
    assert slow.held == [4] * 4


def post_both(first: Callable[[], object], second: Callable[[], object]) -> None:
    with Hands(2) as hands:
        for work in (first, second):
            hands.give(work)


def test_what_goes_wrong_in_a_hand_is_raised_and_the_others_end(database: Database) -> None:
    """A fault of ours in a thread must not vanish there."""
    done = []

    def fail() -> None:
        raise RuntimeError("a fault")

    with pytest.raises(RuntimeError, match="a fault"):
        post_both(fail, lambda: done.append(1))
    assert done == [1]


def test_of_many_sending_jobs_in_a_process_one_works_and_hears_of_the_others() -> None:
    """Three come while it works and go at once; it is told that there is more to do, and once only."""
    turn, looks = OneAtATime(), []

    def work() -> None:
        looks.append(1)
        assert [turn.run(work) for _ in range(3)] == [False] * 3

    assert turn.run(work)
    assert looks == [1]
    assert not turn.run(lambda: looks.append(2))
    assert looks == [1, 2]


def test_a_fault_in_one_job_does_not_shut_the_next_one_out() -> None:
    """The place is free again, however it was left."""
    turn, looks = OneAtATime(), []

    def fail() -> None:
        raise RuntimeError("a fault")

    with pytest.raises(RuntimeError):
        turn.run(fail)
    turn.run(lambda: looks.append(1))
    assert looks == [1]


def test_a_line_that_fails_is_tried_with_the_sms_that_can_best_wait(database: Database) -> None:
    """A probe may stay in doubt for a minute: not the urgent one."""
    queue(database, 3, priority=4)
    queue(database, 1, priority=0, first=3)
    with database.begin() as session:
        scene.set_time(session, BEGAN)
    line, office = Recording(is_carrier=True), scene.office()
    gate = Gate(database, line.name, office.sms, office.rng, lambda: BEGAN, paced=True)
    for _ in range(office.sms.breaker_after):
        gate.tell(Event.TROUBLE)
    with database.begin() as session:
        assert session.get_one(Line, line.name).state == LineState.FAILING
    sending.drain(database, office, line, machine=lambda: BEGAN + dt.timedelta(minutes=1))
    assert line.tried[0].body == "Ponte: messaggio 2"
    assert [sms.body for sms in line.tried[1:]] == [f"Ponte: messaggio {number}" for number in (3, 0, 1)]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The expected time to fill: the formula against people drawn one by one, and the rates that it rests on."""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import replace
from random import Random

import pytest

from config.policy import load_policy
from dispatch.kit.session import Database
from dispatch.outbox.filling import OF_THE_FIELD, Expected, Rates, Round, time_to_fill
from dispatch.outbox.hours import awake_minutes
from dispatch.outbox.rates import ENOUGH, rates_of
from dispatch.records.offers import Offer
from dispatch.records.statuses import OfferStatus
from tests import make

POLICY = load_policy().offers
DRAWN = 20_000
ROWS = {
    "one by one, two days": Round(1, 1620, 12, 1.5),
    "one by one, short": Round(1, 60, 4, 1.5),
    "three at once": Round(3, 120, 12, 1.5),
    "all at once": Round(12, 30, 12, 1.5),
    "urgent": Round(12, 10, 12, 1.5),
}


def once(rates: Rates, row: Round, random: Random) -> float:
    """One slot asked about by the process itself; infinite where nobody says yes."""
    begins = 0.0
    for asked in range(0, row.most, row.people):
        ends = []
        for _ in range(min(row.people, row.most - asked)):
            luck, delay = random.random(), random.lognormvariate(0, rates.spread) * rates.median_minutes
            says = "yes" if luck < rates.accept else "no" if luck < rates.accept + rates.decline else ""
            ends.append((delay, says) if says and delay <= row.minutes else (row.minutes, ""))
        yes = [delay for delay, says in ends if says == "yes"]
        if yes:
            return begins + min(yes)
        begins += (max(ends)[0] if all(says == "no" for _, says in ends) else row.minutes) + row.pause
    return float("inf")


def drawn(rates: Rates, row: Round) -> Expected:
    random = Random(11)
    times = sorted(once(rates, row, random) for _ in range(DRAWN))
    finite = [time for time in times if time < float("inf")]
    median, p90 = (times[int(share * DRAWN)] for share in (0.5, 0.9))
    endless = float("inf")
    return Expected(median if median < endless else None, p90 if p90 < endless else None, filled=len(finite) / DRAWN)


def agree(formula: Expected, seen: Expected) -> bool:
    """Within 4 % or a minute and a half, which is what the grid and 20,000 draws leave open."""
    if abs(formula.filled - seen.filled) > 0.012:
        return False
    for one, other in ((formula.median, seen.median), (formula.p90, seen.p90)):
        if (one is None) != (other is None):
            return False
        if one is not None and other is not None and abs(one - other) > max(0.04 * other, 1.5):
            return False
    return True


@pytest.mark.parametrize("name", ROWS)
def test_the_formula_says_what_people_drawn_one_by_one_do(name: str) -> None:
    """Median, p90 and the share that is filled, for each kind of row of the policy."""
    assert agree(time_to_fill(OF_THE_FIELD, ROWS[name]), drawn(OF_THE_FIELD, ROWS[name]))


@pytest.mark.parametrize("name", ROWS)
def test_a_formula_with_other_rates_would_be_caught(name: str) -> None:
    """Control: with a fifth fewer yeses, or answers half as quick, the same comparison fails."""
    seen = drawn(OF_THE_FIELD, ROWS[name])
    fewer = replace(OF_THE_FIELD, accept=OF_THE_FIELD.accept * 0.8)
    slower = replace(OF_THE_FIELD, median_minutes=OF_THE_FIELD.median_minutes * 2)
    assert not agree(time_to_fill(slower, ROWS[name]), seen)
    assert not agree(time_to_fill(fewer, ROWS[name]), seen)


def answered(database: Database, count: int, minutes: int = 10) -> None:
    """So many answers by day: of ten six are yes, two are no, two are silence."""
    with database.begin() as session:
        her, slot = make.mediator(session), make.asked(session, make.NOW + dt.timedelta(days=9))
        asked_at = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
        for number in range(count):
            part = number % 10
            status = OfferStatus.ACCEPTED if part < 6 else OfferStatus.DECLINED if part < 8 else OfferStatus.EXPIRED
            row = make.offer(session, her, asked_at, OfferStatus.EXPIRED, slot)
            row.closed_at = asked_at + dt.timedelta(minutes=minutes + part)
            # Statuses that hold a slot are unique in it: what counts here is how she answered, not what about.
            if status == OfferStatus.ACCEPTED:
                row.slot_id = make.asked(session, make.NOW + dt.timedelta(days=9)).id
            row.status = status


def test_few_answers_leave_the_figures_of_the_field(database: Database) -> None:
    """Below fifty what was seen is chance."""
    answered(database, 20)
    with database.begin() as session:
        assert rates_of(session, POLICY) == OF_THE_FIELD


def test_enough_answers_give_the_rates_of_this_installation(database: Database) -> None:
    """From fifty on its own shares and delays count; an SMS that never arrived is no answer of hers."""
    answered(database, ENOUGH)
    with database.begin() as session:
        row = make.offer(session, make.mediator(session), make.NOW, OfferStatus.DECLINED)
        row.closed_at, row.settled_by = make.NOW, "SMS not delivered"
    with database.begin() as session:
        found = rates_of(session, POLICY)
        assert session.query(Offer).count() == ENOUGH + 1
    assert (found.seen, found.accept, found.decline) == (ENOUGH, 0.6, 0.2)
    assert found.median_minutes == statistics.median([10 + part for part in range(8)] * 5)


def test_awake_minutes_skip_the_night() -> None:
    """From 20:00 to 8:30 an hour of the evening and one of the morning count."""
    since = dt.datetime(2026, 11, 23, 19, tzinfo=dt.UTC)  # 20:00 in Italy
    assert awake_minutes(since, since + dt.timedelta(hours=12.5), POLICY) == 120
    assert awake_minutes(since, since, POLICY) == 0

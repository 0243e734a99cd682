# SPDX-License-Identifier: AGPL-3.0-or-later
"""How people are asked, row by row of the policy in force, each with the time that filling a slot usually takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from sqlalchemy.orm import Session

from config.policy import OfferPolicy, Policy
from dispatch.kit.clock import at_home, from_wall
from dispatch.kit.policy import policy_in_force
from dispatch.outbox.asking import Asking, Way, how_to_ask
from dispatch.outbox.filling import Rates, Round, time_to_fill
from dispatch.outbox.filling_words import about, basis
from dispatch.outbox.hours import add_working_days, awake_minutes, next_working_day
from dispatch.outbox.rates import rates_of
from dispatch.policy.words import key_word
from dispatch.web.i18n import gettext as _
from dispatch.web.i18n import ngettext
from dispatch.web.moments import deadline, decimal, moment
from dispatch.web.views.asking import AskingChange, AskingPage, AskingRow

TEN_O_CLOCK, FAR_BEYOND = 600, 5


@dataclass(frozen=True)
class Stretch:
    """One row of the table: its words, a start in its middle, and the keys of the policy that make it."""

    words: str
    start: dt.datetime
    keys: tuple[str, ...]


def asking_page(session: Session, now: dt.datetime) -> AskingPage:
    """The table as it would be gone by on the next working day at ten."""
    policy = policy_in_force(session)
    rates, example = rates_of(session, policy.offers), example_of(now, policy.offers)
    return AskingPage(rows=tuple(_rows(policy, rates, example)), basis=basis(rates), example=moment(example))


def asking_changes(session: Session, now_in_force: Policy, then: Policy, now: dt.datetime) -> tuple[AskingChange, ...]:
    """The rows as they are beside those of another policy, at the same moment and by the same answers."""
    rates, example = rates_of(session, now_in_force.offers), example_of(now, now_in_force.offers)
    pairs = zip_longest(_rows(now_in_force, rates, example), _rows(then, rates, example))
    return tuple(AskingChange(before, after) for before, after in pairs)


def example_of(now: dt.datetime, policy: OfferPolicy) -> dt.datetime:
    """The next working day at ten."""
    return from_wall(next_working_day(at_home(now).date(), policy), TEN_O_CLOCK)


def _rows(policy: Policy, rates: Rates, example: dt.datetime) -> Iterator[AskingRow]:
    candidates = policy.planning.candidates_per_slot
    for row in starts(example, policy.offers):
        yield _row(row, example, rates, policy.offers, candidates)


def starts(now: dt.datetime, policy: OfferPolicy) -> Iterator[Stretch]:
    """The rows, each with a start in its middle; a row that two equal boundaries leave empty is skipped."""
    hours, days = _("up to %(hours)s h"), _("up to %(days)s working days")
    far = _("more than %(days)s working days")
    ends = (
        (_("less than %(hours)s h"), policy.urgent_hours, ("urgent_hours", "urgent_minutes", "most_people")),
        (hours, policy.soon_hours, ("soon_hours", "soon_minutes", "most_people")),
        (days, policy.batch_working_days, ("batch_working_days", "batch_people", "batch_minutes")),
        (days, policy.near_working_days, ("near_working_days", "near_minute")),
        (days, policy.middle_working_days, ("middle_working_days", "middle_reply_days")),
        (far, policy.middle_working_days, ("far_reply_days",)),
    )
    before = now
    for words, many, keys in ends:
        until = _until(words, many, now, policy, is_far=words is far)
        if until > before:
            yield Stretch(words % {"hours": many, "days": many}, before + (until - before) / 2, keys)
            before = until


def _until(words: str, many: int, now: dt.datetime, policy: OfferPolicy, *, is_far: bool) -> dt.datetime:
    if "%(hours)s" in words:
        return now + dt.timedelta(hours=many)
    return add_working_days(now, many + FAR_BEYOND * is_far, policy)


def _row(row: Stretch, now: dt.datetime, rates: Rates, policy: OfferPolicy, candidates: int) -> AskingRow:
    asking = how_to_ask(now, row.start, policy)
    assert asking is not None  # the start lies ahead
    expected = time_to_fill(rates, _round(asking, policy, candidates))
    return AskingRow(
        when=row.words,
        how=how_words(asking.way, asking.people),
        reply_by=deadline(asking.reply_by, now),
        median=about(expected.median),
        p90=about(expected.p90),
        filled=_("%(percent)s %%") % {"percent": decimal(round(expected.filled * 100))},
        rules=tuple((f"/policy/offers.{key}", key_word("offers", key)) for key in row.keys),
    )


def _round(asking: Asking, policy: OfferPolicy, candidates: int) -> Round:
    minutes = max(1.0, awake_minutes(asking.send_at, asking.reply_by, policy))
    return Round(min(asking.people, candidates), minutes, candidates, policy.repair_delay_seconds / 60 + 1)


def how_words(way: Way, people: int) -> str:
    """How people are asked, as a coordinator says it."""
    if way is Way.CASCADE:
        return _("one by one")
    if way is Way.BATCH:
        return ngettext("one at a time", "%(num)d at once, the first yes wins", people) % {"num": people}
    return _("all who suit at once, the first yes wins")

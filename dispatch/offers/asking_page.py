# SPDX-License-Identifier: AGPL-3.0-or-later
"""How people are asked, row by row of the policy in force, each with the time that filling a slot usually takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.orm import Session

from config.policy import OfferPolicy
from dispatch.kit.clock import at_home, from_wall
from dispatch.kit.policy import policy_in_force
from dispatch.offers.decisions import Asking, Way, how_to_ask
from dispatch.outbox.filling import Rates, Round, time_to_fill
from dispatch.outbox.filling_words import about, basis
from dispatch.outbox.hours import add_working_days, awake_minutes, next_working_day
from dispatch.outbox.rates import rates_of
from dispatch.web.i18n import gettext as _
from dispatch.web.i18n import ngettext
from dispatch.web.moments import deadline, decimal, moment
from dispatch.web.views.asking import AskingPage, AskingRow

TEN_O_CLOCK, FAR_BEYOND = 600, 5


def asking_page(session: Session, now: dt.datetime) -> AskingPage:
    """The table as it would be gone by on the next working day at ten."""
    policy = policy_in_force(session)
    rates = rates_of(session, policy.offers)
    example = from_wall(next_working_day(at_home(now).date(), policy.offers), TEN_O_CLOCK)
    candidates = policy.planning.candidates_per_slot
    return AskingPage(
        rows=tuple(
            _row(words, at, example, rates, policy.offers, candidates) for words, at in starts(example, policy.offers)
        ),
        basis=basis(rates),
        example=moment(example),
    )


def starts(now: dt.datetime, policy: OfferPolicy) -> Iterator[tuple[str, dt.datetime]]:
    """A start in the middle of each row, with the row's words; a row that two equal boundaries leave empty is skipped."""
    bounds = [
        (_("less than %(hours)s h"), {"hours": policy.urgent_hours}, now + dt.timedelta(hours=policy.urgent_hours)),
        (_("up to %(hours)s h"), {"hours": policy.soon_hours}, now + dt.timedelta(hours=policy.soon_hours)),
        *(
            (_("up to %(days)s working days"), {"days": days}, add_working_days(now, days, policy))
            for days in (policy.batch_working_days, policy.near_working_days, policy.middle_working_days)
        ),
        (
            _("more than %(days)s working days"),
            {"days": policy.middle_working_days},
            add_working_days(now, policy.middle_working_days + FAR_BEYOND, policy),
        ),
    ]
    before = now
    for words, values, until in bounds:
        if until > before:
            yield words % values, before + (until - before) / 2
            before = until


def _row(
    words: str, start: dt.datetime, now: dt.datetime, rates: Rates, policy: OfferPolicy, candidates: int
) -> AskingRow:
    asking = how_to_ask(now, start, policy)
    assert asking is not None  # the start lies ahead
    expected = time_to_fill(rates, _round(asking, policy, candidates))
    return AskingRow(
        when=words,
        how=how_words(asking.way, asking.people),
        reply_by=deadline(asking.reply_by, now),
        median=about(expected.median),
        p90=about(expected.p90),
        filled=_("%(percent)s %%") % {"percent": decimal(round(expected.filled * 100))},
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

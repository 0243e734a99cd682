# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a coordinator reads beside a date that people are being asked about: how, until when, and how long it takes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from config.policy import Policy
from dispatch.intake import queries
from dispatch.intake.reading import Reader
from dispatch.kit.policy import policy_in_force
from dispatch.outbox.filling import Rates, Round, time_to_fill
from dispatch.outbox.filling_words import about
from dispatch.outbox.hours import awake_minutes
from dispatch.outbox.rates import rates_of
from dispatch.records.intake import Appointment
from dispatch.records.offers import Offer
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import deadline


def expected_words(reader: Reader, ahead: Sequence[Appointment]) -> dict[int, str]:
    """A sentence for each appointment that somebody is being asked about; the others have none."""
    asked: defaultdict[int, list[Offer]] = defaultdict(list)
    for offer in queries.open_offers(reader.session, [slot.id for one in ahead for slot in one.slots]):
        asked[offer.slot_id].append(offer)
    if not asked:
        return {}
    policy = policy_in_force(reader.session)
    rates = rates_of(reader.session, policy.offers)
    return {
        one.id: _sentence(asked[slot.id], policy, rates, reader.now)
        for one in ahead
        for slot in one.slots
        if slot.id in asked
    }


def _sentence(offers: Sequence[Offer], policy: Policy, rates: Rates, now: dt.datetime) -> str:
    until = max(offer.reply_by for offer in offers)
    since = min(offer.asked_at or offer.created_at for offer in offers)
    most = policy.planning.candidates_per_slot
    minutes = max(1.0, awake_minutes(since, until, policy.offers))
    usual = time_to_fill(rates, Round(min(len(offers), most), minutes, most)).median
    how = _("asked one by one") if len(offers) == 1 else _("%(count)d asked at once") % {"count": len(offers)}
    values = {"how": how, "until": deadline(until, now), "time": about(usual)}
    return _("%(how)s, answer by %(until)s; usually filled in %(time)s") % values

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way of one date: received, proposed, confirmed, took place, each with its moment, and what comes next, until when."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from config.policy import PlanningPolicy
from dispatch.intake.shown import Live, mediators_of, times_of
from dispatch.kit.clock import at_home, from_wall, monday_of
from dispatch.records.attendance import Attendance
from dispatch.records.intake import Appointment
from dispatch.records.offers import Offer
from dispatch.records.statuses import OPEN_OFFER, AppointmentStatus, AssignmentStatus, OfferStatus, SlotStatus
from dispatch.web.i18n import gettext as _
from dispatch.web.i18n import ngettext
from dispatch.web.moments import deadline
from dispatch.web.views.intake import Step

OVER = (AppointmentStatus.HELD, AppointmentStatus.NOT_HELD)
ASKED = (SlotStatus.OFFERED, SlotStatus.BOOKED)
A_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Trail:
    """What the rows behind a request tell about its dates, by slot."""

    live: Live
    offers: Mapping[int, Sequence[Offer]]
    visits: Mapping[int, Attendance]

    @classmethod
    def of(cls, live: Live, offers: Iterable[Offer], visits: Iterable[Attendance]) -> Trail:
        asked: defaultdict[int, list[Offer]] = defaultdict(list)
        for offer in offers:
            asked[offer.slot_id].append(offer)
        return cls(live, asked, {visit.slot_id: visit for visit in visits})


def steps_of(row: Appointment, received: dt.datetime, trail: Trail) -> tuple[Step, ...]:
    """Received › Proposed › Confirmed › Took place: what the date has reached, when, and what comes now."""
    over = row.status in OVER
    confirmed = over or row.status == AppointmentStatus.CONFIRMED
    asked = confirmed or (bool(row.slots) and all(slot.status in ASKED for slot in row.slots))
    last = _("Did not take place") if row.status == AppointmentStatus.NOT_HELD else _("Took place")
    stations = (
        (_("Received"), True, received),
        (_("Proposed"), asked, _asked_at(row, trail)),
        (_("Confirmed"), confirmed, _answered_at(row, trail)),
        (last, over, _ended_at(row, trail)),
    )
    current = next((place for place, (_label, reached, _at) in enumerate(stations) if not reached), len(stations))
    return tuple(
        Step(label, _state(place, current), at if reached else None)
        for place, (label, reached, at) in enumerate(stations)
    )


def next_words(row: Appointment, trail: Trail, now: dt.datetime, policy: PlanningPolicy) -> str:
    """What happens with this date from here on, and until when; nothing where nothing is left to happen."""
    if row.status == AppointmentStatus.CANCELLED or row.status in OVER:
        return ""
    if row.status == AppointmentStatus.CONFIRMED:
        return _of_a_confirmed(row, trail, now)
    if row.last_start < now:
        return _("Nobody could come. Ask again for another day.")
    if any(slot.status == SlotStatus.UNFILLED for slot in row.slots):
        return _("Nobody is free yet: a coordinator is looking for a way.")
    waiting = [one for slot in row.slots for one in trail.offers.get(slot.id, ()) if one.status in OPEN_OFFER]
    if waiting:
        return _of_an_asked(row, waiting, trail, now)
    if any(slot.replan_due is not None for slot in row.slots):
        return _("We are looking for the right person now.")
    return _of_a_planned(row, now, policy)


def _of_a_confirmed(row: Appointment, trail: Trail, now: dt.datetime) -> str:
    if times_of(row, trail.live)[1] <= now:
        return _("It is over: tell how it went.")
    who = ", ".join(mediators_of(row.slots, trail.live))
    return _("%(who)s comes. Afterwards we ask you how it went.") % {"who": who or _("The mediator")}


def _of_an_asked(row: Appointment, waiting: Sequence[Offer], trail: Trail, now: dt.datetime) -> str:
    until = deadline(max(offer.reply_by for offer in waiting), now)
    if any(_waits_for_new_yes(trail, slot.id) for slot in row.slots):
        return _("Who had accepted is asked whether the new time suits: the answer comes by %(until)s.") % {
            "until": until
        }
    more = _("If nobody can, we go on looking.")
    asked = ngettext(
        "We asked one mediator: the answer comes by %(until)s.",
        "We asked %(num)d mediators: the first answer wins, by %(until)s at the latest.",
        len(waiting),
    ) % {"num": len(waiting), "until": until}
    return f"{asked} {more}"


def _of_a_planned(row: Appointment, now: dt.datetime, policy: PlanningPolicy) -> str:
    evening = plan_for(row.first_start, now, policy)
    if evening is None:
        return _("We are looking for the right person now.")
    return _("It goes into the plan of %(moment)s: from then on we ask mediators.") % {"moment": deadline(evening, now)}


def plan_for(start: dt.datetime, now: dt.datetime, policy: PlanningPolicy) -> dt.datetime | None:
    """The next evening on which the week of this start is planned; None once all of them have passed."""
    week = monday_of(at_home(start).date())
    for weeks in range(policy.weeks_ahead, 0, -1):
        evening = from_wall(week - A_WEEK * weeks, policy.plan_weekday * 1440 + policy.plan_minute)
        if evening > now:
            return evening
    return None


def _waits_for_new_yes(trail: Trail, slot_id: int) -> bool:
    found = trail.live.get(slot_id)
    return found is not None and found.status == AssignmentStatus.PUBLISHED and found.agreed is not None


def _state(place: int, current: int) -> str:
    return "done" if place < current else "now" if place == current else "next"


def _asked_at(row: Appointment, trail: Trail) -> dt.datetime | None:
    """When the question that counts left; those that came to nothing are no step forward."""
    counts = (*OPEN_OFFER, OfferStatus.ACCEPTED)
    asked = [one for slot in row.slots for one in trail.offers.get(slot.id, ()) if one.status in counts]
    return min((one.asked_at or one.created_at for one in asked), default=None)


def _answered_at(row: Appointment, trail: Trail) -> dt.datetime | None:
    said_yes = [
        one.closed_at
        for slot in row.slots
        for one in trail.offers.get(slot.id, ())
        if one.status == OfferStatus.ACCEPTED and one.closed_at is not None
    ]
    return max(said_yes, default=None)


def _ended_at(row: Appointment, trail: Trail) -> dt.datetime | None:
    visits = [trail.visits[slot.id] for slot in row.slots if slot.id in trail.visits]
    ends = [(visit.real or visit.planned).upper for visit in visits]
    return max((end for end in ends if end is not None), default=None)

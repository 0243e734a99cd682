# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who among the ranked people is asked: pure, from the policy line and what is known of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import Range

from config.policy import OfferPolicy
from dispatch.outbox.asking import Asking


@dataclass(frozen=True)
class Person:
    """Somebody the planner would send, best first. ``open_overlaps``: offers open to her at that time already."""

    mediator_id: int
    during: Range[dt.datetime]
    blocked: bool = False
    night_owl: bool = False
    open_overlaps: int = 0


def whom_to_ask(asking: Asking, people: Sequence[Person], policy: OfferPolicy) -> list[Person]:
    """The first ``asking.people`` who can get an SMS now; ``people[0]`` is the planner's choice.

    A mediator is not asked about more open offers at one time than the policy allows. The planner's choice is exempt:
    the plan rests on her alone, and the database keeps a second published assignment of hers away from that time.
    """
    fit = [
        person
        for place, person in enumerate(people)
        if not person.blocked
        and (person.night_owl or not asking.only_night_owls)
        and (place == 0 or person.open_overlaps < policy.overlapping_offers)
    ]
    if asking.people == 1:  # The next best is asked after her answer, by the repair that then knows the day.
        fit = [person for person in fit if person is people[0]]
    return fit[: asking.people]

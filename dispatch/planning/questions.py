# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which SMS would leave if these lines of a draft were published, and to whom: nothing is written, everything is counted.

It goes by the same table and the same choice of people as the offers stage does afterwards, line by line in the same
order, so the number on the button is the number of questions that are put.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.policy import OfferPolicy
from dispatch.kit.among import among
from dispatch.kit.clock import from_wall
from dispatch.kit.policy import policy_in_force
from dispatch.outbox.asking import Asking, Way, at_first_light, how_to_ask
from dispatch.outbox.choosing import Person, whom_to_ask
from dispatch.planning.difference import Line
from dispatch.planning.queries import full_today
from dispatch.records.intake import Appointment, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment, Candidate, PlanningRun
from dispatch.records.roster import Mediator
from dispatch.records.statuses import OPEN_OFFER, AssignmentStatus

During = Range[dt.datetime]
OF_HER = (
    Mediator.id,
    Mediator.code,
    Mediator.name,
    Mediator.active,
    Mediator.sms_blocked,
    Mediator.quiet_hours_allowed,
)
SAID_YES = (AssignmentStatus.BOOKED, AssignmentStatus.DONE)


@dataclass
class Questions:
    """``asked``: the mediators asked about each slot, by id; ``unreachable`` are chosen ones whose phone is blocked."""

    asked: dict[str, list[int]] = field(default_factory=dict)
    unreachable: list[int] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(map(len, self.asked.values()))

    def each(self) -> dict[int, int]:
        """How many each of them gets."""
        counted: dict[int, int] = defaultdict(int)
        for people in self.asked.values():
            for her in people:
                counted[her] += 1
        return dict(counted)


def questions(session: Session, run: PlanningRun, lines: Iterable[Line], now: dt.datetime) -> Questions:
    """The questions about the lines that give a slot to somebody; a line that takes one away asks nobody."""
    policy = policy_in_force(session).offers
    given = [line for line in lines if line.mediator is not None and line.change in ("new", "moved")]
    starts = {line.slot: from_wall(run.week_start, line.start or 0) for line in given}
    found, foretold = Questions(), Foretold(session, run, given, starts, policy, now)
    for line in given:
        asking = how_to_ask(now, starts[line.slot], policy)
        if asking is not None:
            found.asked[line.slot] = foretold.whom(line, asking)
    found.unreachable, found.names = foretold.unreachable, {her: row.name for her, row in foretold.people.items()}
    return found


class Foretold:
    """What is known of the people before anybody is asked; each question foretold counts for the next."""

    def __init__(
        self,
        session: Session,
        run: PlanningRun,
        lines: Sequence[Line],
        starts: dict[str, dt.datetime],
        policy: OfferPolicy,
        now: dt.datetime,
    ) -> None:
        self.session, self.run, self.starts, self.policy, self.now = session, run, starts, policy, now
        self.people = {her.id: her for her in session.execute(select(*OF_HER))}
        self.ids = {her.code: her.id for her in self.people.values()}
        self.unreachable: list[int] = []
        slots = [int(line.slot) for line in lines]
        self.lasts, self.slots = _slots(session, slots)
        self.open = _open_offers(session, slots)
        several = [int(line.slot) for line in lines if self._asks_several(line)]
        self.ranked = _ranked(session, run.id, several)
        self.full = full_today(session, several, now, dt.timedelta(hours=policy.urgent_hours)) if several else {}
        self.held = _held(session, {her for people in self.ranked.values() for her in people}, self._whole(several))

    def whom(self, line: Line, asking: Asking) -> list[int]:
        """The mediators who would get an SMS about this line."""
        her, slot = self.ids[line.mediator or ""], int(line.slot)
        during = self._during(line)
        if any(offer.mediator_id == her and offer.during == during for offer in self.open[slot]):
            return []  # Her open question serves for it.
        people = [self._person(her, 0)]
        if asking.people > 1:
            people += [self._person(other, self._asked(other, during)) for other in self._others(line, asking, during)]
        chosen = whom_to_ask(asking, people, self.policy)
        if not chosen and asking.only_night_owls:
            chosen = whom_to_ask(at_first_light(self.starts[line.slot], self.now, self.policy), people, self.policy)
        if people[0].blocked:
            self.unreachable.append(her)
        for one in chosen:
            self.held[one.mediator_id].append((during, False))
        return [one.mediator_id for one in chosen]

    def _others(self, line: Line, asking: Asking, during: During) -> list[int]:
        """The ranked people who are free then, active, and not being asked about this very slot."""
        slot = int(line.slot)
        asked = {offer.mediator_id for offer in self.open[slot]}
        resting = set() if asking.way is Way.URGENT else self.full.get(slot, set())
        out = {self.ids[line.mediator or ""], *self.slots[slot].excluded, *asked, *resting}
        return [
            her
            for her in self.ranked.get(slot, ())
            if her not in out and self.people[her].active and not self._is_booked(her, during)
        ]

    def _asks_several(self, line: Line) -> bool:
        asking = how_to_ask(self.now, self.starts[line.slot], self.policy)
        return asking is not None and asking.people > 1

    def _person(self, her: int, open_overlaps: int) -> Person:
        row = self.people[her]
        during = Range(self.now, self.now)  # Nobody reads it here: the choice goes by the overlaps counted.
        return Person(her, during, bool(row.sms_blocked), row.quiet_hours_allowed, open_overlaps)

    def _during(self, line: Line) -> During:
        start = self.starts[line.slot]
        return Range(start, start + dt.timedelta(minutes=self.lasts[int(line.slot)]))

    def _whole(self, slots: Sequence[int]) -> During | None:
        begins = [self.starts[str(slot)] for slot in slots]
        if not begins:
            return None
        longest = max(self.lasts[slot] for slot in slots)
        return Range(min(begins), max(begins) + dt.timedelta(minutes=longest))

    def _is_booked(self, her: int, during: During) -> bool:
        return any(booked and time.overlaps(during) for time, booked in self.held[her])

    def _asked(self, her: int, during: During) -> int:
        return sum(not booked and time.overlaps(during) for time, booked in self.held[her])


def _slots(session: Session, slot_ids: Sequence[int]) -> tuple[dict[int, int], dict[int, Slot]]:
    query = select(Slot, Appointment.duration).join(Appointment).where(among(Slot.id, slot_ids))
    rows = session.execute(query).all()
    return {slot.id: duration for slot, duration in rows}, {slot.id: slot for slot, _ in rows}


def _open_offers(session: Session, slot_ids: Sequence[int]) -> dict[int, list[Offer]]:
    found: dict[int, list[Offer]] = defaultdict(list)
    for offer in session.scalars(select(Offer).where(among(Offer.slot_id, slot_ids), Offer.status.in_(OPEN_OFFER))):
        found[offer.slot_id].append(offer)
    return found


def _ranked(session: Session, run_id: int, slot_ids: Sequence[int]) -> dict[int, list[int]]:
    """The people the planner ranked for each of the slots, best first."""
    query = select(Candidate.slot_id, Candidate.mediator_id).where(
        Candidate.run_id == run_id, among(Candidate.slot_id, slot_ids)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for slot_id, mediator_id in session.execute(query.order_by(Candidate.slot_id, Candidate.rank)):
        found[slot_id].append(mediator_id)
    return found


def _held(session: Session, people: set[int], whole: During | None) -> dict[int, list[tuple[During, bool]]]:
    """What each of them holds within the time: visits she said yes to (true) and open questions (false)."""
    held: dict[int, list[tuple[During, bool]]] = defaultdict(list)
    if whole is None or not people:
        return held
    booked = select(Assignment.mediator_id, Assignment.during).where(
        among(Assignment.mediator_id, people), Assignment.status.in_(SAID_YES), Assignment.during.overlaps(whole)
    )
    asked = select(Offer.mediator_id, Offer.during).where(
        among(Offer.mediator_id, people), Offer.status.in_(OPEN_OFFER), Offer.during.overlaps(whole)
    )
    for query, is_booked in ((booked, True), (asked, False)):
        for her, during in session.execute(query):
            held[her].append((during, is_booked))
    return held

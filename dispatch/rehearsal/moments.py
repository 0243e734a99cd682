# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hands of a simulated month: they do the queued work themselves, and let what has time wait for the next beat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.records.intake import Appointment, Slot
from dispatch.records.offers import Offer
from dispatch.records.statuses import OPEN_OFFER, SlotStatus
from dispatch.rehearsal.hands import BUSY, Hands, Stuck

MOST_ROUNDS = 50  # a queue that is filled again so often after it was emptied never will be empty
SOON = dt.timedelta(hours=24)  # with less time to the visit nothing waits for the beat
HURRIED = select(
    select(func.min(Slot.replan_due))
    .join(Appointment)
    .where(Slot.status.in_((SlotStatus.OPEN, SlotStatus.UNFILLED)))
    .where(Appointment.first_start < Slot.replan_due + SOON)
    .scalar_subquery(),
    select(func.min(Offer.reply_by))
    .where(Offer.status.in_(OPEN_OFFER), func.lower(Offer.during) < Offer.reply_by + SOON)
    .scalar_subquery(),
)


@dataclass
class MonthHands(Hands):
    """Hands that work: ``errands`` does all that is queued, in this process."""

    errands: Callable[[], None] = lambda: None

    def settle(self) -> None:
        """Work until no job is queued."""
        with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for _ in range(MOST_ROUNDS):
                if not connection.execute(BUSY).scalar_one():
                    return
                self.errands()
        raise Stuck(f"Jobs are still queued after {MOST_ROUNDS} rounds of work: one of them fails again and again.")

    def first_due(self, session: Session) -> dict[str, dt.datetime | None]:
        """Repairs and deadlines of visits that are days away wait for the beat, as an office looks at its list."""
        found = super().first_due(session)
        for job, hurried in self._hurried(session).items():
            instant = found[job]
            if instant is not None:
                on_beat = self.on_beat(instant)
                found[job] = on_beat if hurried is None else min(on_beat, hurried)
        return found

    def _hurried(self, session: Session) -> dict[str, dt.datetime | None]:
        """The first of each kind that a visit within a day waits for."""
        return dict(zip(("planning.repair", "offers.expire"), session.execute(HURRIED).one(), strict=True))

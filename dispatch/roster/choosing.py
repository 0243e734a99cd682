# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mediator chooses about the SMS to her: reminders, their language, and whether nights are allowed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.kit.queue import enqueue
from dispatch.kit.saved import Outcome, Saved, apply
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Reminders
from dispatch.territory.keeping import told

ABOUT_REMINDERS = frozenset({"reminders", "quiet_hours_allowed"})


def save_choices(
    session: Session,
    her: Mediator,
    reminders: Reminders,
    message_language: str,
    quiet_hours_allowed: bool,
    actor: str,
    now: dt.datetime,
) -> Saved[Mediator]:
    """In force at once, for visits that are booked already too."""
    values = {
        "reminders": reminders.value,
        "message_language": message_language,
        "quiet_hours_allowed": quiet_hours_allowed,
    }
    changed = apply(her, values)
    remind_anew(session, her, changed)
    return told(session, her, her.code, Outcome.CHANGED if changed else Outcome.UNCHANGED, changed, actor, now)


def remind_anew(session: Session, her: Mediator, changed: list[str]) -> None:
    """For whoever changes these columns: the dates of the reminders of her booked visits are reckoned again."""
    if ABOUT_REMINDERS.intersection(changed):
        enqueue(session, "attendance.remind_anew", mediator_id=her.id)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator does with the lines: choose the one that speaks, hold it, set it going again."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from config.settings import Settings
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.queue import enqueue
from dispatch.line import queries, rows
from dispatch.line.breaker import held, running
from dispatch.records.line import Line

LONGEST_WHY = 200


def use(session: Session, settings: Settings, provider: str) -> None:
    """From now on queued SMS leave by this provider; what another one has stays with it, receipts and doubts too."""
    if provider not in settings.providers:
        remedy = f"Write one of: {', '.join(settings.providers)}."
        if provider == "twilio":
            remedy = "Set PONTE_SMS_PROVIDER=twilio and its credentials first: 'phone' keeps every SMS on the machine."
        problem = FieldProblem("provider", "not set up here", provider, remedy)
        raise NotUnderstood("The line was not changed.", fields=(problem,))
    rows.change_within(session, provider, lambda line: line)  # its row is there
    session.execute(update(Line).where(Line.chosen).values(chosen=False))
    session.execute(update(Line).where(Line.provider == provider).values(chosen=True))
    enqueue(session, "offers.send")


def hold(session: Session, settings: Settings, by: str, why: str, machine: dt.datetime) -> str:
    """Nothing leaves any more until somebody starts the line; the provider it concerns."""
    provider = queries.in_force(session, settings)
    rows.change_within(session, provider, lambda line: held(line, machine, by[:80], why[:LONGEST_WHY]))
    return provider


def start(session: Session, settings: Settings) -> str:
    """Whatever held it, SMS leave again, at once; if the trouble is still there, it shows itself soon enough."""
    provider = queries.in_force(session, settings)
    rows.change_within(session, provider, running)
    enqueue(session, "offers.send")
    return provider

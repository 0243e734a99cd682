# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queued and timed work of the attendance stage; each job re-reads its rows and may come twice."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.attendance import ending, queries, reminding, service, taking
from dispatch.attendance.office import office_of
from dispatch.kit import running
from dispatch.kit.clock import now
from dispatch.kit.queue import carrier
from dispatch.outbox.apart import each_apart

TRIES = 4
# A reply that could not be taken for so long, however often it was tried, is for a person.
HOPELESS_AFTER = dt.timedelta(minutes=15)


@carrier.task(name="attendance.remind")
def remind() -> None:
    """Write every reminder that is due."""
    here = running.current()
    with here.database.begin() as session:
        due = queries.to_remind(session, now(session))
    each_apart(
        here, due, lambda session, key: reminding.remind_of(session, office_of(session, here), key, now(session))
    )


@carrier.task(name="attendance.remind_anew", retry=TRIES)
def remind_anew(mediator_id: int) -> None:
    """Reckon the dates of her reminders again: she, or a coordinator for her, has chosen otherwise."""
    here = running.current()
    with here.database.begin() as session:
        reminding.remind_anew(session, office_of(session, here), mediator_id, now(session))


@carrier.task(name="attendance.ask")
def ask() -> None:
    """End the visits whose time has come, look again where somebody was silent, close what is over.

    A reply whose own job was lost is taken here too.
    """
    here = running.current()
    with here.database.begin() as session:
        instant = now(session)
        ended, silent = queries.to_ask(session, instant), queries.to_look_at_again(session, instant)
        left = queries.handed_over(session, instant)
        hopeless = queries.handed_over(session, instant - HOPELESS_AFTER)
    each_apart(here, ended, lambda session, key: ending.end_visit(session, office_of(session, here), key, now(session)))
    each_apart(
        here, silent, lambda session, key: ending.look_again(session, office_of(session, here), key, now(session))
    )
    try:
        each_apart(here, left, _take)
    finally:  # Tried once more first: after a long stop even an old reply is taken as usual.
        each_apart(here, hopeless, lambda session, key: taking.hand_to_person(session, key, now(session)))
    with here.database.begin() as session:
        over = queries.requests_that_are_over(session, now(session))
    each_apart(here, over, lambda session, key: service.close_if_over(session, key, now(session)))


@carrier.task(name="attendance.take", retry=TRIES)
def take(inbound_id: int) -> None:
    """Do what one SMS says of a visit."""
    with running.current().database.begin() as session:
        _take(session, inbound_id)


def _take(session: Session, inbound_id: int) -> None:
    taking.take(session, office_of(session, running.current()), inbound_id, now(session))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saves and removes what departs from a mediator's weekly pattern: absences, extra shifts, commitments such as courses.

Each is known by mediator, start and end. An absence or a course over visits of hers is refused with the visits shown,
until somebody chooses what becomes of them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.kit.findings import Findings
from dispatch.kit.locks import lock_mediators
from dispatch.kit.saved import Saved
from dispatch.records.roster import Absence, Commitment, ExtraShift, Mediator
from dispatch.roster import queries
from dispatch.roster.decisions import LONGEST_AWAY, LONGEST_COURSE, check_span
from dispatch.roster.entries import AbsenceEntry, CommitmentEntry, ExtraShiftEntry
from dispatch.roster.leaving import Visits, make_room
from dispatch.roster.queries import Dated
from dispatch.roster.reading import find_mediator
from dispatch.territory.keeping import keep, removed
from dispatch.territory.saving import find_place
from dispatch.web import moments
from dispatch.web.i18n import gettext as _

AnyEntry = AbsenceEntry | ExtraShiftEntry | CommitmentEntry


def save_absence(
    session: Session, entry: AbsenceEntry, actor: str, now: dt.datetime, *, visits: Visits = Visits.REFUSE
) -> Saved[Absence]:
    findings = Findings(_("The absence cannot be saved as it is."))
    mediator, during = _when(session, entry, LONGEST_AWAY, findings)
    if _is_new(session, Absence, mediator, during):
        make_room(session, mediator, during, visits, actor, now)
    return _keep(session, Absence, mediator, during, {}, actor, now)


def save_extra_shift(session: Session, entry: ExtraShiftEntry, actor: str, now: dt.datetime) -> Saved[ExtraShift]:
    findings = Findings(_("The extra shift cannot be saved as it is."))
    mediator, during = _when(session, entry, LONGEST_AWAY, findings)
    _is_new(session, ExtraShift, mediator, during)  # asked for its lock alone: two who add it make one row
    return _keep(session, ExtraShift, mediator, during, {}, actor, now)


def save_commitment(
    session: Session, entry: CommitmentEntry, actor: str, now: dt.datetime, *, visits: Visits = Visits.REFUSE
) -> Saved[Commitment]:
    """A course or work elsewhere; two at once are refused, since nobody attends both."""
    findings = Findings(_("The commitment cannot be saved as it is."))
    place = None if entry.place is None else find_place(session, "place", entry.place, findings)
    mediator, during = _when(session, entry, LONGEST_COURSE, findings)
    for other in queries.commitments_over(session, mediator.id, during):
        if other.during != during:
            findings.add("start", _in_words(during), *_overlap(other))
    findings.refuse()
    if _is_new(session, Commitment, mediator, during):
        make_room(session, mediator, during, visits, actor, now)
    values = {"place_id": place.id if place else None, "kind": entry.kind, "title": entry.title}
    return _keep(session, Commitment, mediator, during, values, actor, now)


def remove_absence(session: Session, entry: AbsenceEntry, actor: str, now: dt.datetime) -> bool:
    """She is there after all. False where there was no such absence."""
    return _remove(session, Absence, entry, actor, now)


def remove_extra_shift(session: Session, entry: ExtraShiftEntry, actor: str, now: dt.datetime) -> bool:
    return _remove(session, ExtraShift, entry, actor, now)


def remove_commitment(session: Session, entry: CommitmentEntry, actor: str, now: dt.datetime) -> bool:
    return _remove(session, Commitment, entry, actor, now)


def _when(
    session: Session, entry: AnyEntry, longest: dt.timedelta, findings: Findings
) -> tuple[Mediator, Range[dt.datetime]]:
    """Whose and when; what was found wrong until here is refused."""
    mediator = find_mediator(session, "mediator", entry.mediator, findings)
    check_span(entry.start, entry.end, longest, findings)
    findings.refuse()
    assert mediator is not None
    return mediator, Range(entry.start, entry.end)


def _is_new(session: Session, model: type[Dated], mediator: Mediator, during: Range[dt.datetime]) -> bool:
    """Whether this is not known yet; then nobody else can add it, or book her, until the transaction ends."""
    if queries.dated(session, model, mediator.id, during) is not None:
        return False
    lock_mediators(session, [mediator.id])
    return queries.dated(session, model, mediator.id, during) is None


def _keep(
    session: Session,
    model: type[Dated],
    mediator: Mediator,
    during: Range[dt.datetime],
    values: dict[str, Any],
    actor: str,
    now: dt.datetime,
) -> Saved[Dated]:
    row = queries.dated(session, model, mediator.id, during)
    whole = {"mediator_id": mediator.id, "during": during, **values}
    return keep(session, row, model, mediator.code, whole, actor, now)


def _remove(session: Session, model: type[Dated], entry: AnyEntry, actor: str, now: dt.datetime) -> bool:
    findings = Findings(_("This cannot be removed."))
    mediator, during = _when(session, entry, dt.timedelta.max, findings)
    row = queries.dated(session, model, mediator.id, during)
    if row is not None:
        removed(session, row, mediator.code, actor, now)
    return row is not None


def _overlap(other: Commitment) -> tuple[str, str]:
    message = _("She has another commitment then: %(other)s.") % {"other": _in_words(other.during)}
    return message, _("Change one of the two.")


def _in_words(during: Range[dt.datetime]) -> str:
    assert during.lower is not None
    assert during.upper is not None
    return f"{moments.moment(during.lower)} – {moments.moment(during.upper)}"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saves mediators, known by their code; saving the same twice changes nothing.

NotUnderstood names every field that needs a change. All of it happens in the caller's transaction, with an audit entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from config.territory.travel import load_travel
from dispatch.errors import NotFound
from dispatch.kit.findings import Findings
from dispatch.kit.locks import lock_mediators
from dispatch.kit.saved import Outcome, Saved, apply
from dispatch.records.roster import Availability, Mediator, MediatorLanguage
from dispatch.roster import queries
from dispatch.roster.choosing import remind_anew
from dispatch.roster.consent import OPTED_OUT, has_opted_out
from dispatch.roster.decisions import check_mediator, check_shifts
from dispatch.roster.entries import MediatorEntry, ShiftEntry
from dispatch.roster.leaving import Visits, let_go
from dispatch.roster.numbers import forget
from dispatch.roster.reading import read_home, read_mediator
from dispatch.territory.keeping import told
from dispatch.web.i18n import gettext as _


def save_mediator(
    session: Session,
    entry: MediatorEntry,
    actor: str,
    now: dt.datetime,
    *,
    visits: Visits = Visits.REFUSE,
    until: dt.date | None = None,
) -> Saved[Mediator]:
    """The mediator with her languages and, where it is given, her weekly pattern.

    An entry that makes her inactive is her leaving: ``visits`` and ``until`` say what becomes of those ahead.
    """
    findings = Findings(_("The mediator cannot be saved as she is."))
    row = queries.mediator(session, entry.code)
    check_mediator(entry, findings)
    read = read_mediator(session, entry, findings)
    findings.refuse()
    assert read is not None
    columns = _columns(entry, read.columns)
    columns["home_id"] = read_home(session, entry, read.comune, actor, now).id if read.home is None else read.home.id
    if row is None or row.phone != columns["phone"]:  # A block is about the number, also when it was hers before.
        columns["sms_blocked"] = OPTED_OUT if has_opted_out(session, columns["phone"]) else None
    if row is None:
        row = Mediator(**columns)
        row.languages, row.availability = [], []
        session.add(row)
        session.flush()
        _set_languages(row, read.languages)
        _set_availability(session, row, entry.availability or ())
        return told(session, row, entry.code, Outcome.CREATED, (), actor, now)
    if row.active and not entry.active:
        let_go(session, row, visits, until, actor, now)
    if row.phone != columns["phone"]:
        forget(row)
    changed = apply(row, columns)
    remind_anew(session, row, changed)
    changed += ["languages"] if _set_languages(row, read.languages) else []
    if entry.availability is not None and _set_availability(session, row, entry.availability):
        changed.append("availability")
    return told(session, row, entry.code, Outcome.CHANGED if changed else Outcome.UNCHANGED, changed, actor, now)


def set_availability(
    session: Session, code: str, shifts: Sequence[ShiftEntry], actor: str, now: dt.datetime
) -> Saved[Mediator]:
    """Make these the whole weekly pattern of a mediator; overlapping ones are refused, both named."""
    findings = Findings(_("The availability cannot be saved as it is."))
    check_shifts(shifts, findings)
    findings.refuse()
    row = found(session, code)
    changed = ["availability"] if _set_availability(session, row, shifts) else []
    return told(session, row, code, Outcome.CHANGED if changed else Outcome.UNCHANGED, changed, actor, now)


def retire_mediator(
    session: Session,
    code: str,
    actor: str,
    now: dt.datetime,
    *,
    visits: Visits = Visits.REFUSE,
    until: dt.date | None = None,
) -> Saved[Mediator]:
    """She takes no new work. With visits ahead it is refused, the rows shown, until ``visits`` says what becomes of them."""
    row = found(session, code)
    if not row.active:
        return Saved(row, Outcome.UNCHANGED)
    let_go(session, row, visits, until, actor, now)
    row.active = False
    return told(session, row, code, Outcome.CHANGED, ("active",), actor, now)


def found(session: Session, code: str) -> Mediator:
    """The mediator, or NotFound with the code."""
    if (row := queries.mediator(session, code)) is None:
        raise NotFound(_("There is no mediator %(code)s.") % {"code": code})
    return row


def _columns(entry: MediatorEntry, named: Mapping[str, Any]) -> dict[str, Any]:
    """The row's own columns; ``named`` are those whose words were read into codes and ids."""
    factor = entry.travel_factor
    return {
        "code": entry.code,
        "name": entry.name,
        "gender": entry.gender.value,
        "kinds": [kind.value for kind in entry.kinds],
        "modes": [mode.value for mode in entry.modes],
        "travel_means": entry.travel_means,
        "travel_factor": load_travel()[entry.travel_means].factor if factor is None else factor,
        "max_travel": entry.max_travel,
        "max_day": entry.max_day,
        "max_week": entry.max_week,
        "target_week": entry.target_week,
        "hourly_cost": entry.hourly_cost,
        "quiet_hours_allowed": entry.quiet_hours_allowed,
        "reminders": entry.reminders.value,
        "active": entry.active,
        **named,
    }


def _set_languages(row: Mediator, spoken: Mapping[str, int]) -> bool:
    """Make these her languages; whether anything changed."""
    before = {one.language_code: one for one in row.languages}
    if {code: one.level for code, one in before.items()} == spoken:
        return False
    for code in before.keys() - spoken.keys():
        row.languages.remove(before[code])
    for code, level in spoken.items():
        if code in before:
            before[code].level = level
        else:
            row.languages.append(MediatorLanguage(language_code=code, level=level))
    return True


def _set_availability(session: Session, row: Mediator, shifts: Sequence[ShiftEntry]) -> bool:
    """Make these her weekly pattern; whether anything changed."""
    wanted = {tuple(shift.model_dump().values()) for shift in shifts}
    standing = {_told(one): one for one in row.availability}
    if standing.keys() == wanted:
        return False
    # Who changes a pattern holds up her bookings; a form or a trial of a file that changes nothing locks nobody.
    lock_mediators(session, [row.id])
    for gone in standing.keys() - wanted:
        row.availability.remove(standing[gone])
    session.flush()  # the database refuses overlaps, and new rows are written before old ones go
    for shift in shifts:
        if tuple(shift.model_dump().values()) not in standing:
            row.availability.append(Availability(**shift.model_dump()))
    session.flush()
    return True


def _told(row: Availability) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in ShiftEntry.model_fields)

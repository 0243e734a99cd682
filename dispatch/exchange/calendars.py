# SPDX-License-Identifier: AGPL-3.0-or-later
"""The registers of time as files: weekly availability, absences, courses, extra shifts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.exchange.columns import Column
from dispatch.exchange.mediators import IN_THE_WAY, choice
from dispatch.exchange.register import Register, Values, Work, code_of, entry_of
from dispatch.exchange.times import BEGIN, DAY_CELL, END, SHIFTS, TIME_CELL, WEEKDAYS_CELL, at
from dispatch.exchange.vocabulary import COURSE_KIND
from dispatch.kit.findings import Findings
from dispatch.kit.saved import Saved
from dispatch.records.roster import Absence, Availability, Commitment, ExtraShift, Mediator
from dispatch.records.territory import Place
from dispatch.roster.entries import AbsenceEntry, CommitmentEntry, ExtraShiftEntry, ShiftEntry
from dispatch.roster.exceptions import save_absence, save_commitment, save_extra_shift
from dispatch.roster.reading import find_mediator
from dispatch.roster.saving import set_availability
from dispatch.web.i18n import gettext as _

ONE_MINUTE = dt.timedelta(minutes=1)
MEDIATOR = Column(
    "mediator", "mediatore", ("mediatrice", "codice mediatore", "codice", "nome e cognome"), samples=("m001", "m001")
)


def shifts_of(values: Values) -> tuple[ShiftEntry, ...]:
    """The shifts of one row: a whole pattern in a cell, or days with from and to."""
    valid = {"valid_from": values.get("valid_from"), "valid_until": values.get("valid_until")}
    if values.get("pattern"):
        return tuple(shift.model_copy(update=valid) for shift in values["pattern"])
    hours = {"from_minute": values.get("from_minute"), "to_minute": values.get("to_minute")}
    days = values.get("weekdays") or (None,)
    return tuple(entry_of(ShiftEntry, {"weekday": day, **hours, **valid}) for day in days)


def save_pattern(work: Work, mediator: str, shifts: tuple[ShiftEntry, ...]) -> Saved[Mediator]:
    findings = Findings(_("The availability cannot be saved as it is."))
    find_mediator(work.session, "mediator", mediator, findings)
    findings.refuse()
    return set_availability(work.session, mediator, shifts, work.actor, work.now)


def save_absence_row(work: Work, values: Values) -> Saved[Absence]:
    entry = entry_of(AbsenceEntry, _dated(work, values))
    return save_absence(work.session, entry, work.actor, work.now, visits=choice(values))


def save_extra_shift_row(work: Work, values: Values) -> Saved[ExtraShift]:
    return save_extra_shift(work.session, entry_of(ExtraShiftEntry, _dated(work, values)), work.actor, work.now)


def save_commitment_row(work: Work, values: Values) -> Saved[Commitment]:
    whole = _dated(work, values) | {name: values.get(name) for name in ("kind", "title")}
    whole["place"] = code_of(work, Place, "place", values.get("place"))
    entry = entry_of(CommitmentEntry, whole)
    return save_commitment(work.session, entry, work.actor, work.now, visits=choice(values))


def mediator_key(work: Work, values: Values) -> str:
    return str(code_of(work, Mediator, "mediator", values.get("mediator")))


def _dated_key(work: Work, values: Values) -> str:
    return " ".join(str(value) for value in _dated(work, values).values())


def _dated(work: Work, values: Values) -> Values:
    """Whose and when: days with their hours in the same cell, or in cells beside them; one day alone is enough."""
    start, end = values.get("start"), values.get("end")
    if start is not None and end is None:
        end = at(start, 1440)
    if end is not None and values.get("to_minute") is not None:
        end = at(end - ONE_MINUTE, values["to_minute"])
    if start is not None and values.get("from_minute") is not None:
        start = at(start, values["from_minute"])
    code = code_of(work, Mediator, "mediator", values.get("mediator"))
    return {"mediator": code, "start": start, "end": end}


def _patterns(session: Session) -> Iterator[Values]:
    query = select(Mediator.code, Availability).join(Availability, Availability.mediator_id == Mediator.id)
    order = (Mediator.code, Availability.weekday, Availability.from_minute, Availability.valid_from)
    for code, row in session.execute(query.order_by(*order)):
        hours = {name: getattr(row, name) for name in ("from_minute", "to_minute", "valid_from", "valid_until")}
        yield {"mediator": code, "weekdays": (row.weekday,), **hours}


def _spans(session: Session, model: Any) -> Iterator[tuple[Values, Any]]:
    query = select(Mediator.code, model).join(model, model.mediator_id == Mediator.id)
    for code, row in session.execute(query.order_by(Mediator.code, func.lower(model.during), model.id)):
        yield {"mediator": code, "start": row.during.lower, "end": row.during.upper}, row


def _absences(session: Session) -> Iterator[Values]:
    return (values for values, _row in _spans(session, Absence))


def _extra_shifts(session: Session) -> Iterator[Values]:
    return (values for values, _row in _spans(session, ExtraShift))


def _commitments(session: Session) -> Iterator[Values]:
    for values, row in _spans(session, Commitment):
        place = session.get(Place, row.place_id) if row.place_id else None
        yield values | {"place": place.code if place else None, "kind": row.kind, "title": row.title}


def _when(first: tuple[str, str], second: tuple[str, str]) -> tuple[Column, ...]:
    """The columns of a time, with two samples: one of days, one of hours."""
    return (
        Column("start", "dal", ("data", "giorno", "da", "inizio", "data inizio"), BEGIN, (first[0], second[0])),
        Column("from_minute", "dalle", ("dalle ore", "ora inizio", "ora di inizio"), TIME_CELL, ("", "9:00")),
        Column("end", "al", ("a", "fine", "data fine"), END, (first[1], second[1])),
        Column("to_minute", "alle", ("alle ore", "ora fine", "ora di fine"), TIME_CELL, ("", "13:00")),
    )


PATTERNS = Register(
    "disponibilita",
    ("orari", "turni settimanali", "availability"),
    (
        MEDIATOR,
        Column("weekdays", "giorno", ("giorni", "giorno della settimana"), WEEKDAYS_CELL, ("lun", "mar, gio")),
        Column("from_minute", "dalle", ("da", "inizio", "ora inizio"), TIME_CELL, ("9:00", "14:00")),
        Column("to_minute", "alle", ("a", "fine", "ora fine"), TIME_CELL, ("13:00", "18:00")),
        Column("valid_from", "valido dal", ("dal", "valida dal"), DAY_CELL, ("", "01/09/2026")),
        Column("valid_until", "valido fino al", ("al", "fino al", "valida fino al"), DAY_CELL, ("", "30/06/2027")),
        Column("pattern", "disponibilità", ("orario settimanale",), SHIFTS),
    ),
    ("mediator",),
    mediator_key,
    _patterns,
    shifts=shifts_of,
    save_all=save_pattern,
    exported=("mediator", "weekdays", "from_minute", "to_minute", "valid_from", "valid_until"),
    people=("mediator",),
)
ABSENCES = Register(
    "assenze",
    ("assenza", "ferie", "absences"),
    (MEDIATOR, *_when(("24/12/2026", "06/01/2027"), ("02/12/2026", "")), IN_THE_WAY),
    ("mediator", "start"),
    _dated_key,
    _absences,
    save_absence_row,
    exported=tuple(AbsenceEntry.model_fields),
    people=("mediator",),
)
COURSES = Register(
    "formazione",
    ("corsi", "impegni", "training"),
    (
        MEDIATOR,
        *_when(("02/12/2026 9:00", "02/12/2026 12:00"), ("03/12/2026", "")),
        Column("place", "luogo", ("sede",), samples=("ic-trescore", "")),
        Column("title", "titolo", ("corso", "argomento"), samples=("Lavorare con i NAI", "Aggiornamento")),
        Column("kind", "tipo", (), COURSE_KIND, ("formazione", "formazione")),
        IN_THE_WAY,
    ),
    ("mediator", "start"),
    _dated_key,
    _commitments,
    save_commitment_row,
    exported=tuple(CommitmentEntry.model_fields),
    people=("mediator",),
)
EXTRA_SHIFTS = Register(
    "turni-in-piu",
    ("turni in piu", "turni extra", "extra"),
    (MEDIATOR, *_when(("05/12/2026 9:00", "05/12/2026 13:00"), ("12/12/2026", ""))),
    ("mediator", "start"),
    _dated_key,
    _extra_shifts,
    save_extra_shift_row,
    exported=tuple(ExtraShiftEntry.model_fields),
    people=("mediator",),
)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The registers of the roster as files: mediators, weekly availability, absences, courses, extra shifts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from config.territory.travel import load_travel
from config.territory.words import fold
from dispatch.exchange.cells import HOURS_CELL, LIST, MONEY, NUMERIC, PHONE, WHOLE, YES_NO, Cell, chosen, several
from dispatch.exchange.columns import Column
from dispatch.exchange.places import KINDS, own
from dispatch.exchange.register import Register, Values, Work, code_of, entry_of, merged, own_code
from dispatch.exchange.spoken import LANGUAGE, LANGUAGES, SKILLS, Skills
from dispatch.exchange.times import BEGIN, DAY_CELL, END, SHIFTS, TIME_CELL, WEEKDAYS_CELL, at
from dispatch.kit.findings import Findings
from dispatch.kit.saved import Saved
from dispatch.records.roster import Absence, Availability, Commitment, ExtraShift, Mediator
from dispatch.records.territory import Organisation, Place
from dispatch.roster import queries
from dispatch.roster.entries import AbsenceEntry, CommitmentEntry, ExtraShiftEntry, MediatorEntry, ShiftEntry
from dispatch.roster.exceptions import save_absence, save_commitment, save_extra_shift
from dispatch.roster.leaving import Visits
from dispatch.roster.reading import find_mediator
from dispatch.roster.saving import save_mediator, set_availability
from dispatch.web.i18n import gettext as _

GENDERS = chosen({"f": ("F", "femmina", "donna"), "m": ("M", "maschio", "uomo"), "x": ("X", "altro", "non indicato")})
MODES = chosen(
    {
        "onsite": ("in presenza", "presenza", "di persona"),
        "phone": ("telefono", "al telefono"),
        "video": ("video", "videochiamata", "online"),
    }
)
REMINDERS = chosen(
    {
        "none": ("nessuno", "no"),
        "evening": ("la sera prima", "sera"),
        "two_hours": ("due ore prima",),
        "both": ("entrambi", "sera e due ore prima"),
    }
)
MEANS = chosen({code: (means.name_it,) for code, means in load_travel().items()})
VISITS = chosen({Visits.RELEASE: ("libera", "liberare"), Visits.KEEP: ("mantieni", "tieni", "mantenere")})
TRAINING = "training", "formazione"
COURSE_KIND = Cell(
    lambda text: TRAINING[0] if fold(text) == TRAINING[1] else text,
    lambda kind: TRAINING[1] if kind == TRAINING[0] else str(kind),
)
# "tutti" and a blank cell are the same: she goes everywhere.
AMBITI = Cell(lambda text: None if fold(text) == "tutti" else LIST.read(text), LIST.write)
ONE_MINUTE = dt.timedelta(minutes=1)
MEDIATOR = Column(
    "mediator", "mediatore", ("mediatrice", "codice mediatore", "codice", "nome e cognome"), samples=("m001", "m001")
)
# What becomes of visits that stand in the way of an absence, a course or a departure.
IN_THE_WAY = Column("visits", "interventi prenotati", ("se ci sono interventi",), VISITS)


def mediator_values(row: Mediator) -> Values:
    usual = load_travel()[row.travel_means].factor if row.travel_means in load_travel() else None
    until = {code: DAY_CELL.read(day) for code, day in row.skills_until.items()}
    values: Values = {name: getattr(row, name) for name in SAME_NAME}
    return values | {
        "organisation": row.organisation.code,
        "home": row.home.code,
        "languages": {one.language_code: one.level for one in row.languages},
        "kinds": tuple(row.kinds),
        "modes": tuple(row.modes),
        "skills": Skills(tuple(row.skills), until),
        "ambiti": None if row.ambiti is None else tuple(row.ambiti),
        "travel_factor": None if row.travel_factor == usual else row.travel_factor,
    }


SAME_NAME = (
    "code",
    "name",
    "gender",
    "phone",
    "message_language",
    "travel_means",
    "max_travel",
    "max_day",
    "max_week",
    "target_week",
    "hourly_cost",
    "quiet_hours_allowed",
    "reminders",
    "active",
)


def save_mediator_row(work: Work, values: Values) -> Saved[Mediator]:
    code = own_code(work.session, Mediator, values)
    row = queries.mediator(work.session, code)
    whole = merged(MediatorEntry, mediator_values(row) if row else None, values) | {"code": code}
    skills = whole.pop("skills", None) or Skills((), {})
    whole |= {"skills": skills.names, "skills_until": skills.until}
    whole["organisation"] = code_of(work, Organisation, "organisation", whole.get("organisation"))
    entry = entry_of(MediatorEntry, whole)
    return save_mediator(work.session, entry, work.actor, work.now, visits=_choice(values))


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
    return save_absence(work.session, entry, work.actor, work.now, visits=_choice(values))


def save_extra_shift_row(work: Work, values: Values) -> Saved[ExtraShift]:
    return save_extra_shift(work.session, entry_of(ExtraShiftEntry, _dated(work, values)), work.actor, work.now)


def save_commitment_row(work: Work, values: Values) -> Saved[Commitment]:
    whole = _dated(work, values) | {name: values.get(name) for name in ("kind", "title")}
    whole["place"] = code_of(work, Place, "place", values.get("place"))
    entry = entry_of(CommitmentEntry, whole)
    return save_commitment(work.session, entry, work.actor, work.now, visits=_choice(values))


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


def _choice(values: Values) -> Visits:
    return Visits(values.get("visits") or Visits.REFUSE)


def _mediators(session: Session) -> Iterator[Values]:
    query = select(Mediator).options(
        joinedload(Mediator.organisation), joinedload(Mediator.home), selectinload(Mediator.languages)
    )
    return (mediator_values(row) for row in session.scalars(query.order_by(Mediator.code)))


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


MEDIATOR_COLUMNS = (
    own("code", ("codice mediatore",), ("m001", "m002")),
    Column(
        "name", "nome", ("mediatore", "mediatrice", "nome e cognome", "cognome e nome"), samples=("Amina B.", "Li W.")
    ),
    Column("gender", "genere", ("sesso",), GENDERS, ("F", "M")),
    Column(
        "phone", "cellulare", ("telefono", "cell", "numero di telefono", "tel"), PHONE, ("333 1234567", "333 7654321")
    ),
    Column("message_language", "lingua degli sms", ("lingua dei messaggi",), LANGUAGE, ("italiano", "inglese")),
    Column("organisation", "ente", ("cooperativa", "ente gestore"), samples=("coop-1", "coop-1")),
    Column(
        "home",
        "abita a",
        ("residenza", "comune", "comune di residenza", "domicilio", "casa"),
        samples=("Trescore Balneario", "Clusone"),
    ),
    Column(
        "languages",
        "lingue",
        ("lingua", "lingue parlate"),
        LANGUAGES,
        ("arabo madrelingua, francese fluente", "cinese madrelingua, inglese base"),
    ),
    Column("kinds", "tipi di intervento", ("interventi", "tipi"), several(KINDS), ("", "interpretariato, mediazione")),
    Column("modes", "modalità", ("modo",), several(MODES), ("", "in presenza, telefono")),
    Column(
        "skills",
        "competenze",
        ("specializzazioni", "ambiti di competenza", "settori"),
        SKILLS,
        ("scuola, salute", "giuridico e tribunale (fino al 31/12/2027)"),
    ),
    Column("ambiti", "ambiti", ("ambiti territoriali", "dove lavora"), AMBITI, ("tutti", "BG05, BG09")),
    Column("travel_means", "mezzo", ("mezzo di trasporto", "si muove con"), MEANS, ("auto", "mezzi pubblici")),
    Column("travel_factor", "fattore di viaggio", (), NUMERIC),
    Column("max_travel", "viaggio massimo", ("minuti di viaggio", "viaggio massimo minuti"), WHOLE, ("60", "")),
    Column("max_day", "ore al giorno", ("ore max giorno", "massimo ore giorno"), HOURS_CELL, ("6", "")),
    Column("max_week", "ore a settimana", ("ore max settimana", "massimo ore settimana"), HOURS_CELL, ("20", "36")),
    Column("target_week", "ore obiettivo", ("obiettivo settimanale", "ore contratto"), HOURS_CELL, ("16", "28:30")),
    Column("hourly_cost", "costo orario", ("costo", "costo orario euro", "euro ora"), MONEY, ("27,50", "25")),
    Column("quiet_hours_allowed", "sms di notte", ("di notte",), YES_NO, ("no", "sì")),
    Column("reminders", "promemoria", ("ricordami",), REMINDERS, ("la sera prima", "entrambi")),
    Column("active", "attivo", ("attiva", "in servizio"), YES_NO, ("sì", "sì")),
    Column("availability", "disponibilità", ("orari",), SHIFTS, ("lun-ven 8:30-12:30", "mar 14-18; gio 9-13 e 14-18")),
    IN_THE_WAY,
)
MEDIATORS = Register(
    "mediatori",
    ("mediatrici", "mediatore", "anagrafica", "mediators"),
    MEDIATOR_COLUMNS,
    ("name", "gender", "phone", "organisation", "home", "languages", "hourly_cost"),
    lambda work, values: own_code(work.session, Mediator, values),
    _mediators,
    save_mediator_row,
    exported=tuple(MediatorEntry.model_fields.keys() - {"availability"}),
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
)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The register of mediators as a file."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from config.territory.travel import load_travel
from dispatch.exchange.cells import HOURS_CELL, MONEY, NUMERIC, PHONE, WHOLE, YES_NO, several
from dispatch.exchange.columns import Column
from dispatch.exchange.places import own
from dispatch.exchange.register import Register, Values, Work, code_of, entry_of, merged, own_code
from dispatch.exchange.spoken import LANGUAGE, LANGUAGES, SKILLS, Skills
from dispatch.exchange.times import DAY_CELL, SHIFTS
from dispatch.exchange.vocabulary import AMBITI, GENDERS, KINDS, MEANS, MODES, REMINDERS, VISITS
from dispatch.kit.saved import Saved
from dispatch.records.roster import Mediator
from dispatch.records.territory import Organisation
from dispatch.roster import queries
from dispatch.roster.entries import MediatorEntry
from dispatch.roster.leaving import Visits
from dispatch.roster.saving import save_mediator

# What becomes of visits that stand in the way of an absence, a course or a departure.
IN_THE_WAY = Column("visits", "interventi prenotati", ("se ci sono interventi",), VISITS)
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


def save_mediator_row(work: Work, values: Values) -> Saved[Mediator]:
    code = own_code(work.session, Mediator, values)
    row = queries.mediator(work.session, code)
    whole = merged(MediatorEntry, mediator_values(row) if row else None, values) | {"code": code}
    skills = whole.pop("skills", None) or Skills((), {})
    whole |= {"skills": skills.names, "skills_until": skills.until}
    whole["organisation"] = code_of(work, Organisation, "organisation", whole.get("organisation"))
    entry = entry_of(MediatorEntry, whole)
    return save_mediator(work.session, entry, work.actor, work.now, visits=choice(values))


def choice(values: Values) -> Visits:
    return Visits(values.get("visits") or Visits.REFUSE)


def _mediators(session: Session) -> Iterator[Values]:
    query = select(Mediator).options(
        joinedload(Mediator.organisation), joinedload(Mediator.home), selectinload(Mediator.languages)
    )
    return (mediator_values(row) for row in session.scalars(query.order_by(Mediator.code)))


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
    people=("code", "name"),
)

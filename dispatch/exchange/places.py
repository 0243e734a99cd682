# SPDX-License-Identifier: AGPL-3.0-or-later
"""The registers of the territory as files: places, organisations, projects, budgets, desks."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from config.territory.words import fold
from dispatch.exchange.cells import HOURS_CELL, NUMERIC, YES_NO, chosen, several
from dispatch.exchange.columns import Column
from dispatch.exchange.register import Register, Values, Work, code_of, entry_of, merged, own_code
from dispatch.exchange.times import DAY_CELL
from dispatch.kit.saved import Saved
from dispatch.records.territory import Budget, Desk, Organisation, Place, Project
from dispatch.territory import queries
from dispatch.territory.entries import BudgetEntry, DeskEntry, OrganisationEntry, PlaceEntry, ProjectEntry
from dispatch.territory.saving import save_budget, save_desk, save_organisation, save_place, save_project

KINDS = chosen(
    {
        "interpreting": ("interpretariato",),
        "mediation": ("mediazione linguistico-culturale", "mediazione"),
        "territorial": ("mediazione territoriale", "territoriale"),
        "team": ("equipe", "équipe"),
        "feedback": ("restituzione",),
    }
)
ROLES = chosen(
    {
        "lead": ("capofila",),
        "provider": ("ente gestore", "gestore", "cooperativa"),
        "requesting": ("ente richiedente", "richiedente"),
    }
)
SECTORS = chosen(
    {
        "school": ("scuola", "istruzione"),
        "social": ("sociale", "servizi sociali", "servizio sociale"),
        "health": ("sanità", "salute", "sanitario"),
        "town": ("comune", "comuni", "anagrafe"),
        "shelter": ("accoglienza",),
    }
)
# What an SMS calls a desk that was given no label: neutral on purpose.
LABELS = {
    "school": "scuola",
    "social": "servizio sociale",
    "health": "servizio sanitario",
    "town": "comune",
    "shelter": "accoglienza",
}
EVERYWHERE = "tutti"  # the ambito of a budget for the whole project
CODE = Column("code", "codice", ("cod", "id", "sigla"))
POINT = (Column("lat", "latitudine", (), NUMERIC), Column("lon", "longitudine", ("lng", "long"), NUMERIC))


def own(code: str, also: tuple[str, ...] = (), samples: tuple[str, str] = ("", "")) -> Column:
    """The column of a row's own code, with samples."""
    return Column(code, CODE.header, (*CODE.also, *also), samples=samples)


def place_values(row: Place) -> Values:
    return {
        "code": row.code,
        "name": row.name,
        "address": row.address,
        "comune": row.comune.name,
        "lat": row.lat,
        "lon": row.lon,
    }


def save_place_row(work: Work, values: Values) -> Saved[Place]:
    code = own_code(work.session, Place, values)
    row = queries.place(work.session, code)
    whole = merged(PlaceEntry, place_values(row) if row else None, values) | {"code": code}
    if row is not None and values.get("comune") and "lat" not in values:
        whole |= {"lat": None, "lon": None}  # the point goes with the comune, or stays where the comune is the same
    return save_place(work.session, entry_of(PlaceEntry, whole), work.actor, work.now)


def organisation_values(row: Organisation) -> Values:
    return {"code": row.code, "name": row.name, "role": row.role}


def save_organisation_row(work: Work, values: Values) -> Saved[Organisation]:
    code = own_code(work.session, Organisation, values)
    row = queries.organisation(work.session, code)
    whole = merged(OrganisationEntry, organisation_values(row) if row else None, values) | {"code": code}
    return save_organisation(work.session, entry_of(OrganisationEntry, whole), work.actor, work.now)


def project_values(row: Project) -> Values:
    return {"code": row.code, "name": row.name, "starts": row.starts, "ends": row.ends, "kinds": tuple(row.kinds)}


def save_project_row(work: Work, values: Values) -> Saved[Project]:
    code = own_code(work.session, Project, values)
    row = queries.project(work.session, code)
    whole = merged(ProjectEntry, project_values(row) if row else None, values) | {"code": code}
    return save_project(work.session, entry_of(ProjectEntry, whole), work.actor, work.now)


def save_budget_row(work: Work, values: Values) -> Saved[Budget]:
    code = code_of(work, Project, "project", values.get("project"))
    ambito = values.get("ambito")
    everywhere = ambito is None or fold(ambito) == EVERYWHERE
    whole = values | {"project": code, "ambito": None if everywhere else ambito}
    return save_budget(work.session, entry_of(BudgetEntry, whole), work.actor, work.now)


def desk_values(row: Desk) -> Values:
    return {
        "code": row.code,
        "name": row.name,
        "sector": row.sector,
        "sms_label": row.sms_label,
        "organisation": row.organisation.code,
        "place": row.place.code,
        "contact": row.contact,
        "project": row.project_code,
        "ambito": row.ambito_code,
        "active": row.active,
    }


def save_desk_row(work: Work, values: Values) -> Saved[Desk]:
    """A desk; where its row tells a comune and no place, its building is made from that, under the desk's own code."""
    session = work.session
    code = own_code(session, Desk, values)
    row = queries.desk(session, code)
    whole = merged(DeskEntry, desk_values(row) if row else None, values) | {"code": code}
    whole["organisation"] = code_of(work, Organisation, "organisation", whole.get("organisation"))
    whole["project"] = code_of(work, Project, "project", whole.get("project"))
    if not whole.get("sms_label"):
        whole["sms_label"] = LABELS.get(str(whole.get("sector")))
    if values.get("place"):
        whole["place"] = code_of(work, Place, "place", values["place"])
    elif values.get("comune"):
        building = {name: values.get(name) for name in ("address", "comune", "lat", "lon")}
        save_place_row(work, {"code": code, "name": whole.get("name"), **{k: v for k, v in building.items() if v}})
        whole["place"] = code
    elif not whole.get("place") and queries.place(session, code) is not None:
        whole["place"] = code
    return save_desk(session, entry_of(DeskEntry, whole), work.actor, work.now)


def _budget_key(work: Work, values: Values) -> str:
    project = code_of(work, Project, "project", values.get("project"))
    return f"{project}/{fold(values.get('ambito') or EVERYWHERE)}"


def _places(session: Session) -> Iterator[Values]:
    rows = session.scalars(select(Place).options(joinedload(Place.comune)).order_by(Place.code))
    return (place_values(row) for row in rows)


def _organisations(session: Session) -> Iterator[Values]:
    return (organisation_values(row) for row in session.scalars(select(Organisation).order_by(Organisation.code)))


def _projects(session: Session) -> Iterator[Values]:
    return (project_values(row) for row in session.scalars(select(Project).order_by(Project.code)))


def _budgets(session: Session) -> Iterator[Values]:
    for row in session.scalars(select(Budget).order_by(Budget.project_code, Budget.ambito_code)):
        yield {"project": row.project_code, "ambito": row.ambito_code or EVERYWHERE, "minutes": row.minutes}


def _desks(session: Session) -> Iterator[Values]:
    query = select(Desk).options(joinedload(Desk.organisation), joinedload(Desk.place)).order_by(Desk.code)
    return (desk_values(row) for row in session.scalars(query))


DESK_COLUMNS = (
    own("code", ("codice servizio",), ("ic-trescore", "ufficio-val-cavallina")),
    Column(
        "name", "nome", ("servizio", "denominazione"), samples=("IC Trescore Balneario", "Servizio sociale d'ambito")
    ),
    Column("sector", "settore", ("tipo", "area"), SECTORS, ("scuola", "sociale")),
    Column("sms_label", "etichetta sms", ("nome sms", "etichetta"), samples=("scuola Trescore", "servizio sociale")),
    Column("organisation", "ente", ("organizzazione",), samples=("istituti", "istituti")),
    Column("place", "luogo", ("sede", "codice luogo"), samples=("ic-trescore", "")),
    Column("contact", "contatto", ("referente", "telefono"), samples=("segreteria, 035 000000", "")),
    Column("project", "progetto", ("linea di finanziamento", "finanziamento"), samples=("fami-2463", "")),
    Column("ambito", "ufficio dell'ambito", ("ambito", "ufficio di piano"), samples=("", "Val Cavallina")),
    Column("active", "attivo", ("in uso",), YES_NO, ("sì", "sì")),
    Column("address", "indirizzo", ("via",), samples=("", "via Suardi 20")),
    Column("comune", "comune", ("città", "paese"), samples=("", "Trescore Balneario")),
    *POINT,
)

PLACES = Register(
    "luoghi",
    ("luogo", "sedi", "sede", "places"),
    (
        own("code", ("codice luogo",), ("ic-trescore", "piazza-clusone")),
        Column("name", "nome", ("luogo", "denominazione", "sede"), samples=("IC Trescore", "Piazza Orologio")),
        Column("address", "indirizzo", ("via",), samples=("via Lotto 1", "piazza Orologio")),
        Column("comune", "comune", ("città", "paese", "codice istat"), samples=("Trescore Balneario", "Clusone")),
        POINT[0],
        POINT[1],
    ),
    ("name", "comune"),
    lambda work, values: own_code(work.session, Place, values),
    _places,
    save_place_row,
)
ORGANISATIONS = Register(
    "enti",
    ("ente", "organizzazioni", "cooperative", "organisations"),
    (
        own("code", ("codice ente",), ("coop-1", "istituti")),
        Column(
            "name", "nome", ("ente", "denominazione", "ragione sociale"), samples=("Cooperativa Le Due Rive", "Scuole")
        ),
        Column("role", "ruolo", ("tipo",), ROLES, ("ente gestore", "ente richiedente")),
    ),
    ("name", "role"),
    lambda work, values: own_code(work.session, Organisation, values),
    _organisations,
    save_organisation_row,
)
PROJECTS = Register(
    "progetti",
    ("progetto", "finanziamenti", "projects"),
    (
        own("code", ("codice progetto",), ("fami-2463", "migramenti")),
        Column("name", "nome", ("progetto", "titolo"), samples=("FAMI 2463", "Migramenti")),
        Column("starts", "dal", ("inizio", "data inizio", "da"), DAY_CELL, ("01/01/2026", "01/09/2026")),
        Column("ends", "al", ("fine", "data fine", "a"), DAY_CELL, ("31/12/2027", "31/08/2027")),
        Column("kinds", "tipi di intervento", ("interventi", "tipi"), several(KINDS), ("", "interpretariato, equipe")),
    ),
    ("name", "starts", "ends"),
    lambda work, values: own_code(work.session, Project, values),
    _projects,
    save_project_row,
)
BUDGETS = Register(
    "budget",
    ("budgets", "ore progetto", "ore progetti"),
    (
        Column("project", "progetto", ("codice progetto", "finanziamento"), samples=("fami-2463", "fami-2463")),
        Column("ambito", "ambito", ("ambito territoriale",), samples=("Val Cavallina", "tutti")),
        Column("minutes", "ore", ("monte ore", "budget", "budget ore"), HOURS_CELL, ("400", "1200:30")),
    ),
    ("project", "minutes"),
    _budget_key,
    _budgets,
    save_budget_row,
)
DESKS = Register(
    "servizi",
    ("servizio", "sportelli", "sportello", "scuole", "desks"),
    DESK_COLUMNS,
    ("name", "sector", "organisation"),
    lambda work, values: own_code(work.session, Desk, values),
    _desks,
    save_desk_row,
    exported=tuple(DeskEntry.model_fields),
)

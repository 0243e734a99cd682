# SPDX-License-Identifier: AGPL-3.0-or-later
"""The registers of places and organisations as files."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from dispatch.exchange.cells import NUMERIC
from dispatch.exchange.columns import Column
from dispatch.exchange.register import Register, Values, Work, entry_of, merged, own_code
from dispatch.exchange.vocabulary import ROLES
from dispatch.kit.saved import Saved
from dispatch.records.territory import Organisation, Place
from dispatch.territory import queries
from dispatch.territory.entries import OrganisationEntry, PlaceEntry
from dispatch.territory.saving import save_organisation, save_place

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


def _places(session: Session) -> Iterator[Values]:
    rows = session.scalars(select(Place).options(joinedload(Place.comune)).order_by(Place.code))
    return (place_values(row) for row in rows)


def _organisations(session: Session) -> Iterator[Values]:
    return (organisation_values(row) for row in session.scalars(select(Organisation).order_by(Organisation.code)))


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

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The register of desks as a file; a row may bring its own building."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from dispatch.exchange.cells import YES_NO
from dispatch.exchange.columns import Column
from dispatch.exchange.places import POINT, own, save_place_row
from dispatch.exchange.register import Register, Values, Work, code_of, entry_of, merged, own_code
from dispatch.exchange.vocabulary import LABELS, SECTORS
from dispatch.kit.saved import Saved
from dispatch.records.territory import Desk, Organisation, Place, Project
from dispatch.territory import queries
from dispatch.territory.entries import DeskEntry
from dispatch.territory.saving import save_desk


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

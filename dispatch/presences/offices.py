# SPDX-License-Identifier: AGPL-3.0-or-later
"""An ambito's own office (ufficio di piano), the desk that asks for its territorial presences; made when first needed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from dispatch.presences import queries
from dispatch.records.statuses import OrganisationRole, Sector
from dispatch.records.territory import Ambito, Desk, Organisation, Place

SMS_LABEL = "ufficio di piano"  # what a mediator reads in an SMS; Italian, as every other desk's label


def office_of(session: Session, ambito: Ambito, place: Place) -> Desk:
    """The office of the ambito; a new one stands at ``place`` until somebody writes where it really is."""
    code = f"ufficio-di-piano-{ambito.code.lower()}"
    found = queries.office_of(session, ambito.code) or queries.desk_by_code(session, code)
    if found is not None:
        found.ambito_code = ambito.code  # in the register of desks somebody may have cleared it
        return found
    office = Desk(
        code=code,
        name=f"Ufficio di piano {ambito.name}"[:160],
        sector=Sector.SOCIAL,
        sms_label=SMS_LABEL,
        organisation=_lead_of(session, ambito),
        place=place,
        ambito_code=ambito.code,
    )
    session.add(office)
    session.flush()
    return office


def _lead_of(session: Session, ambito: Ambito) -> Organisation:
    """The lead organisation (capofila) of the ambito."""
    code = f"capofila-{ambito.code.lower()}"
    found = queries.organisation_by_code(session, code)
    name = (ambito.lead_entity or f"Capofila {ambito.name}")[:160]
    return found or Organisation(code=code, name=name, role=OrganisationRole.LEAD)

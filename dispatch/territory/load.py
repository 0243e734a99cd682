# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes a territory's facts and the languages of the field into rows; loading again mends what changed, doubles nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from config.territory import Ambito, Comune, Language, Territory, load_languages, load_territory
from dispatch.records import territory as rows
from dispatch.records.base import Base


def load(session: Session, name: str) -> Territory:
    """Load the territory in folder ``name`` of config/territory, each fact with its source and how sure it is."""
    territory = load_territory(name)
    write(session, rows.Language, [language_row(language) for language in load_languages()])
    write(session, rows.Ambito, [ambito_row(ambito) for ambito in territory.ambiti])
    write(session, rows.Comune, [comune_row(comune) for comune in territory.comuni])
    return territory


def write(session: Session, model: type[Base], facts: Sequence[dict[str, Any]]) -> None:
    """Insert the rows, or bring those that stand up to date; what is no longer in the facts stays, others may refer to it."""
    table = model.__table__
    assert isinstance(table, Table)
    statement = insert(table).values(list(facts))
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in facts[0] if name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def language_row(language: Language) -> dict[str, Any]:
    return {
        "code": language.code,
        "iso639_3": language.iso639_3,
        "name_it": language.name_it,
        "name_en": language.name_en,
        "short_it": language.short_it,
        "autonym": language.autonym,
        "script": language.script,
        "direction": language.direction.value,
        "cldr": language.cldr,
    }


def ambito_row(ambito: Ambito) -> dict[str, Any]:
    return {
        "code": ambito.code,
        "name": ambito.name,
        "national_code": ambito.national_code or None,
        "distretto": ambito.distretto,
        "lead_entity": ambito.lead_entity,
        "lead_status": ambito.lead_status.value,
        "lead_source": ambito.lead_source,
        "list_confidence": ambito.list_confidence.value,
        "list_source": ambito.list_source,
        "population": ambito.population,
        "extra_eu_incidence_pct": ambito.incidence_percent,
    }


def comune_row(comune: Comune) -> dict[str, Any]:
    return {
        "istat_code": comune.istat_code,
        "name": comune.name,
        "short_name": comune.sms_name,
        "ambito_code": comune.ambito,
        "lat": comune.lat,
        "lon": comune.lon,
        "population": comune.population,
        "ambito_confidence": comune.ambito_confidence.value,
        "source": comune.source,
    }

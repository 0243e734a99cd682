# SPDX-License-Identifier: AGPL-3.0-or-later
"""The register of places: facts with their source, loaded any number of times."""

from __future__ import annotations

from sqlalchemy import func, select, update

from dispatch.kit.session import Database
from dispatch.records.territory import Ambito, Comune, Language
from dispatch.territory.load import load


def test_the_territory_is_loaded_with_sources_and_confidence(database: Database) -> None:
    """Every ambito, comune and language becomes a row that still says where it comes from and how sure it is."""
    with database.begin() as session:
        load(session, "bergamo")
    with database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Ambito)) == 14
        assert session.scalar(select(func.count()).select_from(Comune)) == 243
        assert (session.scalar(select(func.count()).select_from(Language)) or 0) >= 60
        bergamo = session.get_one(Comune, "016024")
        assert (bergamo.name, bergamo.ambito_code, bergamo.ambito_confidence) == ("Bergamo", "BG01", "unconfirmed")
        assert "GeoNames" in bergamo.source
        assert "ANPR" in bergamo.source


def test_loading_again_mends_and_doubles_nothing(database: Database) -> None:
    """A row that was bent since is set right by the next load, and none appears twice."""
    with database.begin() as session:
        load(session, "bergamo")
        session.execute(update(Comune).where(Comune.istat_code == "016024").values(name="Berghem", population=1))
    with database.begin() as session:
        load(session, "bergamo")
    with database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Comune)) == 243
        assert session.get_one(Comune, "016024").name == "Bergamo"

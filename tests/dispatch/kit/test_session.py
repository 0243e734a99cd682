# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the database's errors may say: never the values of a statement, which are phones, names and texts."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from dispatch.kit.session import Database

PHONE = "+393401234567"
WRONG = text("SELECT * FROM no_such_table WHERE phone = :phone")


def test_an_error_of_a_statement_keeps_its_values_to_itself(database: Database) -> None:
    """Jobs and requests log what was wrong; whose phone it was about stays out of it."""
    with pytest.raises(ProgrammingError) as trouble, database.begin() as session:
        session.execute(WRONG, {"phone": PHONE})
    assert "no_such_table" in str(trouble.value)
    assert PHONE not in str(trouble.value)


def test_without_the_wall_the_phone_would_be_in_the_log(database: Database) -> None:
    """Control: SQLAlchemy's own way of saying it names every value."""
    open_engine = create_engine(database.url)
    with pytest.raises(ProgrammingError, match=PHONE.replace("+", r"\+")), open_engine.connect() as connection:
        connection.execute(WRONG, {"phone": PHONE})
    open_engine.dispose()

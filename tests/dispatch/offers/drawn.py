# SPDX-License-Identifier: AGPL-3.0-or-later
"""The transitions that docs/the-way.md draws, and a database that notes every one that really happens."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

PAGE = Path(__file__).resolve().parents[3] / "docs" / "the-way.md"
ARROW = re.compile(r"^    (\w+|\[\*\]) --> (\w+)", re.MULTILINE)
FAMILIES = ("appointment", "slot", "assignment", "offer")
Transition = tuple[str, str]

NOTE = """
CREATE TABLE transition (family text, row_id bigint, before text, after text);
CREATE FUNCTION note_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IS DISTINCT FROM OLD.status THEN
        INSERT INTO transition VALUES (TG_TABLE_NAME, NEW.id, OLD.status, NEW.status);
    END IF;
    RETURN NEW;
END $$;
"""
WATCH = "CREATE TRIGGER note AFTER UPDATE ON {family} FOR EACH ROW EXECUTE FUNCTION note_transition()"
# An end is what nothing open leads away from; a second one would be an offer that ended twice.
ENDED_TWICE = text(
    "SELECT row_id FROM transition WHERE family = 'offer' AND before IN ('queued', 'waiting') "
    "AND after NOT IN ('queued', 'waiting') GROUP BY row_id HAVING count(*) > 1"
)


def drawn(family: str) -> set[Transition]:
    """The arrows of one diagram."""
    title = family.replace("_", " ").capitalize()
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    return {(before, after) for before, after in ARROW.findall(section) if before != "[*]"}


def watch(session: Session) -> None:
    """From now on each change of a status is noted."""
    session.execute(text(NOTE))
    for family in FAMILIES:
        session.execute(text(WATCH.format(family=family)))


def happened(session: Session) -> dict[str, set[Transition]]:
    rows = session.execute(text("SELECT DISTINCT family, before, after FROM transition")).all()
    return {family: {(b, a) for name, b, a in rows if name == family} for family in FAMILIES}


def undrawn(session: Session) -> dict[str, set[Transition]]:
    """What happened and no diagram knows, by family; empty when every step was legal."""
    return {family: odd for family, seen in happened(session).items() if (odd := seen - drawn(family))}

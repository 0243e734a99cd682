# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads the names in a mediator's entry into codes and rows: organisation, home, phone, languages, skills, ambiti."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from dispatch.kit.findings import Findings
from dispatch.records.roster import Mediator
from dispatch.records.territory import Place
from dispatch.roster import queries
from dispatch.roster.decisions import read_phone
from dispatch.roster.entries import MediatorEntry
from dispatch.territory import queries as territory
from dispatch.territory.entries import PlaceEntry
from dispatch.territory.naming import ambito_code, comune_code, did_you_mean, language_code, skill_code
from dispatch.territory.saving import find_organisation, save_place
from dispatch.web.i18n import gettext as _


@dataclass(frozen=True)
class Read:
    """The columns that came from names; her languages by code; her home as a place, or the ``comune`` she lives in."""

    columns: dict[str, Any]
    languages: dict[str, int]
    home: Place | None
    comune: str


def read_mediator(session: Session, entry: MediatorEntry, findings: Findings) -> Read | None:
    """Everything named in the entry, or None when some of it is not known."""
    before = len(findings.problems)
    phone = _phone(session, entry, findings)
    written_in = language_code("message_language", entry.message_language, findings)
    owner = find_organisation(session, "organisation", entry.organisation, findings)
    home = territory.place(session, entry.home)
    comune = "" if home else comune_code(session, "home", entry.home, findings)
    languages = _languages(entry, findings)
    skills = _skills(entry, findings)
    ambiti = None
    if entry.ambiti is not None:
        ambiti = [ambito_code(session, "ambiti", name, findings) for name in entry.ambiti]
    if len(findings.problems) > before or owner is None:
        return None
    columns = {
        "phone": phone,
        "message_language": written_in,
        "organisation_id": owner.id,
        "skills": list(skills),
        "skills_until": {code: until.isoformat() for code, until in skills.items() if until is not None},
        "ambiti": ambiti,
    }
    return Read(columns, languages, home, comune or "")


def read_home(session: Session, entry: MediatorEntry, comune: str, actor: str, now: dt.datetime) -> Place:
    """The area she lives in: the centre of her comune is near enough, and tells no address."""
    name = territory.comune(session, comune).name
    place = PlaceEntry(code=f"casa-{entry.code}"[:64], name=name, comune=comune)
    return save_place(session, place, actor, now).row


def find_mediator(session: Session, field: str, code: str, findings: Findings) -> Mediator | None:
    if (row := queries.mediator(session, code)) is None:
        codes = queries.mediator_codes(session)
        findings.add(field, code, _("No mediator has this code."), did_you_mean(code, codes))
    return row


def _phone(session: Session, entry: MediatorEntry, findings: Findings) -> str | None:
    """Her number, which is nobody else's: an answer by SMS must be hers."""
    phone = read_phone(entry.phone, findings)
    owner = queries.owner_of_phone(session, phone) if phone else None
    if owner is not None and owner != entry.code:
        message = _("This is the number of %(mediator)s already.") % {"mediator": owner}
        findings.add("phone", entry.phone, message, _("Give her own number, or change the other first."))
    return phone


def _languages(entry: MediatorEntry, findings: Findings) -> dict[str, int]:
    read: dict[str, int] = {}
    for name, level in entry.languages.items():
        code = language_code("languages", name, findings)
        if code in read:
            findings.add("languages", name, _("This language is there twice."), _("Keep one of the two."))
        elif code is not None:
            read[code] = level
    return read


def _skills(entry: MediatorEntry, findings: Findings) -> dict[str, dt.date | None]:
    """Her qualifications with the last day of those that end."""
    ends = {skill_code("skills_until", name, findings): day for name, day in entry.skills_until.items()}
    read = {code: ends.pop(code, None) for name in entry.skills if (code := skill_code("skills", name, findings))}
    for code in ends.keys() - {None}:
        message = _("A last day is given for a skill that she is not said to have.")
        findings.add("skills_until", code, message, _("Add the skill, or take its day away."))
    return read

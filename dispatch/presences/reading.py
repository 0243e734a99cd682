# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads what was entered against the territory, the roster and the calendar; says everything wrong at once."""

from __future__ import annotations

from dataclasses import dataclass

from config.territory.languages import find_language, suggest_language
from dispatch.appointments.findings import Findings
from dispatch.kit.notes import is_writable, storable, tax_code_in
from dispatch.presences.days import read_pattern
from dispatch.presences.decisions import Pattern
from dispatch.presences.named import read_mediator, read_owner, read_place, read_project
from dispatch.presences.reader import Reader
from dispatch.presences.schemas import PresenceIn
from dispatch.records.roster import Mediator
from dispatch.records.territory import Ambito, Desk, Place, Project
from dispatch.web.i18n import gettext as _


@dataclass(frozen=True)
class Reading:
    """A presence that can stand: the rows it names and the pattern of its dates."""

    body: PresenceIn
    desk: Desk | None
    ambito: Ambito | None
    place: Place
    pattern: Pattern
    languages: dict[str, int]
    mediator: Mediator | None
    project: Project | None


def read(reader: Reader, body: PresenceIn) -> Reading:
    """The body understood, or NotUnderstood with every field that needs a change."""
    findings = Findings()
    _name(body, findings)
    desk, ambito = read_owner(reader, body, findings)
    place = read_place(reader, body, desk, ambito, findings)
    pattern = read_pattern(reader, body, findings)
    languages = _languages(body, findings)
    mediator = read_mediator(reader, body, languages, findings)
    project = read_project(reader, body, desk, pattern, findings)
    findings.refuse(_("The presence cannot be accepted as it is."))
    assert place is not None
    assert pattern is not None
    return Reading(body, desk, ambito, place, pattern, languages, mediator, project)


def _name(body: PresenceIn, findings: Findings) -> None:
    if (code := tax_code_in(body.name)) is not None:
        remedy = _("Remove it: nothing here may name the person served.")
        findings.add("name", code, _("This text has a tax code in it."), remedy)
    if storable(body.name) != body.name or not is_writable(body.name) or not body.name.strip():
        findings.add("name", body.name, _("This name cannot be stored."), _("Write a short name of plain letters."))


def _languages(body: PresenceIn, findings: Findings) -> dict[str, int]:
    """Code to lowest level; names become codes, an unknown or a repeated one is refused."""
    found: dict[str, int] = {}
    for number, asked in enumerate(body.languages):
        language = find_language(asked.code)
        if language is None:
            meant = ", ".join(suggest_language(asked.code))
            findings.add(
                f"languages.{number}.code",
                asked.code,
                _("No language of ours has this code or name."),
                _("Did you mean %(codes)s?") % {"codes": meant},
            )
        elif language.code in found:
            findings.add(f"languages.{number}.code", asked.code, _("This language is there twice."), _("Remove one."))
        else:
            found[language.code] = asked.level
    return found

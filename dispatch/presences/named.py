# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the rows that a presence names by code: its owner, its place, the mediator it is wished for, who pays."""

from __future__ import annotations

from dispatch.appointments.findings import Findings
from dispatch.appointments.paying import project_that_pays
from dispatch.presences import queries
from dispatch.presences.decisions import Pattern
from dispatch.presences.reader import Reader
from dispatch.presences.schemas import PresenceIn
from dispatch.records.roster import Mediator
from dispatch.records.territory import Ambito, Desk, Place, Project
from dispatch.territory.naming import did_you_mean
from dispatch.web.i18n import gettext as _


def read_owner(reader: Reader, body: PresenceIn, findings: Findings) -> tuple[Desk | None, Ambito | None]:
    if (body.desk is None) == (body.ambito is None):
        given = None if body.desk is None else f"{body.desk}, {body.ambito}"
        findings.add(
            "desk",
            given,
            _("A presence has exactly one owner."),
            _("Choose the service in which it is, or the ambito for a territorial one: not both."),
        )
        return None, None
    if body.desk is not None:
        desks = {desk.code: desk for desk in queries.desks_of(reader.session, reader.visitor)}
        if body.desk not in desks:
            findings.add(
                "desk", body.desk, _("No service of yours has this code."), did_you_mean(body.desk, list(desks))
            )
        return desks.get(body.desk), None
    ambiti = {ambito.code: ambito for ambito in queries.ambiti_of(reader.session, reader.visitor)}
    asked = body.ambito or ""
    if asked not in ambiti:
        findings.add("ambito", asked, _("No ambito of yours has this code."), did_you_mean(asked, list(ambiti)))
    return None, ambiti.get(asked)


def read_place(
    reader: Reader, body: PresenceIn, desk: Desk | None, ambito: Ambito | None, findings: Findings
) -> Place | None:
    """The place given, within the coordinator's ambiti, else the desk's own; a territorial one lies in its ambito."""
    if body.place is None:
        if body.ambito is not None and body.desk is None:
            findings.add(
                "place",
                None,
                _("A territorial presence needs a place."),
                _("Choose where the mediator is to be found."),
            )
        return desk.place if desk else None
    places = {place.code: place for place in queries.places_to_meet(reader.session, reader.visitor)}
    place = places.get(body.place)
    if place is None:
        findings.add("place", body.place, _("No place of yours has this code."), did_you_mean(body.place, list(places)))
    elif ambito is not None and place.ambito_code != ambito.code:
        findings.add(
            "place",
            body.place,
            _("%(place)s is not in %(ambito)s.") % {"place": place.name, "ambito": ambito.name},
            _("Choose a place of this ambito, or another owner."),
        )
    return place


def read_mediator(reader: Reader, body: PresenceIn, languages: dict[str, int], findings: Findings) -> Mediator | None:
    """The one it is wished for; a wish that could never be granted is refused."""
    if body.mediator is None:
        return None
    hers = queries.mediators(reader.session, reader.visitor, reader.standing)
    known = {mediator.code: mediator for mediator in hers}
    mediator = known.get(body.mediator)
    if mediator is None:
        findings.add(
            "mediator",
            body.mediator,
            _("No active mediator of yours has this code."),
            did_you_mean(body.mediator, list(known)),
        )
        return None
    speaks = {spoken.language_code: spoken.level for spoken in mediator.languages}
    if body.kind not in mediator.kinds or any(speaks.get(code, 0) < level for code, level in languages.items()):
        findings.add(
            "mediator",
            body.mediator,
            _("%(mediator)s does not do this kind of work, or lacks one of the languages.")
            % {"mediator": mediator.name},
            _("Choose somebody else, or nobody: Ponte will look for who fits."),
        )
    return mediator


def read_project(
    reader: Reader, body: PresenceIn, desk: Desk | None, pattern: Pattern | None, findings: Findings
) -> Project | None:
    """The fund that pays: the one given, else the desk's own where it covers the whole period."""
    if pattern is None:
        days = []
    else:
        since = max(pattern.recurrence.first, reader.today) if reader.past_ok else pattern.recurrence.first
        days = [since, pattern.recurrence.last]
    own = desk.project_code if desk else None
    project = project_that_pays(body.project, own, queries.projects(reader.session), days, body.kind, findings)
    return project if days else None

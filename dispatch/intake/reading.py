# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a body against what the territory, the roster and the calendar know; says everything wrong at once."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from config.policy import IntakePolicy
from config.territory.languages import find_language, suggest_language
from config.territory.specialisations import load_specialisations, suggest_specialisation
from dispatch.access.visitor import Visitor
from dispatch.appointments.findings import Findings
from dispatch.appointments.paying import project_that_pays
from dispatch.intake import queries
from dispatch.intake.decisions import AS_ASKED, NOTHING_BEFORE, Before, Days, Expansion, Occurrence, expand
from dispatch.intake.needs import Known, needs_of
from dispatch.intake.schemas import LanguageNeed, RequestIn
from dispatch.intake.understood import Named, language_name, understood
from dispatch.kit.clock import at_home
from dispatch.kit.notes import name_in, storable, tax_code_in
from dispatch.kit.recurrence import Closures
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Kind
from dispatch.records.territory import Desk, Place, Project
from dispatch.territory.naming import did_you_mean
from dispatch.web.i18n import gettext as _

# Presences and meetings among professionals may need no language; talking with a person always does.
LANGUAGE_OPTIONAL = frozenset({Kind.TERRITORIAL, Kind.TEAM, Kind.FEEDBACK})
CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}", re.ASCII)


@dataclass(frozen=True)
class Answers:
    """What the appointments of some dates have in common: the body as it holds for them, where, and whom they need."""

    body: RequestIn
    place: Place | None
    needs: list[dict[str, Any]]


@dataclass(frozen=True)
class Reading:
    """A request that can stand: the body with codes put right, the rows it names, and what follows from it.

    ``answers`` are those of the whole under ``AS_ASKED``, and of the dates that answer otherwise under what they say.
    """

    body: RequestIn
    desk: Desk
    project: Project | None
    dates: Expansion
    answers: Mapping[str, Answers]
    understood: str

    def of(self, occurrence: Occurrence) -> Answers:
        return self.answers[occurrence.said]


@dataclass(frozen=True)
class Reader:
    """Who asks, when, under which policy, and which days the services of the territory are shut."""

    session: Session
    visitor: Visitor
    now: dt.datetime
    policy: IntakePolicy
    closures: Closures


def read(reader: Reader, body: RequestIn, before: Before = NOTHING_BEFORE) -> Reading:
    """The body understood, or NotUnderstood with every field that needs a change."""
    findings = Findings()
    desk = _desk(reader, body, findings)
    body, place, mediator = _date_answers(reader, body, findings)
    dates = expand(
        Days(body.when, body.repeat, body.duration, reader.now, reader.policy, reader.closures, before), findings
    )
    others = {one.said for one in dates.occurrences} - {AS_ASKED}
    merged = {AS_ASKED: (body, place, mediator)}
    merged |= {said: _date_answers(reader, _as_said(body, said), findings) for said in sorted(others)}
    days = [at_home(one.asked).date() for one in dates.occurrences]
    own = desk.project_code if desk else None
    project = project_that_pays(body.project, own, queries.projects(reader.session), days, body.kind, findings)
    known_names = [row.name for row in (desk, place, project) if row is not None]
    check_note(body.note, known_names, findings, confirmed=body.note_confirmed)
    check_case(body.case, findings)
    findings.refuse()
    assert desk is not None
    named = Named(
        desk.name, place.name if place else "", project.name if project else "", mediator.name if mediator else ""
    )
    answers = {
        said: Answers(its_body, its_place, needs_of(its_body, known_for(reader, its_body, asked_for), reader.policy))
        for said, (its_body, its_place, asked_for) in merged.items()
    }
    return Reading(body, desk, project, dates, answers, understood(body, dates, before.changes, named))


def _date_answers(
    reader: Reader, body: RequestIn, findings: Findings
) -> tuple[RequestIn, Place | None, Mediator | None]:
    """The answers that may differ from date to date, checked: the body with codes put right, the place, the mediator."""
    body = _languages(_skills(body, findings), findings)
    _numbers(reader, body, findings)
    return body, _place(reader, body, findings), _mediator(reader, body, findings)


def _as_said(body: RequestIn, said: str) -> RequestIn:
    return RequestIn.model_validate({**body.model_dump(by_alias=True), **json.loads(said)})


def _desk(reader: Reader, body: RequestIn, findings: Findings) -> Desk | None:
    """The desk, if this visitor may ask for it; another's desk and no desk at all get the same answer."""
    desks = queries.desks_of(reader.session, reader.visitor)
    for desk in desks:
        if desk.code == body.desk:
            return desk
    remedy = (
        _("Write your own: %(desk)s.") % {"desk": desks[0].code}
        if len(desks) == 1
        else did_you_mean(body.desk, (desk.code for desk in desks))
    )
    findings.add("desk", body.desk, _("You cannot ask for a desk of this code."), remedy)
    return None


def _languages(body: RequestIn, findings: Findings) -> RequestIn:
    """Names become codes; an unknown or a repeated one is refused."""
    read: list[LanguageNeed] = []
    for number, asked in enumerate(body.languages):
        language = find_language(asked.code)
        if language is None:
            meant = ", ".join(f"{code} ({language_name(code)})" for code in suggest_language(asked.code))
            findings.add(
                f"languages.{number}.code",
                asked.code,
                _("No language of ours has this code or name."),
                _("Did you mean %(codes)s?") % {"codes": meant},
            )
            continue
        if any(language.code == before.code for before in read):
            findings.add(
                f"languages.{number}.code",
                asked.code,
                _("This language is there twice."),
                _("Remove one; for two mediators of one language write people: 2."),
            )
        read.append(asked.model_copy(update={"code": language.code}))
    if body.kind not in LANGUAGE_OPTIONAL and not body.languages:
        findings.add("languages", [], _("No language is given."), _("Give at least one; its code or its name."))
    elif body.kind not in LANGUAGE_OPTIONAL and not body.any_language and not any(one.must for one in body.languages):
        findings.add(
            "languages.0.must",
            False,
            _("A meeting with a person needs one language that is required."),
            _("Mark one as required, or say that any of them is enough."),
        )
    return body.model_copy(update={"languages": read})


def _skills(body: RequestIn, findings: Findings) -> RequestIn:
    known = {skill.code for skill in load_specialisations()}
    for number, skill in enumerate(body.skills):
        if skill.code not in known:
            findings.add(
                f"skills.{number}.code",
                skill.code,
                _("No specialisation has this code."),
                _("Did you mean %(codes)s?") % {"codes": ", ".join(suggest_specialisation(skill.code))},
            )
    return body


def _numbers(reader: Reader, body: RequestIn, findings: Findings) -> None:
    policy = reader.policy
    if not policy.shortest <= body.duration <= policy.longest:
        findings.add(
            "duration",
            body.duration,
            _("A meeting lasts from %(low)d to %(high)d minutes.") % {"low": policy.shortest, "high": policy.longest},
            _("Write the minutes within these; split what is longer."),
        )
    if not 1 <= body.people <= policy.most_people:
        findings.add(
            "people",
            body.people,
            _("From 1 to %(most)d people can be asked.") % {"most": policy.most_people},
            _("Write a number within these."),
        )


def _place(reader: Reader, body: RequestIn, findings: Findings) -> Place | None:
    if body.place is None:
        if body.mode == "onsite":
            findings.add(
                "place",
                None,
                _("A meeting in person needs a place."),
                _("Give the place's code, or choose phone or video."),
            )
        return None
    place = queries.place_by_code(reader.session, storable(body.place))
    if place is None:
        codes = [known.code for known in queries.places_to_meet(reader.session)]
        findings.add("place", body.place, _("No place has this code."), did_you_mean(body.place, codes))
    return place


def _mediator(reader: Reader, body: RequestIn, findings: Findings) -> Mediator | None:
    if body.same_mediator is None:
        return None
    mediator = queries.mediator_by_code(reader.session, storable(body.same_mediator.id))
    if mediator is None:
        findings.add(
            "same_mediator.id",
            body.same_mediator.id,
            _("No active mediator has this code."),
            _("Copy the code from an earlier request, or leave the field out."),
        )
    return mediator


def check_note(note: str, known: list[str], findings: Findings, *, confirmed: bool) -> None:
    """Nobody's tax code, and no person's name unless the desk says that it is none; ``known`` are names of places."""
    if (code := tax_code_in(note)) is not None:
        findings.add(
            "note", code, _("The note has a tax code in it."), _("Remove it: nothing here may name the person served.")
        )
    elif not confirmed and (name := name_in(note, known)) is not None:
        findings.add(
            "note",
            name,
            _("The note may have a person's name in it."),
            _("Remove it; if it is no person's name, confirm the note (note_confirmed: true)."),
        )
    if storable(note) != note:
        findings.add("note", note, _("The note has signs that cannot be stored."), _("Write it again without them."))


def check_case(case: str | None, findings: Findings) -> None:
    """A code of the desk's own, which can be no name."""
    if case is None:
        return
    has_digit = any(sign.isdigit() for sign in case)
    if not CASE.fullmatch(case) or not has_digit or tax_code_in(case):
        findings.add(
            "case",
            case,
            _("A case is a code of yours, with a digit in it and never a name or a tax code."),
            _("Write letters, digits and hyphens: c-17."),
        )


def known_for(reader: Reader, body: RequestIn, mediator: Mediator | None) -> Known:
    """What the roster says of the wished languages, and of the mediator who is asked for."""
    wished = [] if body.any_language else [language for language in body.languages if not language.must]
    return Known(
        {one.code: queries.speakers(reader.session, one.code, one.level) for one in wished},
        {one.language_code: one.level for one in mediator.languages} if mediator else {},
    )

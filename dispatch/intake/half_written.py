# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a form that is still being written: what cannot be read yet is left out, and nobody is told off for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from config.territory.languages import find_language
from dispatch.appointments.findings import Refused
from dispatch.appointments.wall import instant, read_day, read_time
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.intake.reading import LANGUAGE_OPTIONAL, Reader, read
from dispatch.intake.schemas import LanguageNeed, RequestIn
from dispatch.kit.clock import at_home

UNSAID: dict[str, Any] = {"desk": "-", "kind": "mediation", "languages": [], "duration": 60}


@dataclass(frozen=True)
class HalfWritten:
    """What can be understood already: the answers, and the start of the first date."""

    body: RequestIn
    start: dt.datetime
    first_of_many: bool


def half_written(reader: Reader, body: Mapping[str, Any]) -> HalfWritten | None:
    """None as long as the form has no language, no day, or a time that has passed."""
    understood = _lenient(body)
    if understood is None or not understood.when:
        return None
    languages = _languages(understood)
    start = _start(reader, understood)
    policy = reader.policy
    sane = policy.shortest <= understood.duration <= policy.longest and 1 <= understood.people <= policy.most_people
    if languages is None or start is None or not sane:
        return None
    many = understood.repeat is not None or len(understood.when) > 1
    return HalfWritten(understood.model_copy(update={"languages": languages}), start, many)


def also_wrong(reader: Reader, body: Mapping[str, Any], known: Collection[str]) -> tuple[FieldProblem, ...]:
    """What else a body needs that no schema takes: its other answers read, ``known`` being the fields at fault already."""
    far = {"day": (at_home(reader.now).date() + dt.timedelta(days=1)).isoformat(), "from": "12:00"}
    sound = {name: value for name, value in body.items() if name in RequestIn.model_fields and name not in known}
    try:
        read(reader, RequestIn.model_validate(UNSAID | {"when": [far]} | sound))
    except NotUnderstood as refused:
        return tuple(problem for problem in refused.fields if problem.field.partition(".")[0] not in known)
    except ValidationError:
        pass
    return ()


def _lenient(body: Mapping[str, Any]) -> RequestIn | None:
    """The body without the answers that no schema takes; None where it is the languages or the days."""
    said = UNSAID | {name: value for name, value in body.items() if name in RequestIn.model_fields and name != "note"}
    try:
        return RequestIn.model_validate(said)
    except ValidationError as refused:
        wrong = {str(error["loc"][0]) for error in refused.errors()}
    try:
        return RequestIn.model_validate(UNSAID | {name: value for name, value in said.items() if name not in wrong})
    except ValidationError:
        return None


def _languages(body: RequestIn) -> list[LanguageNeed] | None:
    """By code; a second one that nobody knows yet is left out, a first one makes the question none."""
    found = [(one, find_language(one.code)) for one in body.languages]
    if (not found and body.kind not in LANGUAGE_OPTIONAL) or (found and found[0][1] is None):
        return None
    read = {language.code: one.model_copy(update={"code": language.code}) for one, language in found if language}
    return list(read.values())


def _start(reader: Reader, body: RequestIn) -> dt.datetime | None:
    first = body.when[0]
    try:
        day = read_day("", first.day, reader.now, reader.policy.furthest_days)
        start = instant("", day, read_time("", first.from_))
    except Refused:
        return None
    return start if start > reader.now else None

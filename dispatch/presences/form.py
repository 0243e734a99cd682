# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of a presence: what it offers to choose from, and how its texts become the API's body and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from babel.dates import get_day_names

from config.territory.languages import load_languages
from dispatch.errors import FieldProblem
from dispatch.presences import queries
from dispatch.presences.reader import Reader
from dispatch.presences.row import body_of
from dispatch.presences.schemas import WEEKDAYS
from dispatch.presences.words import COVERS, language_name
from dispatch.records.presences import Presence
from dispatch.records.statuses import Cover, Every, Kind
from dispatch.web.choices import kind_word
from dispatch.web.forms import FormValues
from dispatch.web.forms import body_of as json_of
from dispatch.web.i18n import _l, current_locale
from dispatch.web.i18n import gettext as _
from dispatch.web.views.page import Choice, FieldError, LanguageChoice
from dispatch.web.views.presences import PresenceFormPage

EVERY = {Every.WEEK: _l("every week"), Every.TWO_WEEKS: _l("every two weeks")}
LEVELS = {"1": _l("working knowledge"), "2": _l("fluent"), "3": _l("native speaker")}
# What a form leaves out when it is empty or not ticked; a change has to say so, or the old answer would stand.
EMPTY: dict[str, Any] = {
    "keep_holidays": False,
    "school_days_only": False,
    "languages": [],
    "mediator": None,
    "project": None,
}
NEVER_CHANGED = ("desk", "ambito", "first_day")


def form_page(
    reader: Reader,
    values: FormValues | None = None,
    *,
    problems: tuple[FieldProblem, ...] = (),
    presence: Presence | None = None,
) -> PresenceFormPage:
    """The form with what this coordinator may choose; ``values`` are shown again exactly as they were typed."""
    session, names = reader.session, get_day_names("wide", locale=current_locale())
    return PresenceFormPage(
        desks=tuple(Choice(desk.code, desk.name) for desk in queries.desks_of(session, reader.visitor)),
        ambiti=tuple(Choice(one.code, one.name) for one in queries.ambiti_of(session, reader.visitor)),
        places=tuple(
            Choice(place.code, f"{place.name}, {place.comune.name}")
            for place in queries.places_to_meet(session, reader.visitor)
        ),
        languages=tuple(_languages()),
        mediators=tuple(
            Choice(mediator.code, mediator.name) for mediator in queries.mediators(session, reader.visitor, presence)
        ),
        projects=tuple(Choice(project.code, project.name) for project in queries.projects(session)),
        weekdays=tuple(Choice(day, names[number]) for number, day in enumerate(WEEKDAYS)),
        kinds=tuple(Choice(kind, kind_word(kind)) for kind in (Kind.MEDIATION, Kind.TERRITORIAL)),
        every=tuple(Choice(value, _(label)) for value, label in EVERY.items()),
        covers=tuple(Choice(cover, _(COVERS[cover])) for cover in Cover),
        levels=tuple(Choice(value, _(label)) for value, label in LEVELS.items()),
        earliest=reader.today,
        action=f"/presences/{presence.code}/change" if presence else "/presences/new",
        code=presence.code if presence else "",
        name=presence.name if presence else "",
        values=values or FormValues(),
        errors=tuple(_shown(problem) for problem in problems),
    )


def typed(values: FormValues, *, whole: bool = False) -> dict[str, Any]:
    """The JSON body that the form means; ``whole`` says what was left empty too, as a change must."""
    body = json_of(values)
    for name in ("keep_holidays", "school_days_only"):
        if name in body:
            body[name] = body[name] == "true"
    for language in body.get("languages", ()):
        # Anything longer is no level, and stays a text for the schema to refuse.
        if isinstance(language, dict) and re.fullmatch(r"[0-9]{1,9}", str(language.get("level", ""))):
            language["level"] = int(language["level"])
    return EMPTY | body if whole else body


def values_of(presence: Presence, since: str) -> FormValues:
    """A presence as the form of its change shows it."""
    return FormValues((("since", since), *_flat(body_of(presence))))


def _flat(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if name in NEVER_CHANGED or value is None:
            continue
        if name == "languages":
            for number, language in enumerate(value):
                yield f"languages-{number}-code", language_name(language["code"])
                yield f"languages-{number}-level", str(language["level"])
        elif isinstance(value, list):
            yield from ((name, one) for one in value)
        elif isinstance(value, bool):
            yield name, "true" if value else "false"
        else:
            yield name, str(value)


def _shown(problem: FieldProblem) -> FieldError:
    name = "languages.0.code" if problem.field == "languages" else problem.field
    return FieldError(name.replace(".", "-"), f"{problem.message} {problem.remedy}".strip())


def _languages() -> Iterator[LanguageChoice]:
    for language in load_languages():
        name = language.name_it if current_locale() == "it" else language.name_en
        yield LanguageChoice(language.code, name, language.autonym)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mediator's form: what it offers to choose from, how it becomes an entry, and how her row becomes a form again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from config.territory.languages import load_languages
from config.territory.travel import load_travel
from dispatch.errors import FieldProblem
from dispatch.records.roster import Mediator
from dispatch.records.statuses import OrganisationRole
from dispatch.roster import page_queries as queries
from dispatch.roster.numbers import state_of
from dispatch.web.choices import KINDS, MODES, choices
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.register_forms import FormReader, as_euros, as_hours, shown
from dispatch.web.register_words import (
    GENDERS,
    LEVELS,
    REMINDERS,
    language_word,
    means_choices,
    phone_word,
    skill_choices,
)
from dispatch.web.views.page import Choice, LanguageChoice
from dispatch.web.views.roster import MediatorForm, MediatorHead
from notifications.catalog import languages as written_languages

LANGUAGE = re.compile(r"languages-([0-9]{1,2})-code", re.ASCII)
SPARE_ROWS = 2
ANYWHERE, THESE = "anywhere", "these"
PLAIN = ("code", "name", "gender", "phone", "message_language", "organisation", "home", "travel_means", "reminders")
HOURS = ("max_day", "max_week", "target_week")


def fresh() -> FormValues:
    """A new mediator does everything in every way until somebody says otherwise."""
    return FormValues.of({"kinds": tuple(KINDS), "modes": tuple(MODES)})


def read(reader: FormReader) -> dict[str, Any]:
    """What the form says, in the shape of an entry; what is empty is left to the entry."""
    values = reader.values
    given: dict[str, Any] = dict(reader.texts(*PLAIN))
    given |= {name: reader.hours(name) for name in HOURS}
    given |= {"max_travel": reader.text("max_travel"), "travel_factor": reader.number("travel_factor")}
    if (cost := reader.euros("hourly_cost")) is not None:
        given["hourly_cost"] = cost
    given |= {name: values.all(name) for name in ("kinds", "modes", "skills")}
    given["skills_until"] = {
        code: day for code in given["skills"] if (day := reader.day(f"skills_until-{code}")) is not None
    }
    given |= {"languages": _languages(reader), "ambiti": _ambiti(reader)}
    return given | {"quiet_hours_allowed": values.has("quiet_hours_allowed", "true")}


def _languages(reader: FormReader) -> dict[str, str]:
    spoken: dict[str, str] = {}
    for number in rows(reader.values):
        word = reader.values.get(f"languages-{number}-code").strip()
        if word in spoken:
            field = f"languages-{number}-code"
            reader.refuse(field, word, _("This language is there twice."), _("Keep one of the two."))
        spoken[word] = reader.values.get(f"languages-{number}-level")
    return spoken


def _ambiti(reader: FormReader) -> list[str] | None:
    """None is anywhere."""
    if reader.values.get("where", ANYWHERE) != THESE:
        return None
    chosen = reader.values.all("ambiti")
    if not chosen:
        reader.refuse("ambiti", "", _("No ambito is ticked."), _("Tick those she works in, or choose anywhere."))
    return chosen


def rows(values: FormValues) -> list[int]:
    """The numbers of the lines with a language in them."""
    found = (LANGUAGE.fullmatch(name) for name, value in values.pairs if value.strip())
    return sorted({int(one[1]) for one in found if one})


def values_of(row: Mediator) -> FormValues:
    """Her row as the form shows it."""
    given: dict[str, str | Iterable[str]] = {
        "name": row.name,
        "gender": row.gender,
        "phone": row.phone,
        "message_language": row.message_language,
        "organisation": row.organisation.code,
        # Her home area is entered as a comune; a place of another name was chosen by its code.
        "home": row.home.comune.name if row.home.code == f"casa-{row.code}" else row.home.code,
        "travel_means": row.travel_means,
        "reminders": row.reminders,
        "hourly_cost": as_euros(row.hourly_cost),
        "max_travel": "" if row.max_travel is None else str(row.max_travel),
        "kinds": row.kinds,
        "modes": row.modes,
        "skills": row.skills,
        "where": ANYWHERE if row.ambiti is None else THESE,
        "ambiti": row.ambiti or [],
    }
    given |= {name: as_hours(getattr(row, name)) for name in HOURS}
    given |= {f"skills_until-{code}": day for code, day in row.skills_until.items()}
    means = load_travel().get(row.travel_means)
    if means is None or means.factor != row.travel_factor:
        given["travel_factor"] = f"{row.travel_factor:g}".replace(".", ",")
    if row.quiet_hours_allowed:
        given["quiet_hours_allowed"] = "true"
    for number, spoken in enumerate(sorted(row.languages, key=lambda one: (-one.level, one.language_code))):
        given[f"languages-{number}-code"] = language_word(spoken.language_code)
        given[f"languages-{number}-level"] = str(spoken.level)
    return FormValues.of(given)


def form_page(
    session: Session,
    values: FormValues,
    row: Mediator | None,
    problems: Iterable[FieldProblem] = (),
    only_read: str = "",
) -> MediatorForm:
    filled = rows(values)
    return MediatorForm(
        action=f"/roster/{row.code}" if row else "/roster/new",
        values=values,
        errors=shown(_where_typed(problem, values) for problem in problems),
        code=row.code if row else "",
        name=row.name if row else "",
        options=_options(session, row),
        head=head_of(row, only_read) if row else None,
        languages=tuple(LanguageChoice(one.code, language_word(one.code), one.autonym) for one in load_languages()),
        comuni=tuple(queries.comune_names(session)),
        rows=(max(filled) + 1 if filled else 1) + SPARE_ROWS,
    )


def head_of(row: Mediator, only_read: str = "") -> MediatorHead:
    since = row.number_confirmed_at or row.number_asked_at
    blocked = phone_word(row.sms_blocked)
    return MediatorHead(row.code, row.name, blocked, row.active, only_read, state_of(row).value, since)


def _where_typed(problem: FieldProblem, values: FormValues) -> FieldProblem:
    """An entry speaks of languages as a whole; the form points at the line with that word, else at the first."""
    if problem.field.split(".")[0] != "languages":
        return problem
    wrong = problem.field.partition(".")[2] or problem.value
    number = next((n for n in rows(values) if values.get(f"languages-{n}-code").strip() == wrong), 0)
    return replace(problem, field=f"languages-{number}-code")


def _options(session: Session, row: Mediator | None) -> dict[str, tuple[Choice, ...]]:
    """What the fields of the form may choose from."""
    written = sorted({*written_languages(), *([row.message_language] if row else [])})
    employers = queries.organisations(session, OrganisationRole.PROVIDER)
    if row is not None and row.organisation not in employers:
        employers = [*employers, row.organisation]
    return {
        "genders": choices(GENDERS),
        "levels": choices(LEVELS),
        "kinds": choices(KINDS),
        "modes": choices(MODES),
        "skills": skill_choices(),
        "reminders": choices(REMINDERS),
        "means": means_choices(),
        "written": tuple(Choice(code, language_word(code)) for code in written),
        "organisations": tuple(Choice(one.code, one.name) for one in employers),
        "ambiti": tuple(Choice(one.code, f"{one.code} {one.name}") for one in queries.ambiti(session)),
        "where": (Choice(ANYWHERE, _("anywhere")), Choice(THESE, _("only in these ambiti"))),
    }

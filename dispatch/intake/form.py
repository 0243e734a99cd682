# SPDX-License-Identifier: AGPL-3.0-or-later
"""The request form: what it offers to choose from, how its texts become the API's body, and a body becomes a form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from config.territory.languages import load_languages
from config.territory.specialisations import load_specialisations
from dispatch.errors import FieldProblem
from dispatch.intake import drafts, queries
from dispatch.intake.reading import Reader
from dispatch.intake.understood import language_name, skill_name
from dispatch.intake.usual import usual_answers
from dispatch.kit.clock import at_home
from dispatch.records.intake import Request
from dispatch.web import moments
from dispatch.web.forms import LISTS, FormValues
from dispatch.web.i18n import _l, current_locale, ngettext
from dispatch.web.i18n import gettext as _
from dispatch.web.views.intake import Chance, DatesPreview, RequestFormPage
from dispatch.web.views.page import Choice, FieldError, LanguageChoice

NUMBERS = frozenset({"duration", "people", "level"})
TRUTHS = frozenset({"must", "any_language", "note_confirmed", "school_days", "overwrite_exceptions"})
LATER = "changes"  # what was said of some dates later is changed date by date
# What a copy leaves open: another day is the reason to ask again, and a confirmed note is confirmed for one request.
NOT_COPIED = frozenset({"when", "repeat", "note_confirmed", "desk"})
COPIES = 8
DAYS = 1  # rows for days in an empty form
EMPTY = {
    "desk": _l("Choose the service that asks."),
    "languages": _l("Write the language of the person."),
    "when": _l("Write the day of the meeting."),
    "when.0.from": _l("Write when it begins."),
}
ORDER = (
    *("desk", "kind", "languages", "any_language", "gender", "same_mediator", "when", "duration", "priority", "repeat"),
    *("mode", "place", "fallback_modes", "skills", "people", "project", "case", "note"),
)
MOST_DAYS = 20  # as many as a request takes
# What has no input of its own in the form; it travels along unseen, so that a change of the rest does not undo it.
UNSEEN = re.compile(r"languages-\d+-level|languages-(?!0|1\b)\d+-.*|skills-(?!0\b)\d+-.*|repeat-except")
DAY = re.compile(r"when-(\d{1,2})-day")


def form_page(
    reader: Reader,
    values: FormValues | None = None,
    *,
    problems: tuple[FieldProblem, ...] = (),
    chance: Chance | None = None,
    dates: DatesPreview | None = None,
    warnings: tuple[FieldError, ...] = (),
    code: str = "",
    draft: int = 0,
    saved: bool = False,
    looked: bool = False,
) -> RequestFormPage:
    """The form with what this visitor may choose; ``values`` are shown again exactly as they were typed."""
    desks = queries.desks_of(reader.session, reader.visitor)
    own, values = {desk.place_id for desk in desks}, values or FormValues()
    latest = _latest(reader)
    return RequestFormPage(
        languages=tuple(_languages()),
        desks=tuple(Choice(desk.code, desk.name) for desk in desks),
        places=places_of(reader, own),
        values=values,
        errors=tuple(_shown(problem) for problem in problems),
        mediators=tuple(_mediators(reader, [desk.id for desk in desks], values.get("same_mediator-id"))),
        skills=tuple(Choice(skill.code, skill_name(skill.code)) for skill in load_specialisations()),
        projects=tuple(Choice(project.code, project.name) for project in queries.projects(reader.session)),
        copies=tuple(_copies(latest)) if not code else (),
        drafts=tuple(one for one in drafts.listed(reader) if one.id != draft) if not code else (),
        usual=usual_answers(latest),
        chance=chance,
        looked=looked,
        chance_url=f"/requests/hint?change={code}" if code else "/requests/hint",
        dates=dates,
        dates_url="/requests/dates",
        warnings=warnings,
        action=f"/requests/{code}/change" if code else "/requests/new",
        code=code,
        draft=draft,
        saved=saved,
        earliest=at_home(reader.now).date(),
        most_people=reader.policy.most_people,
        days=max(DAYS, _rows(values)),
        most_days=MOST_DAYS,
        unseen=tuple((name, value) for name, value in values.pairs if UNSEEN.fullmatch(name)),
    )


def places_of(reader: Reader, own: Collection[int]) -> tuple[Choice, ...]:
    """Where people can meet, the desk's own places first."""
    places = sorted(queries.places_to_meet(reader.session), key=lambda place: (place.id not in own, place.name))
    return tuple(Choice(place.code, f"{place.name}, {place.comune.name}") for place in places)


def typed(body: dict[str, Any]) -> dict[str, Any]:
    """The form's body with numbers and truths in place of their texts; what is neither stays for the schema to refuse."""
    apart = body.get("mode") in ("phone", "video")  # then the place chosen before stands for nothing
    return {name: _typed(name, value) for name, value in body.items() if not (apart and name == "place")}


def values_of(body: dict[str, Any], *, copy: bool = False) -> FormValues:
    """A stored body as the form shows it; a copy leaves the days open."""
    kept = {name: value for name, value in body.items() if name != LATER and not (copy and name in NOT_COPIED)}
    if kept.get("languages"):
        kept["languages"] = [language | {"code": language_name(language["code"])} for language in kept["languages"]]
    return FormValues(tuple(_flat("", kept)))


def another_day(values: FormValues) -> FormValues:
    """The same form with one more empty row for a day."""
    return values.put([(f"when-{max(DAYS, _rows(values))}-day", "")]) if _rows(values) < MOST_DAYS else values


def input_name(field: str) -> str:
    """The input that a problem's field is about; a list as a whole is about its first entry."""
    if field in ("languages", "when"):
        field += ".0"
    head, _, rest = field.partition(".")
    if head == "languages":
        rest = f"{rest.split('.')[0]}.code"
    if head == "repeat" and rest not in ("every", "until"):
        rest = "until"
    if head == "when" and rest.isdigit():
        rest += ".day"
    return f"{head}.{rest}".strip(".").replace(".", "-")


def in_the_forms_words(problem: FieldProblem) -> FieldProblem:
    """A field that was left empty says what to write there."""
    said = EMPTY.get(problem.field) if problem.value is None else None
    return replace(problem, message=_(said), remedy="") if said else problem


def in_the_forms_order(problems: Iterable[FieldProblem]) -> tuple[FieldProblem, ...]:
    """As a person comes to them from the top."""
    heads = {name: number for number, name in enumerate(ORDER)}
    return tuple(sorted(problems, key=lambda problem: heads.get(problem.field.partition(".")[0], len(heads))))


def _rows(values: FormValues) -> int:
    """How many rows for days the values need."""
    return max((int(found[1]) + 1 for name, _value in values.pairs if (found := DAY.fullmatch(name))), default=0)


def _typed(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner: _typed(inner, one) for inner, one in value.items()}
    if isinstance(value, list):
        return [_typed(name, one) for one in value]
    if name in NUMBERS and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    if name in TRUTHS and value in ("true", "false"):
        return value == "true"
    return value


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{prefix}-{name}" if prefix else name, inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _flat(prefix if prefix in LISTS else f"{prefix}-{number}", inner)
    elif isinstance(value, bool):
        yield prefix, "true" if value else "false"
    elif value is not None:
        yield prefix, str(value)


def _shown(problem: FieldProblem) -> FieldError:
    return FieldError(input_name(problem.field), f"{problem.message} {problem.remedy}".strip())


def _languages() -> Iterator[LanguageChoice]:
    for language in load_languages():
        name = language.name_it if current_locale() == "it" else language.name_en
        yield LanguageChoice(language.code, name, language.autonym)


def _mediators(reader: Reader, desk_ids: list[int], chosen: str) -> Iterator[Choice]:
    """Those a desk has met, and whoever is asked for already."""
    met = queries.mediators_met(reader.session, desk_ids) if reader.visitor.desk_id is not None else ()
    for mediator, times in met:
        meetings = ngettext("%(num)d meeting", "%(num)d meetings", times) % {"num": times}
        yield Choice(mediator.code, f"{mediator.name}, {meetings}")
    if chosen and chosen not in {mediator.code for mediator, _times in met}:
        yield Choice(chosen, queries.mediator_name(reader.session, chosen))


def _latest(reader: Reader) -> Sequence[Request]:
    """A desk's own latest requests, to start from; the staff ask for many desks, and start from none."""
    if reader.visitor.desk_id is None:
        return ()
    return queries.latest_requests(reader.session, reader.visitor, COPIES)


def _copies(latest: Sequence[Request]) -> Iterator[Choice]:
    for request in latest:
        words = filter(None, (request.code, title_of(request)))
        yield Choice(f"/requests/new?copy={request.code}", " ".join(words), _first_day(request))


def title_of(request: Request) -> str:
    """The languages of a request, as its heading."""
    return ", ".join(language_name(language["code"]) for language in request.body.get("languages", ()))


def _first_day(request: Request) -> str:
    starts = [appointment.first_start for appointment in request.appointments]
    return moments.short_day(min(starts)) if starts else ""

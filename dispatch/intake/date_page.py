# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of one date: what it answers now as a form, what of it was changed, and how far the change may go."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from dispatch.errors import FieldProblem, NotFound, NotUnderstood
from dispatch.intake.costs import cost_of, rule_words
from dispatch.intake.dates import answers_of
from dispatch.intake.form import places_of, title_of, typed
from dispatch.intake.reading import Reader
from dispatch.intake.reconciling import dates_of_request
from dispatch.intake.schemas import AppointmentChange
from dispatch.intake.scopes import cancelling, changing
from dispatch.intake.service import refuse_a_presence
from dispatch.intake.shown import appointment_row
from dispatch.kit.policy import policy_in_force
from dispatch.kit.problems import readable
from dispatch.records.intake import Appointment, Request
from dispatch.records.statuses import RequestStatus
from dispatch.web.forms import FormValues, body_of
from dispatch.web.i18n import gettext as _
from dispatch.web.views.intake import DatePage
from dispatch.web.views.page import FieldError

SHOWN = ("duration", "mode", "place", "people")


def date_page(
    reader: Reader,
    request: Request,
    number: int,
    values: FormValues | None = None,
    problems: tuple[FieldProblem, ...] = (),
) -> DatePage:
    """The date with its answers, or with what was typed and what is wrong with it."""
    row, dates = _row(request, number), dates_of_request(reader, request)
    shown, policy = appointment_row(row, dates.live, reader.now), policy_in_force(reader.session)
    ahead = [*dates.ruled.values(), *dates.exceptions.values()]
    cost = cost_of(row, dates.live, reader.now, policy.attendance)
    return DatePage(
        code=request.code,
        number=number,
        title=title_of(request),
        start=shown.start,
        end=shown.end,
        status=shown.status,
        family=shown.family,
        places=places_of(reader, {request.desk.place_id}),
        values=values or shown_of(request, number),
        errors=tuple(FieldError(_input(problem.field), f"{problem.message} {problem.remedy}") for problem in problems),
        changing=changing(reader, dates, row),
        cancelling=cancelling(reader, dates, row),
        can_change=request.status == RequestStatus.OPEN and row in ahead,
        mediator=shown.mediator,
        cost=cost.words,
        late=cost.late,
        rule=rule_words(policy.attendance),
        apart=sum(one.id != row.id for one in dates.exceptions.values()),
        over=len(dates.over),
        most_people=reader.policy.most_people,
        move_minutes=policy.offers.move_minutes,
    )


def change_in(request: Request, number: int, values: FormValues) -> AppointmentChange:
    """What the form says otherwise than the date does now; what was left as it was is no change."""
    row, body = _row(request, number), typed(body_of(values))
    answers = answers_of(request, row)
    when, now = body.get("when", {}), answers["when"][0]
    given: dict[str, Any] = {name: body[name] for name in ("scope", "overwrite_exceptions") if name in body}
    given |= {name: body.get(name) for name in SHOWN if body.get(name) != answers[name]}
    if isinstance(when, dict) and (other := {name: when[name] for name in when if when[name] != now.get(name)}):
        given["when"] = other
    try:
        return AppointmentChange.model_validate(given)
    except ValidationError as refused:
        raise NotUnderstood(_("Some fields cannot be accepted."), fields=readable(refused.errors(), _)) from refused


def shown_of(request: Request, number: int) -> FormValues:
    """The date as its form shows it before anybody types."""
    return FormValues.of(_texts(request, _row(request, number)))


def _row(request: Request, number: int) -> Appointment:
    refuse_a_presence(request)
    for row in request.appointments:
        if row.number == number:
            return row
    raise NotFound(_("The request has no meeting number %(number)d.") % {"number": number})


def _texts(request: Request, row: Appointment) -> dict[str, str]:
    """The date's answers as the form's inputs hold them."""
    answers = answers_of(request, row)
    texts = {f"when-{name}": value for name, value in answers["when"][0].items()}
    return texts | {name: str(answers[name] or "") for name in SHOWN} | {"scope": "this"}


def _input(field: str) -> str:
    return "when-day" if field == "when" else field.replace(".", "-")

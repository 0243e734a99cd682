# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mediator changes herself beside single days: her weekly pattern, and how and when Ponte writes to her."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dispatch.access.visitor import Who
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Work
from dispatch.records.offers import Notice
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Reminders
from dispatch.roster import pattern
from dispatch.roster.availability_page import numbered, standing
from dispatch.roster.choosing import save_choices
from dispatch.roster.herself import base_of, me, refuse_who_left
from dispatch.roster.saving import set_availability
from dispatch.web.choices import choices
from dispatch.web.forms import FormValues
from dispatch.web.i18n import autonym
from dispatch.web.i18n import gettext as _
from dispatch.web.register_forms import FormReader, shown
from dispatch.web.register_pages import Saved, say_saved
from dispatch.web.register_words import REMINDERS, WEEKDAYS
from dispatch.web.templating import render
from dispatch.web.typed import Typed
from dispatch.web.views.page import Choice
from dispatch.web.views.roster import MyChoicesPage, MyWeekPage, ShiftRow
from notifications.catalog import languages as written_languages

router = APIRouter(include_in_schema=False)
PATTERN_CHANGED = "pattern_changed"  # a notice for those who coordinate


@router.get("/my/week")
@router.get("/m/{token}/week")
def see_my_week(request: Request, session: Work, who: Who, saved: Saved = "") -> Response:
    her = me(session, who)
    say_saved(request, saved)
    return _week(request, session, her)


@router.post("/my/week")
@router.post("/m/{token}/week")
def change_my_week(request: Request, session: Work, who: Who, values: Typed) -> Response:
    """In force at once, since nobody knows her week better; whoever coordinates is told."""
    her = me(session, who)
    refuse_who_left(her)
    reader = FormReader(values)
    shifts = pattern.read(reader)
    try:
        reader.findings.refuse()
        saved = set_availability(session, her.code, tuple(shifts.values()), who.actor, now(session))
    except NotUnderstood as refused:
        problems = pattern.where_typed(refused.fields, list(shifts))
        return _week(request, session, her, reader.values, problems, status_code=422)
    if saved.columns:
        session.add(Notice(kind=PATTERN_CHANGED, values={"mediator": her.code}, created_at=now(session)))
    return RedirectResponse(f"{base_of(request)}/week?saved=1", 303)


@router.get("/my/choices")
@router.get("/m/{token}/choices")
def see_my_choices(request: Request, session: Work, who: Who, saved: Saved = "") -> Response:
    her = me(session, who)
    say_saved(request, saved)
    return _choices(request, her)


@router.post("/my/choices")
@router.post("/m/{token}/choices")
def change_my_choices(request: Request, session: Work, who: Who, values: Typed) -> Response:
    her = me(session, who)
    refuse_who_left(her)
    reminders, language = values.get("reminders"), values.get("message_language")
    if reminders not in set(Reminders) or language not in _languages(her):
        problem = FieldProblem("reminders", _("This is not one of the choices."), "", _("Use the buttons of the page."))
        raise NotUnderstood(_("Nothing was changed."), fields=(problem,))
    at_night = values.has("quiet_hours_allowed", "true")
    save_choices(session, her, Reminders(reminders), language, at_night, who.actor, now(session))
    return RedirectResponse(f"{base_of(request)}/choices?saved=1", 303)


def _week(
    request: Request,
    session: Session,
    her: Mediator,
    typed: FormValues | None = None,
    problems: tuple[FieldProblem, ...] | list[FieldProblem] = (),
    *,
    status_code: int = 200,
) -> Response:
    """Every day with its lines and an empty one to write in."""
    values = typed or pattern.values_of(numbered(standing(session, her)))
    for weekday in map(int, WEEKDAYS):
        empty = [n for n, day in pattern.lines(values).items() if day == weekday and not values.get(f"shift-{n}-from")]
        values = values if empty else pattern.with_line(values, weekday)
    lines = sorted((day, values.get(f"shift-{n}-from") or "~", n) for n, day in pattern.lines(values).items())
    page = MyWeekPage(
        first_name=her.name.partition(" ")[0],
        base=base_of(request),
        values=values,
        shifts=tuple(ShiftRow(number, day) for day, _from, number in lines),
        errors=shown(problems),
    )
    return render(request, "roster/my_week.html", page=page, status_code=status_code)


def _choices(request: Request, her: Mediator) -> Response:
    page = MyChoicesPage(
        first_name=her.name.partition(" ")[0],
        base=base_of(request),
        reminders=choices(REMINDERS),
        languages=tuple(Choice(code, autonym(code)) for code in _languages(her)),
        chosen=her.reminders,
        language=her.message_language,
        at_night=her.quiet_hours_allowed,
    )
    return render(request, "roster/my_choices.html", page=page)


def _languages(her: Mediator) -> list[str]:
    """Those in which Ponte writes, and hers."""
    return sorted({*written_languages(), her.message_language})

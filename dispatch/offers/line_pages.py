# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of the SMS line: which provider speaks and how it stands; who administers Ponte changes it here."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from config.settings import Settings
from dispatch.access.audit import record
from dispatch.access.visitor import Who
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import machine_now
from dispatch.kit.doors import Here, Work
from dispatch.line import queries, service
from dispatch.records.line import Line
from dispatch.records.statuses import LineState, Role
from dispatch.web.forms import FormValues
from dispatch.web.i18n import gettext as _
from dispatch.web.templating import render
from dispatch.web.views.line import LinePage, LineRow, provider_word, why_word
from dispatch.web.views.page import Choice, FieldError

router = APIRouter(include_in_schema=False, prefix="/line")


@router.get("")
def see_line(request: Request, session: Work, here: Here, who: Who) -> Response:
    return render(
        request, "offers/line.html", page=line_page(session, here.settings, may_change=who.role == Role.ADMIN)
    )


@router.post("/use")
def use_provider(
    request: Request, session: Work, here: Here, who: Who, provider: Annotated[str, Form(max_length=16)] = ""
) -> Response:
    """What is queued leaves by another provider; what the present one has stays with it."""
    try:
        service.use(session, here.settings, provider)
    except NotUnderstood as refused:
        problems = [FieldProblem("provider", _("It is not set up here."), provider, _("Choose one from the list."))]
        return _again(request, session, here.settings, problems, FormValues.of({"provider": provider}), refused.status)
    record(session, machine_now(), who.actor, "line.use", "line", provider)
    return RedirectResponse("/line", 303)


@router.post("/hold")
def hold_line(
    request: Request, session: Work, here: Here, who: Who, why: Annotated[str, Form(max_length=400)] = ""
) -> Response:
    """Nothing leaves until somebody starts it again; the reason stands on every page of the staff."""
    said = why.replace("\x00", "").strip()
    if not said or len(said) > service.LONGEST_WHY:
        trouble = _("It is too long.") if said else _("It is empty.")
        problems = [FieldProblem("why", trouble, why, _("Say why: everybody who coordinates reads it."))]
        return _again(request, session, here.settings, problems, FormValues.of({"why": why}), 422)
    held = service.hold(session, here.settings, who.name or who.actor, said, machine_now())
    record(session, machine_now(), who.actor, "line.hold", "line", held)
    return RedirectResponse("/line", 303)


@router.post("/start")
def start_line(session: Work, here: Here, who: Who) -> Response:
    record(session, machine_now(), who.actor, "line.start", "line", service.start(session, here.settings))
    return RedirectResponse("/line", 303)


def _again(
    request: Request,
    session: Session,
    settings: Settings,
    problems: list[FieldProblem],
    values: FormValues,
    status: int,
) -> Response:
    """The page with what was typed and what is wrong with it."""
    errors = tuple(FieldError(one.field, f"{one.message} {one.remedy}".strip()) for one in problems)
    page = line_page(session, settings, may_change=True, values=values, errors=errors)
    return render(request, "offers/line.html", page=page, status_code=status)


def line_page(
    session: Session,
    settings: Settings,
    *,
    may_change: bool,
    values: FormValues | None = None,
    errors: tuple[FieldError, ...] = (),
) -> LinePage:
    """The providers of these settings, the one in force first."""
    known = {line.provider: line for line in queries.all_lines(session)}
    chosen = queries.in_force(session, settings)
    names = [chosen, *(name for name in settings.providers if name != chosen)]
    return LinePage(
        lines=tuple(_row(session, name, known.get(name), name == chosen) for name in names),
        queued=queries.queued_count(session),
        others=tuple(Choice(name, provider_word(name)) for name in names[1:]),
        may_change=may_change,
        values=values or FormValues(()),
        errors=errors,
    )


def _row(session: Session, name: str, line: Line | None, chosen: bool) -> LineRow:
    return LineRow(
        provider=name,
        name=provider_word(name),
        in_force=chosen,
        state=line.state if line else LineState.RUNNING,
        since=line.since if line else None,
        why=why_word(line.why or "") if line else "",
        by=(line.by or "") if line else "",
        try_at=line.try_at if line else None,
        under_way=queries.under_way(session, name),
    )

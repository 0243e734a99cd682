# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests over JSON: submit, list, read, change, cancel."""

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Query
from fastapi.responses import JSONResponse

from dispatch.access.idempotency import Answer, once
from dispatch.access.visitor import Who
from dispatch.intake import answers, service
from dispatch.intake.dates import cancel_date, change_date
from dispatch.intake.list_queries import Wanted
from dispatch.intake.list_queries import list_requests as find_requests
from dispatch.intake.reading import Reader
from dispatch.intake.schemas import (
    AppointmentCancel,
    AppointmentChange,
    Cancel,
    RequestChange,
    RequestIn,
    RequestList,
    RequestOut,
)
from dispatch.kit.clock import local_midnight, now
from dispatch.kit.doors import Here, Work
from dispatch.kit.policy import policy_in_force
from dispatch.kit.problems import refusals
from dispatch.kit.recurrence import closures_of

PER_PAGE = 50
router = APIRouter(prefix="/api/v1/requests", tags=["requests"], responses=refusals("Already changed"))
Code = Annotated[str, Path(pattern=r"^R-[0-9]{1,18}$", examples=["R-1047"])]
Number = Annotated[int, Path(ge=1, le=100_000, description="The number of one of its meetings.")]
Word = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9._-]*$")]


def reader(here: Here, session: Work, visitor: Who) -> Reader:
    """Who asks, in this transaction, at this moment, in this territory."""
    return Reader(session, visitor, now(session), policy_in_force(session).intake, closures_of(here.settings.territory))


Reads = Annotated[Reader, Depends(reader, scope="function")]
Idempotent = Annotated[str | None, Header(alias="Idempotency-Key", description="A UUID: repeating a POST is harmless.")]


@router.post("", status_code=201, response_model=RequestOut)
def submit(body: RequestIn, reads: Reads, key: Idempotent = None) -> JSONResponse:
    """Ask for a mediator. The answer says in plain words what was understood."""

    def work() -> Answer:
        request = service.find(reads, service.submit(reads, body).code)
        return Answer(201, answers.whole(reads.session, request).model_dump(mode="json"))

    asked = ["POST /api/v1/requests", body.model_dump(by_alias=True)]
    answer = once(reads.session, reads.now, reads.visitor.actor, key, asked, work)
    headers = {"Location": f"/api/v1/requests/{answer.body['code']}"}
    return JSONResponse(
        answer.body, answer.status_code, headers | ({"Idempotency-Replayed": "true"} if answer.replayed else {})
    )


@router.get("")
def list_requests(
    reads: Reads,
    status: Literal["", "draft", "open", "closed", "cancelled"] = "",
    kind: Literal["", "interpreting", "mediation", "territorial", "team", "feedback"] = "",
    desk: Word = "",
    language: Word = "",
    since: Annotated[dt.date | None, Query(description="Meetings from this day on.")] = None,
    until: Annotated[dt.date | None, Query(description="Meetings up to this day.")] = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=200)] = PER_PAGE,
) -> RequestList:
    """The requests you may see, the next meeting first."""
    wanted = Wanted(
        status=status,
        desk=desk,
        kind=kind,
        language=language,
        since=_begin(since),
        until=_begin(until and _day_after(until)),
    )
    rows, total = find_requests(reads.session, reads.visitor, wanted, reads.now, page=page, size=per_page)
    return RequestList(
        items=[answers.line(row, reads.now) for row in rows], page=page, pages=-(-total // per_page), total=total
    )


@router.get("/{code}")
def read(code: Code, reads: Reads) -> RequestOut:
    """One request with its meetings and who comes."""
    return answers.whole(reads.session, service.find(reads, code))


@router.patch("/{code}")
def change(code: Code, changes: RequestChange, reads: Reads) -> RequestOut:
    """Change some answers. Meetings that only move take their mediator along; those with other needs are asked anew."""
    return answers.whole(reads.session, service.change(reads, code, changes))


@router.post("/{code}/cancel")
def cancel(code: Code, reads: Reads, body: Cancel | None = None) -> RequestOut:
    """Cancel a request or some of its meetings; who was asked or booked is told. Twice is as once."""
    return answers.whole(reads.session, service.cancel(reads, code, body.appointments if body else None))


@router.patch("/{code}/appointments/{appointment}")
def change_appointment(code: Code, appointment: Number, body: AppointmentChange, reads: Reads) -> RequestOut:
    """Change this date, this and the following, or all still to come. Dates changed by themselves stay as they are."""
    return answers.whole(reads.session, change_date(reads, code, appointment, body))


@router.post("/{code}/appointments/{appointment}/cancel")
def cancel_appointment(
    code: Code, appointment: Number, reads: Reads, body: AppointmentCancel | None = None
) -> RequestOut:
    """Cancel this date, this and the following, or all still to come; who was asked or booked is told."""
    return answers.whole(reads.session, cancel_date(reads, code, appointment, body.scope if body else "this"))


def _begin(day: dt.date | None) -> dt.datetime | None:
    return None if day is None else local_midnight(_within_reach(day))


def _day_after(day: dt.date) -> dt.date:
    return _within_reach(day) + dt.timedelta(days=1)


def _within_reach(day: dt.date) -> dt.date:
    """A day that survives arithmetic: no request of ours is older or newer than these."""
    return min(max(day, dt.date(2000, 1, 1)), dt.date(2200, 1, 1))

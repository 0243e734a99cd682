# SPDX-License-Identifier: AGPL-3.0-or-later
"""Presences over JSON: enter, list, read, change from a date on, end on a date."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Query
from fastapi.responses import JSONResponse

from dispatch.access.idempotency import Answer, once
from dispatch.access.visitor import Who
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.kit.policy import policy_in_force
from dispatch.kit.problems import refusals
from dispatch.kit.recurrence import closures_of
from dispatch.presences import answers, queries, service
from dispatch.presences.reader import Reader
from dispatch.presences.schemas import PresenceChange, PresenceEnd, PresenceIn, PresenceList, PresenceOut

PER_PAGE = 50
router = APIRouter(prefix="/api/v1/presences", tags=["presences"], responses=refusals("Over already"))
Code = Annotated[str, Path(pattern=r"^P-[0-9]{1,18}$", examples=["P-1003"])]
Word = Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")]


def reader(session: Work, here: Here, visitor: Who) -> Reader:
    """Who enters, in this transaction, at this moment, with the calendar of the territory."""
    territory = here.settings.territory
    return Reader(session, visitor, now(session), policy_in_force(session).presences, closures_of(territory))


Reads = Annotated[Reader, Depends(reader, scope="function")]
Idempotent = Annotated[str | None, Header(alias="Idempotency-Key", description="A UUID: repeating a POST is harmless.")]


@router.post("", status_code=201, response_model=PresenceOut)
def enter(body: PresenceIn, reads: Reads, key: Idempotent = None) -> JSONResponse:
    """Enter a presence; its dates are planned together with everything else."""

    def work() -> Answer:
        presence = service.find(reads, service.enter(reads, body).code)
        return Answer(201, answers.whole(reads, presence).model_dump(mode="json", by_alias=True))

    asked = ["POST /api/v1/presences", body.model_dump(by_alias=True)]
    answer = once(reads.session, reads.now, reads.visitor.actor, key, asked, work)
    headers = {"Location": f"/api/v1/presences/{answer.body['code']}"}
    return JSONResponse(
        answer.body, answer.status_code, headers | ({"Idempotency-Replayed": "true"} if answer.replayed else {})
    )


@router.get("")
def list_presences(
    reads: Reads,
    ambito: Word = "",
    cover: Literal["", "always", "may_leave"] = "",
    state: Literal["", "running", "ahead", "ended"] = "",
    q: Word = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=200)] = PER_PAGE,
) -> PresenceList:
    """The presences of your ambiti, those still held first."""
    wanted = queries.Wanted(ambito, cover, state, q.strip())
    rows, total = queries.list_presences(reads.session, reads.visitor, wanted, reads.today, page=page, size=per_page)
    return PresenceList(items=answers.lines(reads, rows), page=page, pages=-(-total // per_page), total=total)


@router.get("/{presence}")
def read(presence: Code, reads: Reads) -> PresenceOut:
    """One presence with its dates from today on."""
    return answers.whole(reads, service.find(reads, presence))


@router.patch("/{presence}")
def change(presence: Code, changes: PresenceChange, reads: Reads) -> PresenceOut:
    """Change it from a day on. Dates on which nothing agreed changes keep their mediator; others are asked anew."""
    return answers.whole(reads, service.change(reads, presence, changes))


@router.post("/{presence}/end")
def end(presence: Code, reads: Reads, body: PresenceEnd | None = None) -> PresenceOut:
    """End it: later dates are cancelled and whoever had said yes is told. Twice is as once."""
    return answers.whole(reads, service.end(reads, presence, body or PresenceEnd()))

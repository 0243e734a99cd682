# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a side tells over the API and the forms, and what the API answers; times are texts until they are read."""

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

OutcomeWord = Literal["held", "person_absent", "mediator_absent", "cancelled_late", "interrupted"]
StatusWord = Literal["", "awaited", "told", "agreed", "disputed"]


class Tell(BaseModel):
    """How a visit went. ``from`` and ``to`` are local times of the day of the visit; without them it went as planned."""

    model_config = ConfigDict(strict=True, extra="forbid", populate_by_name=True)

    outcome: OutcomeWord
    from_: str = Field(default="", alias="from", max_length=40, examples=["09:05"], description="Hours:minutes.")
    to: str = Field(default="", max_length=40, examples=["10:40"], description="Hours:minutes.")
    km: int | None = Field(default=None, description="Kilometres driven; only the mediator tells them.")
    note: str = Field(default="", max_length=300, description="Never a name of the person served.")
    note_confirmed: bool = Field(default=False, description="True: the capitalised words in the note are no person.")


class Span(BaseModel):
    """From–to, in UTC."""

    start: dt.datetime
    end: dt.datetime


class AttendanceOut(BaseModel):
    """A visit that is over: what was planned, what each side said, what counts."""

    id: int
    request: str
    status: str
    outcome: str | None
    desk: str
    mediator: str
    ambito: str | None
    project: str | None
    planned: Span
    real: Span | None
    minutes: int = Field(description="What counts and is charged to the project; 0 while it is disputed.")
    km: int
    note: str
    by_mediator: dict[str, Any] | None
    by_desk: dict[str, Any] | None
    settled_by: str | None


class AttendanceList(BaseModel):
    items: list[AttendanceOut]
    page: int
    pages: int
    total: int

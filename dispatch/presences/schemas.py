# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a coordinator sends about a presence and what comes back. Days and times stay texts until they are read."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Key = Annotated[str, Field(min_length=1, max_length=64)]
Title = Annotated[str, Field(min_length=1, max_length=160, examples=["Sportello stranieri"])]
DayText = Annotated[str, Field(max_length=40, examples=["2026-11-30"], description="A day: year-month-day.")]
TimeText = Annotated[str, Field(max_length=40, examples=["09:00"], description="Local time: hours:minutes.")]
Days = Annotated[list[Weekday], Field(min_length=1, max_length=7)]


class Strict(BaseModel):
    """Base of what comes in: no bending of types, no unknown key."""

    model_config = ConfigDict(strict=True, extra="forbid", populate_by_name=True)


class LanguageNeed(Strict):
    """``level`` is the lowest accepted: 1 working, 2 fluent, 3 native."""

    code: Key
    level: int = Field(default=1, ge=1, le=3)


Languages = Annotated[list[LanguageNeed], Field(max_length=2)]


class PresenceIn(Strict):
    """A shift that comes back. Its owner is a ``desk`` or an ``ambito``; only an ambito has to name the place.

    ``languages`` may be empty (none is needed); the mediator speaks all that are there. ``cover``: "always" is never
    left empty, "may_leave" lets its mediator go to an urgent appointment nobody else can take.
    """

    name: Title
    desk: Key | None = None
    ambito: Key | None = None
    place: Key | None = None
    kind: Literal["mediation", "territorial"]
    weekdays: Days
    from_: TimeText = Field(alias="from")
    to: TimeText
    first_day: DayText
    last_day: DayText
    every: Literal["week", "two_weeks"] = "week"
    keep_holidays: bool = False
    school_days_only: bool = False
    languages: Languages = []
    cover: Literal["always", "may_leave"] = "always"
    mediator: Key | None = Field(default=None, description="The one it is wished for.")
    project: Key | None = None


class PresenceChange(Strict):
    """What changes from ``since`` (today) on; a key that is left out stays as it is. Earlier dates are not touched."""

    since: DayText | None = None
    name: Title | None = None
    place: Key | None = None
    kind: Literal["mediation", "territorial"] | None = None
    weekdays: Days | None = None
    from_: TimeText | None = Field(default=None, alias="from")
    to: TimeText | None = None
    last_day: DayText | None = None
    every: Literal["week", "two_weeks"] | None = None
    keep_holidays: bool | None = None
    school_days_only: bool | None = None
    languages: Languages | None = None
    cover: Literal["always", "may_leave"] | None = None
    mediator: Key | None = None
    project: Key | None = None


class PresenceEnd(Strict):
    """The last day on which it is held (today); every later date is cancelled and whoever had said yes is told."""

    last_day: DayText | None = None


class Coverage(BaseModel):
    """Dates of the next four weeks: how many there are, and how many have a mediator who said yes."""

    dates: int
    booked: int


class DateOut(BaseModel):
    """One date of the presence: ``status`` is that of its slot; the mediator is told once she said yes."""

    day: dt.date
    start: dt.datetime
    end: dt.datetime
    status: str
    mediator: str | None


class PresenceLine(BaseModel):
    """One presence in a list."""

    code: str
    name: str
    desk: str | None
    ambito: str | None
    place: str
    cover: str
    last_day: dt.date
    ended_on: dt.date | None
    next_days: list[dt.date]
    next_four_weeks: Coverage


class PresenceOut(BaseModel):
    """One presence with its dates from today on; ``understood`` says it in plain words."""

    code: str
    understood: str
    entered: PresenceIn
    ended_on: dt.date | None
    request: str
    dates: list[DateOut]
    next_four_weeks: Coverage
    created_at: dt.datetime
    changed_at: dt.datetime


class PresenceList(BaseModel):
    items: list[PresenceLine]
    page: int
    pages: int
    total: int

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk sends and what it gets back. Types are strict, unknown keys are refused, and days and times stay texts
until ``decisions`` reads them, so that every refusal can say what to write instead."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

KindWord = Literal["interpreting", "mediation", "territorial", "team", "feedback"]
ModeWord = Literal["onsite", "phone", "video"]
Key = Annotated[str, Field(min_length=1, max_length=64)]
DayText = Annotated[str, Field(max_length=40, examples=["2026-11-30"], description="A day: year-month-day.")]


class Strict(BaseModel):
    """Base of what comes in: no bending of types, no unknown key."""

    model_config = ConfigDict(strict=True, extra="forbid", populate_by_name=True)


class LanguageNeed(Strict):
    """``level`` is the lowest accepted: 1 working, 2 fluent, 3 native. A language that is no must is a wish."""

    code: Key
    level: int = Field(default=1, ge=1, le=3)
    must: bool = True


class When(Strict):
    """A day and the time a wall clock in Italy shows; each entry is an appointment of its own."""

    day: DayText
    from_: str = Field(alias="from", max_length=40, examples=["09:10"], description="Local time: hours:minutes.")
    tolerance: Literal["none", "half_hour", "same_day", "same_week"] = "none"


class Repeat(Strict):
    """Every entry of ``when`` again each week or every two, up to and including ``until``, two years at most.

    Not on the ``except`` days; with ``holidays`` "skip" not on national holidays and the patron's day; with
    ``school_days`` only when schools teach.
    """

    every: Literal["week", "two_weeks"]
    until: DayText
    except_: list[DayText] = Field(default=[], alias="except", max_length=120)
    holidays: Literal["keep", "skip"] = "keep"
    school_days: bool = False


class GenderNeed(Strict):
    is_: Literal["f", "m", "x"] = Field(alias="is")
    must: bool


class MediatorNeed(Strict):
    id: Key
    must: bool


class SkillNeed(Strict):
    code: Key
    must: bool


class RequestChange(Strict):
    """What may change in a request; a key that is left out stays as it is.

    Dates that were changed by themselves stay as they are, unless ``overwrite_exceptions`` says otherwise.
    """

    kind: KindWord | None = None
    languages: list[LanguageNeed] | None = Field(default=None, max_length=6)
    any_language: bool | None = None
    mode: ModeWord | None = None
    fallback_modes: list[ModeWord] | None = Field(default=None, max_length=2)
    place: Key | None = None
    when: list[When] | None = Field(default=None, min_length=1, max_length=20)
    repeat: Repeat | None = None
    duration: int | None = None
    people: int | None = None
    gender: GenderNeed | None = None
    same_mediator: MediatorNeed | None = None
    skills: list[SkillNeed] | None = Field(default=None, max_length=10)
    priority: Literal["routine", "important", "urgent"] | None = None
    project: Key | None = None
    case: Key | None = None
    note: str | None = Field(default=None, max_length=300)
    note_confirmed: bool | None = None
    overwrite_exceptions: bool = False


class RequestIn(Strict):
    """What a desk asks. Minutes for ``duration``; ``place`` is needed on site only; the rest has the defaults shown."""

    desk: Key
    kind: KindWord
    languages: list[LanguageNeed] = Field(max_length=6)
    any_language: bool = False
    mode: ModeWord = "onsite"
    fallback_modes: list[ModeWord] = Field(default=[], max_length=2)
    place: Key | None = None
    when: list[When] = Field(min_length=1, max_length=20)
    repeat: Repeat | None = None
    duration: int
    people: int = 1
    gender: GenderNeed | None = None
    same_mediator: MediatorNeed | None = None
    skills: list[SkillNeed] = Field(default=[], max_length=10)
    priority: Literal["routine", "important", "urgent"] = "routine"
    project: Key | None = None
    case: Key | None = None
    note: str = Field(default="", max_length=300)
    note_confirmed: bool = Field(default=False, description="True: the capitalised words in the note are no person.")


class Cancel(Strict):
    """``appointments`` are numbers of a series to cancel; left out: all that can still be cancelled."""

    appointments: list[int] | None = Field(default=None, min_length=1, max_length=200)


ScopeWord = Literal["this", "following", "all"]


class NewWhen(Strict):
    """What changes of a date's day, time and tolerance. Of more than one date the day moves within its week."""

    day: DayText | None = None
    from_: str | None = Field(default=None, alias="from", max_length=40, examples=["09:10"])
    tolerance: Literal["none", "half_hour", "same_day", "same_week"] | None = None


class AppointmentChange(BaseModel):
    """What changes in this date, in this and the following, or in all still to come; keys left out stay as they are.

    Any other key is refused by name: what is said of the whole request is changed there.
    """

    model_config = ConfigDict(strict=True, extra="allow", populate_by_name=True)

    scope: ScopeWord = "this"
    overwrite_exceptions: bool = Field(default=False, description="Also dates that were changed by themselves.")
    when: NewWhen | None = None
    duration: int | None = None
    mode: ModeWord | None = None
    fallback_modes: list[ModeWord] | None = Field(default=None, max_length=2)
    place: Key | None = None
    people: int | None = None
    languages: list[LanguageNeed] | None = Field(default=None, max_length=6)
    any_language: bool | None = None
    gender: GenderNeed | None = None
    same_mediator: MediatorNeed | None = None
    skills: list[SkillNeed] | None = Field(default=None, max_length=10)


class AppointmentCancel(Strict):
    """Cancel this date, this and the following, or all still to come."""

    scope: ScopeWord = "this"


class SlotOut(BaseModel):
    number: int
    status: str
    languages: dict[str, int]
    any_language: bool
    value: int
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    mediator: str | None = Field(default=None, description="Who comes; told once she has accepted.")


class StartsOut(BaseModel):
    """Allowed starts: from ``first`` in steps of the policy up to ``last``."""

    first: dt.datetime
    last: dt.datetime


class AppointmentOut(BaseModel):
    number: int
    status: str
    kind: str
    mode: str
    place: str | None
    duration: int
    asked_start: dt.datetime | None
    is_exception: bool = Field(description="Changed or cancelled by itself: a change of the series leaves it.")
    starts: list[StartsOut]
    slots: list[SlotOut]


class RequestOut(BaseModel):
    id: int
    code: str
    status: str
    desk: str
    kind: str
    priority: str
    understood: str
    created_at: dt.datetime
    changed_at: dt.datetime
    appointments: list[AppointmentOut]
    asked: dict[str, Any]


class RequestLine(BaseModel):
    """One request in a list; ``next_start`` is the earliest start of its next appointment."""

    code: str
    status: str
    desk: str
    kind: str
    priority: str
    next_start: dt.datetime | None
    appointments: int
    slots: dict[str, int] = Field(description="How many slots stand in which status.")


class RequestList(BaseModel):
    items: list[RequestLine]
    page: int
    pages: int
    total: int

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people give for a mediator, her weekly availability and its exceptions: by form, by file, in the same shape.

Other rows are named by their code; ``saving`` checks that they exist.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError

from dispatch.kit.notes import tax_code_in
from dispatch.records.statuses import Gender, Kind, Mode, Reminders
from dispatch.territory.entries import Code, Entry, Title

Word = Annotated[str, Field(min_length=1, max_length=160)]
Minutes = Annotated[int, Field(ge=0, le=100_000)]
EVERY_KIND = tuple(Kind)
EVERY_MODE = tuple(Mode)


def without_tax_code(text: str) -> str:
    """The text; one with a tax code in it cannot stand, since no field here is for the person served."""
    if tax_code_in(text) is not None:
        raise PydanticCustomError("tax_code", "This text has a tax code in it.")
    return text


class ShiftEntry(Entry):
    """A weekly shift in local time: weekday 0 is Monday, minutes since midnight."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    from_minute: Annotated[int, Field(ge=0, le=1440)]
    to_minute: Annotated[int, Field(ge=0, le=1440)]
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


class MediatorEntry(Entry):
    """``home`` is a place's code or the comune she lives in; ``languages`` give level 1 to 3 by code or name.

    ``travel_factor`` None is the usual one of her means; limits of hours None are none. ``hourly_cost`` is in cents.
    ``availability`` None leaves her weekly pattern as it is; given, it is the whole of it.
    """

    code: Code
    name: Title
    gender: Gender
    phone: Annotated[str, Field(min_length=1, max_length=40)]
    message_language: Annotated[str, Field(min_length=2, max_length=40)] = "it"
    organisation: Code
    home: Word
    languages: dict[str, Annotated[int, Field(ge=1, le=3)]]
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)] = EVERY_KIND
    modes: Annotated[tuple[Mode, ...], Field(min_length=1)] = EVERY_MODE
    skills: tuple[Word, ...] = ()
    skills_until: dict[str, dt.date] = Field(default_factory=dict)
    ambiti: tuple[Word, ...] | None = None
    travel_means: str = "car"
    travel_factor: Annotated[float, Field(gt=0, le=20)] | None = None
    max_travel: Minutes | None = None
    max_day: Minutes | None = None
    max_week: Minutes | None = None
    target_week: Minutes | None = None
    hourly_cost: Annotated[int, Field(ge=0, le=100_000)]
    quiet_hours_allowed: bool = False
    reminders: Reminders = Reminders.EVENING
    active: bool = True
    availability: tuple[ShiftEntry, ...] | None = None


class AbsenceEntry(Entry):
    """Time in which a mediator is away; why is nobody's business."""

    mediator: Code
    start: AwareDatetime
    end: AwareDatetime


class ExtraShiftEntry(Entry):
    """Time in which a mediator is available beside her weekly pattern."""

    mediator: Code
    start: AwareDatetime
    end: AwareDatetime


class CommitmentEntry(Entry):
    """A course, or work elsewhere: she is busy, and it counts as work. Without place it is nowhere in particular."""

    mediator: Code
    start: AwareDatetime
    end: AwareDatetime
    place: Code | None = None
    kind: Annotated[str, Field(min_length=1, max_length=32)] = "training"
    title: Annotated[str, Field(max_length=120), AfterValidator(without_tax_code)] = ""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What crosses the planning API: asking for a run, its figures, and what publishing did."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dispatch.web.i18n import gettext as _


def _a_monday(day: dt.date) -> dt.date:
    if day.weekday() != 0:
        monday = day - dt.timedelta(days=day.weekday())
        raise ValueError(
            _("%(day)s is not a Monday: write the week's Monday, %(monday)s.") % {"day": day, "monday": monday}
        )
    return day


class AskRun(BaseModel):
    """``week`` is a Monday, ``weeks`` how many from there are planned together; ``seconds`` is the planner's wall time.

    The same ``seed`` repeats the same search. A draft that shares a day with this run is set aside once this one is kept.
    """

    model_config = ConfigDict(extra="forbid")

    week: Annotated[dt.date, AfterValidator(_a_monday)]
    weeks: int = Field(default=1, ge=1, le=4)
    seconds: int | None = Field(default=None, ge=1, le=3600)
    seed: int = Field(default=1, ge=0, le=2**31 - 1)


class AssignSlot(BaseModel):
    """``how``: "ask" puts the question to her by SMS, "agreed" books her at once because she said yes on the phone.

    ``despite``, with "agreed", sets aside rules that only spare her: her shift, her hours, how far she goes.
    ``instead_of`` is the ``assignment`` that you read, 0 for none: where another stands by now, nothing is changed.
    """

    model_config = ConfigDict(extra="forbid")

    mediator: str = Field(min_length=1, max_length=64, pattern=r"^[^\x00]*$")
    how: Literal["ask", "agreed"] = "ask"
    despite: bool = False
    instead_of: int | None = Field(default=None, ge=0, le=2**63 - 1)


class CandidateOut(BaseModel):
    """Somebody who could take the slot; ``against`` are the rules that would have to be set aside."""

    mediator: str
    name: str
    gain: int
    against: list[str]


class SlotOut(BaseModel):
    """Who stands for a slot, and who else could, the best first."""

    request: str
    appointment: int
    slot: int
    start: dt.datetime
    mediator: str | None
    assignment: int | None = Field(description="What stands now: give it back as `instead_of`.")
    status: str
    candidates: list[CandidateOut]


class PublishRun(BaseModel):
    """``slots`` are the lines to accept; null accepts them all."""

    model_config = ConfigDict(extra="forbid")

    slots: list[str] | None = None


class Run(BaseModel):
    """A planning run as the API tells it; ``difference`` counts lines by change once there is a plan."""

    id: int
    kind: str
    status: str
    week: dt.date
    weeks: int
    progress: dict[str, Any] | None
    difference: dict[str, int] | None
    total: int | None
    bound: int | None
    gap: float | None
    outcome: dict[str, Any] | None
    trouble: str | None

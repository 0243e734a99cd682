# SPDX-License-Identifier: AGPL-3.0-or-later
"""The workload as JSON: whole minutes, so that nobody has to undo a rounding."""

import datetime as dt

from pydantic import BaseModel, Field


class OffersOut(BaseModel):
    received: int
    accepted: int
    refused: int
    silent: int


class RowOut(BaseModel):
    """``counted_minutes`` weigh on the limit: worked where the attendance is told, promised before, with training."""

    key: str
    name: str
    visits: int
    requested_minutes: int
    uncovered_minutes: int
    planned_minutes: int
    booked_minutes: int
    worked_minutes: int
    training_minutes: int
    counted_minutes: int
    limit_minutes: int | None
    target_minutes: int | None
    km: int
    offers: OffersOut
    last_job: dt.datetime | None
    above_average_percent: float | None = Field(description="For mediators: how far from the average, in percent.")


class ConcernOut(BaseModel):
    """Something to look at: its kind, the rows it is about, and the sentence a page would say."""

    concern: str
    keys: list[str]
    text: str


class WorkloadOut(BaseModel):
    """``from`` and ``to`` are both included; a visit belongs to the day on which it starts in Italy."""

    by: str
    from_: dt.date = Field(serialization_alias="from")
    to: dt.date
    rows: list[RowOut]
    attention: list[ConcernOut]

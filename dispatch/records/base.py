# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every table shares: naming of constraints, identity keys, instants in UTC, statuses checked by the database."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Key = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
Instant = Annotated[dt.datetime, mapped_column(DateTime(timezone=True))]
Code = Annotated[str, mapped_column(String(64))]
Name = Annotated[str, mapped_column(String(160))]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {int: BigInteger}  # int8range(mediator_id, …) and ids that never run out


def one_of(column: str, statuses: type[StrEnum]) -> CheckConstraint:
    """A CHECK that keeps ``column`` within ``statuses``, so no writer can invent a state."""
    allowed = ", ".join(f"'{status.value}'" for status in statuses)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")

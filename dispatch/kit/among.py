# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many keys as one parameter: `IN` would be another statement for each count of them, read and planned anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY


def among(column: Any, keys: Iterable[int]) -> ColumnElement[bool]:
    """Whether the column holds one of these ids; of none it never does."""
    found: ColumnElement[bool] = column == any_(literal(list(keys), ARRAY(BigInteger)))
    return found
